import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { OpRejected } from "./OpRejected.ts"
import type { Emission, Outs, Returned } from "./Out.ts"

/** The return type of a body with one output: the value, a promise or an Effect of it. */
export type BodyGives<A> = A | PromiseLike<A> | Effect.Effect<A, any, any>
/** What the body of an op with one output returns; anything if the op has no output. */
export type BodyGivesOutput<A> = [void] extends [A] ? unknown : BodyGives<A>

/** What a body with named outputs returns: a record of them, a promise or an Effect of one, or a stream of emissions. */
export type BodyGivesOutputs<O extends Outs> =
  | Returned<O>
  | PromiseLike<Returned<O>>
  | Effect.Effect<Returned<O>, any, any>
  | Stream.Stream<Emission<O>, any, any>
  | AsyncIterable<Emission<O>>

type IsAny<X> = 0 extends 1 & X ? true : false
/** The errors of a body; a promise may reject. */
export type BodyError<X> =
  IsAny<X> extends true
    ? never
    : X extends Effect.Effect<any, infer E, any>
      ? E
      : X extends PromiseLike<any>
        ? OpRejected
        : never
/** What a body needs. */
export type BodyNeeds<X> = IsAny<X> extends true ? never : X extends Effect.Effect<any, any, infer R> ? R : never

/** What a body with named outputs fails with, streams among them. */
export type OutputsBodyError<X> =
  IsAny<X> extends true
    ? never
    : X extends Effect.Effect<any, infer E, any> | Stream.Stream<any, infer E, any>
      ? E
      : X extends PromiseLike<any> | AsyncIterable<any>
        ? OpRejected
        : never
/** What a body with named outputs needs, streams among them. */
export type OutputsBodyNeeds<X> =
  IsAny<X> extends true
    ? never
    : X extends Effect.Effect<any, any, infer R> | Stream.Stream<any, any, infer R>
      ? R
      : never

/** What the body of an op returns: by the schema of its one output, or by its named outputs `Os`. */
export type OpBodyGives<O extends Schema.Top, Os extends Outs> = [Os] extends [never]
  ? BodyGivesOutput<O["Type"]>
  : BodyGivesOutputs<Os>
/** What the body of an op fails with. */
export type OpBodyError<Os extends Outs, X> = [Os] extends [never] ? BodyError<X> : OutputsBodyError<X>
/** What the body of an op needs. */
export type OpBodyNeeds<Os extends Outs, X> = [Os] extends [never] ? BodyNeeds<X> : OutputsBodyNeeds<X>
