import { Instance } from "@heddle/storage/Instance"
import type { StorageError } from "@heddle/storage/StorageError"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { existsSync, mkdirSync, statSync } from "node:fs"
import { dirname } from "node:path"
import * as GlobalFlags from "./GlobalFlags.ts"
import { UsageError } from "./UsageError.ts"

const folder = Effect.flatMap(GlobalFlags.Home, (home) => SqliteInstance.homeFolder(Option.getOrUndefined(home)))

/** What to do where nothing better is known. */
const OTHER_HOME = "Choose a folder that this user may write to with --home or HEDDLE_HOME"

const refused = (problem: string, cause: unknown, hint: string = OTHER_HOME) =>
  new UsageError({ problems: [problem], hint, cause })

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Makes a folder from the outside in: Node's own `recursive` never ends where a file system refuses in silence. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) throw error
  }
}

const build = (home: string, access: "write" | "read") =>
  Layer.build(SqliteInstance.layerHome({ home, access })).pipe(
    Effect.mapError((error: StorageError) =>
      refused(`Cannot ${error.operation}: ${said(error.cause)}`, error, error.hint)
    )
  )

const open = (home: string) =>
  Effect.try({
    try: () => makeFolder(home),
    catch: (cause) => refused(`Cannot make the home folder "${home}": ${said(cause)}`, cause)
  }).pipe(Effect.andThen(build(home, "write")))

/** Unlike `existsSync`, it does not take a folder that this user may not look into for one that is empty. */
const exists = (home: string) =>
  Effect.try({
    try: () => statSync(home, { throwIfNoEntry: false }) !== undefined,
    catch: (cause) =>
      refused(
        `Cannot look for the home folder "${home}": ${said(cause)}`,
        cause,
        "Choose a folder that this user may read"
      )
  })

/**
 * The instance that a command works on.
 *
 * @since 0.1.0
 */
export const Home = {
  /** Absolute path of the folder that `--home`, `HEDDLE_HOME` or the default name. */
  folder,

  /** The instance in it, which is made when it does not exist. Fails with `UsageError` when it cannot be used. */
  layer: Layer.effectContext(Effect.flatMap(folder, open)),

  /**
   * The instance in it, for commands that only read: they work where nothing can be written. Where there is none, it is an
   * empty one that leaves nothing behind.
   */
  layerReading: Layer.effectContext(
    Effect.gen(function* () {
      const home = yield* folder
      return yield* (yield* exists(home)) ? build(home, "read") : Layer.build(Instance.layerMemory)
    })
  )
}
