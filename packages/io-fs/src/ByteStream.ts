import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { FileIOError } from "./FileIOError.ts"

/**
 * Bytes that are not held in memory at once. A body that makes them turns errors of its own into defects, for example with
 * `Stream.orDie`; they fail the step when the value is stored.
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
  // What flows in a stream is not seen before it flows.
  (value): value is ByteStream => Stream.isStream(value),
  { identifier: "ByteStream" }
)
