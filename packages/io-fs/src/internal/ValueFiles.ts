import * as ByteSize from "effect/ByteSize"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import { dirname } from "node:path"
import type { FileMark } from "./DecodedValues.ts"

/** What a file system threw or failed with. */
export class FileFailed extends Data.TaggedError("FileFailed")<{
  readonly cause: unknown
  /** Whether there is no such file. */
  readonly isNotFound: boolean
}> {}

/** The files of values: each is there whole or not at all. */
export interface ValueFiles {
  /** Writes a file, and returns once it is on the disk under its name. */
  readonly write: (path: string, text: string) => Effect.Effect<void, FileFailed>
  readonly read: (path: string) => Effect.Effect<string, FileFailed>
  readonly stat: (path: string) => Effect.Effect<FileMark, FileFailed>
}

const failed = (cause: PlatformError): FileFailed =>
  new FileFailed({ cause, isNotFound: cause.reason._tag === "NotFound" })

let count = 0

/**
 * Files of a `FileSystem`, such as one of a test. What it cannot do is left out: it has no way to sync a folder.
 *
 * @param files - the file system
 */
export const valueFilesOf = (files: FileSystem.FileSystem): ValueFiles => ({
  write: (path, text) =>
    Effect.gen(function* () {
      yield* files.makeDirectory(dirname(path), { recursive: true })
      const temporary = `${path}.${count++}.tmp`
      yield* files.writeFileString(temporary, text).pipe(
        Effect.andThen(files.rename(temporary, path)),
        Effect.onError(() => Effect.ignore(files.remove(temporary, { force: true })))
      )
    }).pipe(Effect.mapError(failed)),
  read: (path) => Effect.mapError(files.readFileString(path), failed),
  stat: (path) =>
    files.stat(path).pipe(
      Effect.map(({ ino, mtime, size }) => ({
        ino: Number(Option.getOrElse(ino, () => 0)),
        mtimeMs: Option.match(mtime, { onNone: () => 0, onSome: (date) => date.getTime() }),
        size: Number(ByteSize.toBigInt(size))
      })),
      Effect.mapError(failed)
    )
})
