import { Resource, type Resources } from "@heddle/definitions/Resource"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Definition, ResourceMap, ResourceWords } from "./Case.ts"
import { runPlain } from "./bodies.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate, type Scope } from "./expressions.ts"
import { inputManager, inputManagerTag } from "./inputManagers.ts"
import { ioManager, ioManagerTag } from "./ioManagers.ts"
import type { Surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"

/** A layer with its types erased: what a case's resources need is known only to its words. */
export type AnyLayer = Layer.Layer<any, any, never>

/** The service behind the key of a resource. */
export const resourceTag = (key: string): Context.Key<unknown, unknown> => Context.Service<unknown, unknown>(key)

/** Whether a resource map's entry is an IO manager. */
const isIOManager = (definition: Definition, entry: ResourceMap[string]): entry is string =>
  typeof entry === "string" && definition.io_managers?.[entry] !== undefined

const layerOf = (key: string, words: ResourceWords, config: unknown, surroundings: Surroundings): AnyLayer => {
  const tag = resourceTag(key)
  const effects = { trace: (value: unknown) => void surroundings.trace.push(value), log: () => {} }
  const build = Effect.gen(function* () {
    const required: Record<string, unknown> = {}
    for (const other of words.requires ?? []) required[other] = yield* resourceTag(other)
    const scope: Scope = { config, resource: (other) => required[other], vars: {} }
    const setUp = Effect.flatMap(runPlain(words.setup ?? [], scope, effects, surroundings), () =>
      Effect.try({ try: () => evaluate(words.value, scope), catch: UserError.from })
    )
    if (words.teardown === undefined) return yield* setUp
    return yield* Effect.acquireRelease(setUp, () =>
      Effect.orDie(runPlain(words.teardown ?? [], scope, effects, surroundings))
    )
  })
  return Layer.effect(tag, build) as unknown as AnyLayer
}

/** The layer of an entry that takes no config: a bare value, or a resource without a config schema. */
export const plainLayer = (
  definition: Definition,
  key: string,
  entry: ResourceMap[string],
  surroundings: Surroundings
): AnyLayer | undefined => {
  if (typeof entry !== "string") return Layer.succeed(resourceTag(key), entry.value) as AnyLayer
  if (isIOManager(definition, entry)) {
    return Layer.succeed(ioManagerTag(key), ioManager(entry, definition.io_managers![entry]!, surroundings)) as AnyLayer
  }
  const manager = definition.input_managers?.[entry]
  if (manager !== undefined) {
    return Layer.succeed(inputManagerTag(key), inputManager(manager, surroundings)) as AnyLayer
  }
  const words = definition.resources?.[entry]
  if (words === undefined) throw new Error(`there is no resource "${entry}"`)
  return words.config === undefined ? layerOf(key, words, undefined, surroundings) : undefined
}

/** The layer of an entry whose config is left at its defaults. */
export const defaultLayer = (
  definition: Definition,
  key: string,
  entry: string,
  surroundings: Surroundings
): AnyLayer => {
  const layer = plainLayer(definition, key, entry, surroundings)
  if (layer !== undefined) return layer
  const words = definition.resources![entry]!
  const schema = configSchema(words.config) as Schema.Codec<unknown>
  return layerOf(key, words, Schema.decodeUnknownSync(schema)({}), surroundings)
}

/** The resources that a map of keys binds. */
export const resourcesOf = (
  definition: Definition,
  map: ResourceMap | undefined,
  surroundings: Surroundings
): Resources =>
  Object.fromEntries(
    Object.entries(map ?? {}).map(([key, entry]) => {
      const layer = plainLayer(definition, key, entry, surroundings)
      const words = typeof entry === "string" ? definition.resources?.[entry] : undefined
      const needs = Object.fromEntries((words?.requires ?? []).map((other) => [other, resourceTag(other)]))
      if (layer !== undefined || words === undefined) return [key, Resource.fromLayer(layer!, { needs })]
      return [
        key,
        Resource.make({
          config: configSchema(words.config) ?? Schema.Void,
          layer: (config) => layerOf(key, words, config, surroundings),
          needs
        })
      ]
    })
  )
