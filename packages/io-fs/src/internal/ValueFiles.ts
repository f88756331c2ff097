import * as ByteSize from "effect/ByteSize"
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import { PlatformError } from "effect/PlatformError"
import * as Stream from "effect/Stream"
import type { FileContent } from "../FileContent.ts"
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
  readonly write: (path: string, content: FileContent) => Effect.Effect<void, FileFailed>
  readonly read: (path: string) => Effect.Effect<string, FileFailed>
  readonly readBytes: (path: string) => Effect.Effect<Uint8Array, FileFailed>
  /** The bytes of a file, read on demand. */
  readonly stream: (path: string) => Stream.Stream<Uint8Array, FileFailed>
  readonly stat: (path: string) => Effect.Effect<FileMark, FileFailed>
}

/** Makes an effect interruptible again, as it was outside. */
type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** The folder of files that are being written, inside the folder of values. */
const TEMPORARY = ".tmp"

const encoder = new TextEncoder()

/** Puts the error of the system first, because it names the reason ("ENOSPC: no space left on device"). */
const failed = (error: unknown): FileFailed =>
  error instanceof PlatformError
    ? new FileFailed({ cause: error.reason.cause ?? error, isNotFound: error.reason._tag === "NotFound" })
    : new FileFailed({ cause: error, isNotFound: false })

/**
 * Files of the provided `FileSystem`. Each is written to a temporary file, synced and renamed, and then its folder is synced,
 * so that it survives a power failure. The first write removes temporary files that other processes left behind.
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

    /** Syncs the names in a folder to disk. */
    const syncFolder = (path: string): Effect.Effect<void, PlatformError> =>
      Effect.scoped(Effect.flatMap(files.open(path, { flag: "r" }), (handle) => handle.sync))

    /**
     * Creates a folder and its parents, and syncs the names of the new ones to disk. Node's `recursive` loops forever on file
     * systems such as `/proc`, which neither have a folder nor allow its creation.
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

    /** Removes temporary files that are no longer being written. It may fail, because the files only take space. */
    const sweep = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const names = yield* files.readDirectory(folder)
      yield* Effect.forEach(names, (name) => removeIfLeft(name, now), { discard: true })
    }).pipe(Effect.ignore)
    const swept = yield* Effect.cached(sweep)

    /** @param pull - pulls the chunks of a stream, and may be interrupted */
    const writeSynced = (path: string, content: FileContent, pull: Restore) =>
      files.open(path, { flag: "w" }).pipe(
        Effect.flatMap((handle) => {
          const chunk = typeof content === "string" ? encoder.encode(content) : content
          const written =
            chunk instanceof Uint8Array
              ? handle.writeAll(chunk)
              : pull(Stream.runForEach(chunk, (part) => Effect.uninterruptible(handle.writeAll(part))))
          return Effect.andThen(written, handle.sync)
        }),
        Effect.scoped
      )

    return {
      write: (path, content) =>
        // An interrupt would close the file while the system still writes to its descriptor.
        Effect.uninterruptibleMask((restore) =>
          Effect.gen(function* () {
            const target = dirname(path)
            yield* makeFolder(folder)
            yield* swept
            yield* makeFolder(target)
            const temporary = join(folder, TemporaryName.make())
            yield* writeSynced(temporary, content, restore).pipe(
              Effect.andThen(files.rename(temporary, path)),
              Effect.onError(() => Effect.ignore(files.remove(temporary, { force: true })))
            )
            yield* syncFolder(target)
          })
        ).pipe(Effect.mapError(failed)),
      readBytes: (path) => Effect.mapError(files.readFile(path), failed),
      stream: (path) => Stream.mapError(files.stream(path), failed),
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
