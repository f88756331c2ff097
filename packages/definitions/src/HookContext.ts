import type { OpLogger, Shapes, Tags } from "./OpExecutionContext.ts"

/**
 * The context of a hook: the attempt that it runs after.
 *
 * @since 0.1.0
 * @source Dagster HookContext
 */
export interface HookContext<T extends Tags = {}> {
  /** Name of the hook. */
  readonly hookName: string
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string
  readonly opName: string
  /** Number of earlier attempts of the step; 0 in the first. */
  readonly retryNumber: number
  /** The key of the value that a mapped step was made for. */
  readonly mappingKey: string | undefined
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /** Config of the op, resolved. */
  readonly config: unknown
  /** The services that the hook names. */
  readonly resources: Shapes<T>
  /** The values that the attempt gave, by output; those of a dynamic output by mapping key. After a failure, those so far. */
  readonly outputs: { readonly [output: string]: unknown }
  /** The error of a failed step as it was thrown; `undefined` after a success. */
  readonly error: unknown
  /** Writes lines into the run's event log, as lines of the step. */
  readonly log: OpLogger
}
