import { Instance } from "@heddle/storage/Instance"
import type { StorageError } from "@heddle/storage/StorageError"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as GlobalFlags from "./GlobalFlags.ts"
import { UsageError } from "./UsageError.ts"

const folder = Effect.flatMap(GlobalFlags.Home, (home) => SqliteInstance.homeFolder(Option.getOrUndefined(home)))

/** Hint for errors that have no hint of their own. */
const OTHER_HOME = "Use --home or HEDDLE_HOME to choose a folder that this user can write to"

const refused = (problem: string, cause: unknown, hint: string = OTHER_HOME) =>
  new UsageError({ problems: [problem], hint, cause })

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

const refusedStore = (error: StorageError, hint: string | undefined) =>
  refused(`Cannot ${error.operation}: ${said(error.cause)}`, error, hint)

const open = (home: string) =>
  Layer.build(SqliteInstance.layerHomeFileSystem({ home })).pipe(
    // What keeps a folder from being created, such as the hint for programs, does not know of `--home`.
    Effect.mapError((error) => refusedStore(error, error.operation.startsWith("create ") ? undefined : error.hint))
  )

const openReading = (home: string) =>
  Layer.build(SqliteInstance.layerHome({ home, access: "read" })).pipe(
    Effect.mapError((error) => refusedStore(error, error.hint))
  )

/** Whether there is a home folder. A folder that this user may not look into is not taken for one that is missing. */
const exists = (home: string) =>
  FileSystem.FileSystem.use((files) => files.stat(home)).pipe(
    Effect.as(true),
    Effect.catch(({ reason }) => {
      const cause = reason.cause ?? reason
      const isMissing =
        reason._tag === "NotFound" || (cause instanceof Error && "code" in cause && cause.code === "ENOTDIR")
      return isMissing
        ? Effect.succeed(false)
        : Effect.fail(
            refused(
              `Cannot look for the home folder "${home}": ${said(cause)}`,
              cause,
              "Choose a folder that this user may read"
            )
          )
    })
  )

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
      return yield* (yield* exists(home)) ? openReading(home) : Layer.build(Instance.layerMemory)
    })
  )
}
