import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { FileIOError } from "./FileIOError.ts"

/**
 * A stream of bytes, which need not fit into memory. Its body converts errors of the stream to defects, for example with
 * `Stream.orDie`. They fail the step when the value is stored.
 *
 * @since 0.1.0
 */
export type ByteStream = Stream.Stream<Uint8Array, FileIOError>

/**
 * The schema of outputs, inputs and assets whose values are streams of bytes. An IO manager with `PathFormat.stream` stores
 * them.
 *
 * @since 0.1.0
 */
export const ByteStream: Schema.declare<ByteStream> = Schema.declare(
  // The elements of a stream cannot be checked in advance.
  (value): value is ByteStream => Stream.isStream(value),
  { identifier: "ByteStream" }
)
