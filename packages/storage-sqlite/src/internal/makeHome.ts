import { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import { pathKind } from "./pathKind.ts"

/**
 * Creates a home folder and its parents on the provided `FileSystem`.
 *
 * @param folder - absolute path
 */
export const makeHome = (folder: string): Effect.Effect<void, StorageError, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { dirname } = yield* Path.Path

    const kindOf = (path: string): Effect.Effect<"folder" | "file" | undefined> =>
      files.stat(path).pipe(
        Effect.map(({ type }) => (type === "Directory" ? ("folder" as const) : ("file" as const))),
        Effect.orElseSucceed(() => undefined)
      )

    /** Node's `recursive` never returns on file systems that reject new folders, such as /proc. */
    const make = (path: string): Effect.Effect<void, PlatformError> =>
      Effect.gen(function* () {
        if ((yield* kindOf(path)) === "folder") return
        const parent = dirname(path)
        if (parent !== path) yield* make(parent)
        yield* files.makeDirectory(path).pipe(
          // Another process may have created it in the meantime.
          Effect.catch((error) =>
            Effect.flatMap(kindOf(path), (kind) => (kind === "folder" ? Effect.void : Effect.fail(error)))
          )
        )
      })

    /** The part of a path that should be a folder but is a file, if there is one. */
    const fileOnTheWay = (path: string): Effect.Effect<string | undefined> =>
      Effect.gen(function* () {
        const parent = dirname(path)
        const above = parent === path ? undefined : yield* fileOnTheWay(parent)
        return above ?? ((yield* kindOf(path)) === "file" ? path : undefined)
      })

    yield* make(folder).pipe(
      Effect.catch((error) =>
        Effect.flatMap(fileOnTheWay(folder), (file) => {
          const cause = error.reason.cause ?? error
          return Effect.fail(
            new StorageError({
              operation: `create the home folder "${folder}"`,
              hint: "Set HEDDLE_HOME to a folder that this user can write to",
              cause: file === undefined ? cause : new Error(`"${file}" is a file`, { cause })
            })
          )
        })
      )
    )
  })

/** Node's services, loaded for the first folder that is missing. */
const node = Layer.unwrap(
  Effect.promise(async () => {
    const [NodeFileSystem, NodePath] = await Promise.all([
      import("@effect/platform-node/NodeFileSystem"),
      import("@effect/platform-node/NodePath")
    ])
    return Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)
  })
)

/**
 * Creates a home folder and its parents on Node's file system. Most home folders exist, and Node is asked for them first:
 * loading its `FileSystem` takes longer than opening a database.
 *
 * @param folder - absolute path
 */
export const makeNodeHome = (folder: string): Effect.Effect<void, StorageError> =>
  Effect.suspend(() => (pathKind(folder) === "folder" ? Effect.void : Effect.provide(makeHome(folder), node)))
