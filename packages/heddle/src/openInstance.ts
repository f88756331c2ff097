import type { Instance } from "@heddle/storage/Instance"
import type { StorageError } from "@heddle/storage/StorageError"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"

/** Which instance a promise works with. */
export interface InstanceChoice {
  /**
   * The home folder, which holds the instance and the values.
   *
   * @default the folder that `HEDDLE_HOME` names, else `.heddle`
   */
  readonly home?: string
  /**
   * A layer of the instance that stores the run.
   *
   * @default the instance in the home folder
   */
  readonly instance?: Layer.Layer<Instance, StorageError>
}

/**
 * Open instances, by home folder and by layer. They stay open until the process ends, because results read from them.
 */
const homes = new Map<string, Promise<Context.Context<Instance>>>()
const layers = new WeakMap<Layer.Layer<Instance, StorageError>, Promise<Context.Context<Instance>>>()

const open = (layer: Layer.Layer<Instance, StorageError>): Promise<Context.Context<Instance>> =>
  Effect.runPromise(Layer.buildWithScope(layer, Scope.makeUnsafe()))

/** Gives what is known of a key, or makes it; what could not be made is tried again the next time. */
const memo = <K extends object | string, A>(
  known: {
    get: (key: K) => Promise<A> | undefined
    set: (key: K, value: Promise<A>) => unknown
    delete: (key: K) => unknown
  },
  key: K,
  make: () => Promise<A>
): Promise<A> => {
  let made = known.get(key)
  if (made === undefined) {
    made = make()
    known.set(key, made)
    void made.catch(() => known.delete(key))
  }
  return made
}

/**
 * Opens the instance of a home folder or a layer, once for each. It stays open to the end of the process, because results
 * and handles read from it.
 */
export const openInstance = async ({
  home,
  instance
}: {
  readonly [K in keyof InstanceChoice]: InstanceChoice[K] | undefined
}): Promise<Context.Context<Instance>> => {
  if (instance !== undefined) return memo(layers, instance, () => open(instance))
  const folder = await Effect.runPromise(SqliteInstance.homeFolder(home))
  return memo(homes, folder, () => open(SqliteInstance.layerHome({ home: folder })))
}
