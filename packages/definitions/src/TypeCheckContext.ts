import type { MetadataInput } from "@heddle/events/MetadataValue"
import type { OpLogger } from "./OpExecutionContext.ts"

/**
 * What a type check is told beside the value.
 *
 * @since 0.1.0
 * @source Dagster TypeCheckContext
 */
export interface TypeCheckContext {
  /** Id of the run; `EPHEMERAL` in a direct invocation. */
  readonly runId: string
  /** The resources that the op names, by key. */
  readonly resources: { readonly [key: string]: unknown }
  readonly log: OpLogger
}

/**
 * What a type check found; description and metadata go into the event of the input or output, also when it passed.
 *
 * @since 0.1.0
 * @source Dagster TypeCheck
 */
export interface TypeCheckResult {
  readonly passed: boolean
  readonly description?: string
  readonly metadata?: { readonly [name: string]: MetadataInput }
}

/** The function of a type check: true or false, or a result that says more. It may throw, which fails the step. */
export type TypeCheckFunction<A> = (value: A, context: TypeCheckContext) => boolean | TypeCheckResult
