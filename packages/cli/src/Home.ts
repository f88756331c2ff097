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

/** Hint for errors that have no hint of their own. */
const OTHER_HOME = "Use --home or HEDDLE_HOME to choose a folder that this user can write to"

const refused = (problem: string, cause: unknown, hint: string = OTHER_HOME) =>
  new UsageError({ problems: [problem], hint, cause })

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** Creates a folder and its parents; `recursive` of Node loops forever on file systems that refuse silently. */
const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have created it in the meantime.
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
    catch: (cause) => refused(`Cannot create the home folder "${home}": ${said(cause)}`, cause)
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
 * The instance that a command uses.
 *
 * @since 0.1.0
 */
export const Home = {
  /** Absolute path of the home folder, from `--home`, `HEDDLE_HOME` or the default. */
  folder,

  /** The instance in the home folder, created if missing. Fails with `UsageError` if it cannot be opened. */
  layer: Layer.effectContext(Effect.flatMap(folder, open)),

  /**
   * The instance in the home folder for commands that only read; needs no write access. If there is no home folder, an
   * empty in-memory instance is used and nothing is created.
   */
  layerReading: Layer.effectContext(
    Effect.gen(function* () {
      const home = yield* folder
      return yield* (yield* exists(home)) ? build(home, "read") : Layer.build(Instance.layerMemory)
    })
  )
}
