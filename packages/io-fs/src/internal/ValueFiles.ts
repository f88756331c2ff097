import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import type { FileMark } from "./DecodedValues.ts"
import * as TemporaryName from "./TemporaryName.ts"

/** An error of the file system. */
export class FileFailed extends Data.TaggedError("FileFailed")<{
  readonly cause: unknown
  /** Whether the file does not exist. */
  readonly isNotFound: boolean
}> {}

/** Writes and reads the files of values. A file is either complete or absent. */
export interface ValueFiles {
  /** Writes a file, and returns when the file and its name are on disk. */
  readonly write: (path: string, text: string) => Effect.Effect<void, FileFailed>
  readonly read: (path: string) => Effect.Effect<string, FileFailed>
  readonly stat: (path: string) => Effect.Effect<FileMark, FileFailed>
}

/** Folder of files that are being written, below the folder of values. */
const TEMPORARY = ".tmp"

const encoder = new TextEncoder()

/** Keeps the error of the system in the first place: it names the reason ("ENOSPC: no space left on device"). */
const failed = (error: PlatformError): FileFailed =>
  new FileFailed({ cause: error.reason.cause ?? error, isNotFound: error.reason._tag === "NotFound" })

/**
 * Files of the provided `FileSystem`. Each is written to a temporary file, synced and renamed, and then its folder is synced,
 * so that it survives a loss of power. The first write removes temporary files that other processes left behind.
 *
 * @param root - absolute path of the folder of values
 */
export const makeValueFiles = (root: string): Effect.Effect<ValueFiles, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { dirname, join } = yield* Path.Path
    const folder = join(root, TEMPORARY)

    const isFolder = (path: string): Effect.Effect<boolean> =>
      files.stat(path).pipe(
        Effect.map(({ type }) => type === "Directory"),
        Effect.orElseSucceed(() => false)
      )

    /** Writes the names in a folder to disk. */
    const syncFolder = (path: string): Effect.Effect<void, PlatformError> =>
      Effect.scoped(Effect.flatMap(files.open(path, { flag: "r" }), (handle) => handle.sync))

    /**
     * Creates a folder and its parents, and writes the names of the new ones to disk. `recursive` of Node loops forever on
     * file systems such as `/proc`, which neither show a folder nor let anybody create it.
     */
    const makeFolder = (path: string): Effect.Effect<void, PlatformError> =>
      Effect.gen(function* () {
        if (yield* isFolder(path)) return
        const parent = dirname(path)
        if (parent !== path) yield* makeFolder(parent)
        yield* files.makeDirectory(path).pipe(
          // Another process may have created it in the meantime.
          Effect.catch((error) => Effect.flatMap(isFolder(path), (made) => (made ? Effect.void : Effect.fail(error))))
        )
        yield* syncFolder(parent)
      })

    const removeIfLeft = (name: string, now: number) =>
      Effect.gen(function* () {
        const path = join(folder, name)
        const { mtime } = yield* files.stat(path)
        if (Option.isNone(mtime)) return
        if (TemporaryName.isLeft(name, now - mtime.value.getTime())) yield* files.remove(path, { force: true })
      }).pipe(Effect.ignore)

    /** Removes temporary files that nobody writes any more. May fail: the files only take space. */
    const sweep = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const names = yield* files.readDirectory(folder)
      yield* Effect.forEach(names, (name) => removeIfLeft(name, now), { discard: true })
    }).pipe(Effect.ignore)
    const swept = yield* Effect.cached(sweep)

    const writeSynced = (path: string, text: string): Effect.Effect<void, PlatformError> =>
      files.open(path, { flag: "w" }).pipe(
        Effect.flatMap((handle) => Effect.andThen(handle.writeAll(encoder.encode(text)), handle.sync)),
        Effect.scoped
      )

    return {
      write: (path, text) =>
        Effect.gen(function* () {
          const target = dirname(path)
          yield* makeFolder(folder)
          yield* swept
          yield* makeFolder(target)
          const temporary = join(folder, TemporaryName.make())
          yield* writeSynced(temporary, text).pipe(
            Effect.andThen(files.rename(temporary, path)),
            Effect.onError(() => Effect.ignore(files.remove(temporary, { force: true })))
          )
          yield* syncFolder(target)
        }).pipe(
          Effect.mapError(failed),
          // An interrupt would close the file while the system still writes to its descriptor.
          Effect.uninterruptible
        ),
      read: (path) => Effect.mapError(files.readFileString(path), failed),
      stat: (path) =>
        files.stat(path).pipe(
          Effect.map(({ ino, mtime, size }) => ({
            ino: Option.getOrElse(ino, () => 0n),
            mtimeMs: Option.match(mtime, { onNone: () => 0, onSome: (date) => date.getTime() }),
            size: Number(ByteSize.toBigInt(size))
          })),
          Effect.mapError(failed)
        )
    }
  })
