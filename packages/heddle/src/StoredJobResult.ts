import type { JobExecutionResult } from "@heddle/execution/JobExecutionResult"
import { RunEvents } from "@heddle/events/RunEvents"
import * as Effect from "effect/Effect"

/**
 * The result of a run of a reconstructable job, for code without Effect: its events are in memory, and its values
 * are promises.
 *
 * @since 0.1.0
 * @source Dagster JobExecutionResult
 */
export class StoredJobResult extends RunEvents {
  readonly runId: string
  readonly success: boolean
  /** The steps that failed after all retries, with their stored errors. */
  readonly failures: JobExecutionResult["failures"]
  /** The last event of the run. */
  readonly end: JobExecutionResult["end"]
  readonly #result: JobExecutionResult

  constructor(result: JobExecutionResult) {
    super(result.allEvents)
    this.#result = result
    this.runId = result.runId
    this.success = result.success
    this.failures = result.failures
    this.end = result.end
  }

  /**
   * The value of an output of the job, loaded by the IO manager that holds it.
   *
   * @param output - name of the output; `result` without it
   * @returns a promise of the value; it rejects with `OutputNotFound`, and when the IO manager does not give it
   */
  outputValue(output?: string): Promise<unknown> {
    return Effect.runPromise(this.#result.outputValue(output))
  }

  /**
   * The value of an output of a node that this run has executed, as `outputValue`.
   *
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output; `result` without it
   */
  outputForNode(nodePath: string, output?: string): Promise<unknown> {
    return Effect.runPromise(this.#result.outputForNode(nodePath, output))
  }

  /**
   * The value of an asset that this run made, loaded by the IO manager that holds it.
   *
   * @param key - text key of the asset
   * @param options - `partition`: the key of one of the partitions that the run made
   * @returns a promise of the value; it rejects with `AssetValueNotFound` when the run did not make the asset, and when the IO
   *   manager does not give it
   */
  assetValue(key: string, options?: { readonly partition?: string }): Promise<unknown> {
    return Effect.runPromise(this.#result.assetValue(key, options))
  }
}
