import { Json } from "@heddle/events/Json"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { FileContent } from "./FileContent.ts"
import type { FileIOError } from "./FileIOError.ts"
import { jsonCodec } from "./internal/jsonCodec.ts"
import { FileFailed } from "./internal/ValueFiles.ts"

/** A file with a value. It is read when one of the effects or the stream runs. */
export interface StoredFile {
  readonly path: string
  /** The size of the file, in bytes. */
  readonly size: number
  readonly text: Effect.Effect<string, FileIOError>
  readonly bytes: Effect.Effect<Uint8Array, FileIOError>
  readonly stream: Stream.Stream<Uint8Array, FileIOError>
}

/**
 * How values are encoded in files. The paths of files, and their atomic replacement, are the same for all formats.
 *
 * @since 0.1.0
 * @source Dagster UPathIOManager, whose subclasses give `extension`, `dump_to_path` and `load_from_path`
 */
export interface PathFormat {
  /** The extension of the files, with its dot: `.json`. */
  readonly extension: string
  /**
   * Encodes a value as the content of its file. An error that it throws fails the step.
   *
   * @param value - the value, which matches the schema
   * @param schema - the schema of the output
   */
  readonly encode: (value: unknown, schema: Schema.Top) => FileContent
  /**
   * Reads a value from its file.
   *
   * @param file - the file
   * @param schema - the schema of the input or of the asset
   */
  readonly decode: (file: StoredFile, schema: Schema.Top) => Effect.Effect<unknown, unknown>
  /**
   * Whether steps of one process that load the same value share one decoded object while it is cached.
   *
   * @default false: each step decodes the value itself
   */
  readonly isShared?: boolean
  /**
   * What the author of an op can do if a value cannot be encoded, for the error.
   *
   * @default no hint
   */
  readonly hint?: string
}

const json: PathFormat = {
  extension: ".json",
  isShared: true,
  hint: "Give the output a schema whose values have a JSON form",
  encode: (value, schema) => JSON.stringify(jsonCodec(schema).encode(value)),
  decode: (file, schema) =>
    Effect.flatMap(file.text, (text) =>
      Effect.try({
        try: () => jsonCodec(schema).decode(Json.parse(text)),
        catch: (cause) => new FileFailed({ cause, isNotFound: false })
      })
    )
}

const bytes: PathFormat = {
  extension: "",
  hint: 'Give the output the schema "Schema.Uint8Array"',
  encode: (value) => {
    if (value instanceof Uint8Array) return value
    throw new TypeError("The value is not a Uint8Array")
  },
  decode: (file) => file.bytes
}

const stream: PathFormat = {
  extension: "",
  hint: 'Give the output the schema "ByteStream"',
  encode: (value) => {
    if (Stream.isStream(value)) return value as Stream.Stream<Uint8Array, unknown>
    throw new TypeError("The value is not a stream")
  },
  decode: (file) => Effect.succeed(file.stream)
}

/**
 * The built-in formats. Write your own for others, such as CSV or Parquet.
 *
 * @since 0.1.0
 */
export const PathFormat = {
  /** JSON, encoded and decoded by the schema of the value. */
  json,

  /** The bytes of a `Uint8Array`. */
  bytes,

  /**
   * The bytes of a `ByteStream`. Only a few chunks are in memory at a time. A loaded stream reads its file each time it runs.
   */
  stream
}
