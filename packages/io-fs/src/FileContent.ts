import type * as Stream from "effect/Stream"

/** The content of a file: text, bytes, or a stream of bytes that is written as it runs. */
export type FileContent = string | Uint8Array | Stream.Stream<Uint8Array, unknown>
