import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import type { ResourceFailed } from "@heddle/engine/step/ResourceFailed"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { HeddleEvent, type HeddleEventOf } from "@heddle/events/HeddleEvent"
import { RunEvents } from "@heddle/events/RunEvents"
import type { Run } from "@heddle/storage/RunRecord"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { AssetValueNotFound } from "./AssetValueNotFound.ts"
import type { OutputNotFound } from "./OutputNotFound.ts"
import { StoredOutputs, type StoredRun } from "./StoredOutputs.ts"

/** Reads a value. */
type ValueReading<Missing = OutputNotFound> = Effect.Effect<
  unknown,
  Missing | InputNotLoaded | ResourceFailed | RunConfigError
>

/** A finished run of a reconstructable job: its record, its events, and where its values are. */
export interface EndedJob extends StoredRun {
  readonly run: Run
  readonly events: ReadonlyArray<HeddleEvent>
  /** The services that were there when it ran, for the IO managers that hold its values. */
  readonly context: Context.Context<never>
}

/**
 * How a run of a reconstructable job ended. Its events are in memory, with the queries of `RunEvents`; its values are
 * read from the IO managers that hold them, when they are asked for.
 *
 * @since 0.1.0
 * @source Dagster JobExecutionResult
 */
export class JobExecutionResult extends RunEvents {
  readonly runId: string
  /** The record of the run, read at its end. */
  readonly run: Run
  readonly success: boolean
  /** The steps that failed after all retries, with their stored errors. */
  readonly failures: ReadonlyArray<{ readonly stepKey: string; readonly error: ErrorInfo }>
  /** The last event of the run. */
  readonly end: HeddleEventOf<"RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELED"> | undefined
  /** The job that ran: with a selection of ops, the part that was selected. */
  readonly job: StoredRun["job"]
  readonly #ended: EndedJob

  constructor(ended: EndedJob) {
    super(ended.events)
    this.#ended = ended
    this.runId = ended.runId
    this.run = ended.run
    this.end = ended.events.findLast(HeddleEvent.isRunEnd)
    this.success = this.end?._tag === "RUN_SUCCESS"
    this.failures = ended.events.filter(HeddleEvent.isStepFailure).map(({ error, stepKey }) => ({ stepKey, error }))
    this.job = ended.job
  }

  /**
   * The value of an output of the job, loaded by the IO manager that holds it.
   *
   * @param output - name of the output; `result` by default
   * @returns the value; fails with `OutputNotFound`, with `InputNotLoaded` where an IO manager does not give it, and when
   *   the resources that IO managers need do not start
   */
  outputValue(output = "result"): ValueReading {
    return Effect.provideContext(StoredOutputs.ofJob(this.#ended, this.allEvents, output), this.#ended.context)
  }

  /**
   * The value of an output of a node that this run has executed, as `outputValue`.
   *
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output; `result` by default
   * @returns the value; of a dynamic output, and of a mapped step, a map of the values by mapping key
   */
  outputForNode(nodePath: string, output = "result"): ValueReading {
    return Effect.provideContext(
      StoredOutputs.ofNode(this.#ended, this.allEvents, nodePath, output),
      this.#ended.context
    )
  }

  /**
   * The value of an asset that this run made, loaded by the IO manager that holds it. A later run that makes the asset again
   * replaces the value.
   *
   * @param key - text key of the asset
   * @param options - `partition`: the key of one of the partitions that the run made
   * @returns the value; of an asset with partitions that of the run's partition, or a map if it is made by ranges. Fails with `AssetValueNotFound` when the run
   *   did not make the asset, and otherwise as `outputValue`
   */
  assetValue(key: string, { partition }: { readonly partition?: string } = {}): ValueReading<AssetValueNotFound> {
    const value = StoredOutputs.ofAsset(this.#ended, this.allEvents, key, partition)
    return Effect.provideContext(value, this.#ended.context)
  }
}
