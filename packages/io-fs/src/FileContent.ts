import type * as Stream from "effect/Stream"

/** What a file is to contain: text, bytes, or a stream of bytes, which is written as it flows. */
export type FileContent = string | Uint8Array | Stream.Stream<Uint8Array, unknown>
