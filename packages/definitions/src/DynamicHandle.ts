import type { Handle } from "./Handle.ts"
import type { AnyInvocation, ConfigOf, ErrorOf, Invocation, NeedsOf } from "./Invocation.ts"

/**
 * Stands for the many outputs of a dynamic output, one for every mapping key.
 *
 * @since 0.1.0
 * @source Dagster InvokedNodeDynamicOutputWrapper
 */
export interface DynamicHandle<out A> {
  readonly _tag: "DynamicHandle"
  /** Only a type: the value that each of the outputs will have. */
  readonly _A: () => A
  /** Wires a use, or a chain of uses, once for every mapping key; `yield*` it. */
  map<B, E, R, Cfg>(f: (item: Handle<A>) => Invocation<Handle<B>, E, R, Cfg>): Invocation<DynamicHandle<B>, E, R, Cfg>
  map<Y extends AnyInvocation, B>(
    f: (item: Handle<A>) => Generator<Y, Handle<B>, any>
  ): Invocation<DynamicHandle<B>, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>>
  /** Stands for the values of all keys as one list, in the order in which the keys came. */
  collect(): Handle<ReadonlyArray<A>>
}
