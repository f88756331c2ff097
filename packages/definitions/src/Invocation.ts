import type { Simplify, UnionToIntersection } from "./internal/types.ts"

export type { Simplify, UnionToIntersection } from "./internal/types.ts"

/**
 * One use of an op or a graph; `yield*` in a graph body adds it and gives its handles.
 *
 * The type carries what the use can fail with (`E`), which services it needs (`R`) and which run config it takes
 * (`Cfg`); the yield type of the generator adds them up. `Cfg` is invariant, or subtype reduction would drop optional
 * keys. By `Name`, which is a literal, the compiler tells two uses apart without comparing all their parts; without it
 * the cost of a body would grow with the square of its uses. One that is made in a body and never yielded is a
 * definition error.
 *
 * @since 0.1.0
 */
export interface Invocation<out H, out E, out R, in out Cfg = {}, out Name extends string = string> {
  /** Only a type. */
  readonly _Name: Name
  readonly _E: () => E
  readonly _R: () => R
  readonly _Cfg: (_: Cfg) => Cfg
  [Symbol.iterator](): Iterator<Invocation<H, E, R, Cfg, Name>, H, any>
}

/** Any invocation. */
export type AnyInvocation = Invocation<any, any, any, any>
/** The errors of uses. */
export type ErrorOf<Y> = Y extends Invocation<any, infer E, any, any> ? E : never
/** The services that uses need. */
export type NeedsOf<Y> = Y extends Invocation<any, any, infer R, any> ? R : never
/** The combined run config of uses. */
export type ConfigOf<Y> = [Y] extends [never]
  ? {}
  : Simplify<UnionToIntersection<Y extends Invocation<any, any, any, infer C> ? C : never>>
