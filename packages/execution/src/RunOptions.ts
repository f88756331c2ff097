/**
 * The options of every function that starts a run.
 *
 * @since 0.1.0
 */
export interface RunOptions {
  /**
   * How many steps may run at once: an integer ≥ 1. With 1, steps run one after another in the order of the plan.
   *
   * @default `maxConcurrent` of the run config, then that of the executor: 16 in process, the number of CPUs with workers
   */
  readonly maxConcurrent?: number
  /**
   * Tags of the run, in addition to those of the job. A tag given here replaces the tag of the job with the same key.
   *
   * @default the tags that the job gives its runs
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * The id of the run. The call fails with `RunAlreadyExists` if the instance has a run with this id.
   *
   * @default a random UUID
   */
  readonly runId?: string
}
