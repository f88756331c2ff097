import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { OpDefinition } from "./OpDefinition.ts"
import type { OpContext } from "./OpExecutionContext.ts"
import { OpRejected } from "./OpRejected.ts"

/** What a body gave: its outputs at once, or a stream that gives them one by one. */
export type BodyResult =
  | { readonly _tag: "Returned"; readonly value: unknown }
  | { readonly _tag: "Streamed"; readonly stream: Stream.Stream<unknown, unknown, unknown> }

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"

const isAsyncIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value

const returned = (value: unknown): BodyResult => ({ _tag: "Returned", value })

/**
 * Runs a body in whichever of its forms it is written: an Effect, a promise, a plain value, a stream.
 *
 * @since 0.1.0
 */
export const OpBody = {
  /**
   * Calls the body of an op.
   *
   * @param definition - the op
   * @param inputs - decoded values by name
   * @param context - what the body is told
   * @returns what the body gives, which is there at once if the body is a plain one; fails with the body's own failure, or
   *   `OpRejected` for a promise
   * @throws what the body throws
   */
  run: (
    definition: OpDefinition,
    inputs: { readonly [name: string]: unknown },
    context: OpContext<unknown, {}>
  ): Effect.Effect<BodyResult, unknown, unknown> => {
    const given = definition.run(inputs, context)
    if (Effect.isEffect(given)) return Effect.map(given, returned)
    if (isPromise(given)) {
      return Effect.callback<BodyResult, OpRejected>((resume) => {
        given.then(
          (value) => resume(Effect.succeed(returned(value))),
          (cause) => resume(Effect.fail(OpRejected.from(context.stepKey, cause)))
        )
      })
    }
    if (definition.returns === "record") {
      if (Stream.isStream(given)) return Effect.succeed<BodyResult>({ _tag: "Streamed", stream: given })
      if (isAsyncIterable(given)) {
        return Effect.succeed<BodyResult>({
          _tag: "Streamed",
          stream: Stream.fromAsyncIterable(given, (cause) => OpRejected.from(context.stepKey, cause))
        })
      }
    }
    return Effect.succeed(returned(given))
  }
}
