import type { DynamicHandle } from "./DynamicHandle.ts"
import type { Handle } from "./Handle.ts"
import type { Hook } from "./Hook.ts"
import type { Retry } from "./RetryPolicy.ts"

/**
 * Options of one use of an op or a graph inside a graph.
 *
 * @since 0.1.0
 */
export interface UseOptions<A extends string, Hs extends ReadonlyArray<Hook<any>>> {
  /**
   * The name of the node. A second use in the same graph needs a name of its own.
   *
   * @default the name of the op or graph
   */
  readonly name?: A
  /**
   * Tags of the node, in addition to those of the op. A tag given here replaces the tag of the op with the same key.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * Hooks that run after each step of the node.
   *
   * @default []
   */
  readonly hooks?: Hs
  /**
   * Outputs that must exist before the node starts. Their values are not passed in.
   *
   * @default []
   * @example
   * const created = yield* createTable()
   * yield* insertRows.with({ after: [created] })()
   */
  readonly after?: ReadonlyArray<Handle<any> | DynamicHandle<any>>
}

/**
 * Options of one use of an op.
 *
 * @since 0.1.0
 */
export interface OpUseOptions<A extends string, Hs extends ReadonlyArray<Hook<any>>, E> extends UseOptions<A, Hs> {
  /**
   * The retry policy of this use, in place of the policy of the op.
   *
   * @default the policy of the op
   */
  readonly retry?: Retry<E>
}
