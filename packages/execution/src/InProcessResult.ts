import type { PartitionValue } from "@heddle/definitions/BackfillPolicy"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { describe } from "@heddle/definitions/describe"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import { NodeOutput } from "@heddle/engine/plan/NodeOutput"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunEvents } from "@heddle/events/RunEvents"
import type { Run } from "@heddle/storage/RunRecord"
import * as Option from "effect/Option"
import { AssetOutputs } from "./AssetOutputs.ts"
import { AssetValueNotFound } from "./AssetValueNotFound.ts"
import { OutputNotFound } from "./OutputNotFound.ts"
import type { RunCapture } from "./RunCapture.ts"

/** The data that a run in this process leaves behind. */
export interface InProcessRun {
  readonly run: Run
  /** The job that ran: with a selection of ops, the part that was selected. */
  readonly job: JobDefinition
  readonly plan: ExecutionPlan
  readonly events: ReadonlyArray<HeddleEvent>
  readonly capture: RunCapture
  /** Gives the values of job inputs. */
  readonly given: (input: string) => unknown
}

/** The values of assets, where nothing is known of their types. */
export interface UnknownAssets {
  readonly [key: string]: unknown
}

/**
 * A finished run in this process: its events, and the values that its bodies returned, unchanged.
 *
 * @since 0.1.0
 * @source Dagster ExecuteInProcessResult
 */
export class InProcessResult<Values = UnknownAssets> extends RunEvents {
  readonly runId: string
  /** The record of the run, read again at its end. */
  readonly run: Run
  /** The job that ran: with a selection of ops, the part that was selected. */
  readonly job: JobDefinition
  readonly #run: InProcessRun

  constructor(run: InProcessRun) {
    super(run.events)
    this.#run = run
    this.runId = run.run.runId
    this.run = run.run
    this.job = run.job
  }

  /**
   * Returns the value of an output of the job, even if the run failed after the value was returned.
   *
   * @param output - name of the output; `result` without it
   * @throws OutputNotFound when the job has no such output, or no value of it was given
   */
  outputValue(output = "result"): unknown {
    const source = this.#run.plan.outputs[output]
    const available = Object.keys(this.#run.plan.outputs)
    if (source === undefined) {
      throw new OutputNotFound({ runId: this.runId, output, problem: "NO_OUTPUT", available })
    }
    return this.#valueOf(source, () => {
      const others = available.filter((name) => Option.isSome(this.#find(this.#run.plan.outputs[name]!)))
      return new OutputNotFound({ runId: this.runId, output, problem: "NOT_GIVEN", available: others })
    })
  }

  /**
   * The value of an output of a node, as its body gave it: before its check, and also of a step that failed afterwards.
   *
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output; `result` without it
   * @returns the value; of a dynamic output, and of a mapped step, a map of the values by mapping key
   * @throws OutputNotFound when there is no such node or output, or no value of it was given
   */
  outputForNode(nodePath: string, output = "result"): unknown {
    const { job, plan } = this.#run
    const found = NodeOutput.find(describe(job), plan, nodePath, output)
    const { runId } = this
    switch (found._tag) {
      case "NoNode":
        throw new OutputNotFound({ runId, nodePath, output, problem: "NO_NODE", available: found.nodes })
      case "NoOutput":
        throw new OutputNotFound({ runId, nodePath, output, problem: "NO_OUTPUT", available: found.outputs })
      case "Found":
        return this.#valueOf(
          found.source,
          () => new OutputNotFound({ runId, nodePath, output, problem: "NOT_GIVEN", available: [] })
        )
    }
  }

  /**
   * Returns the value of an asset that the run made, as its body gave it, even if the run failed afterwards.
   *
   * @param key - text key of the asset
   * @param options - `partition`: the key of one of the partitions that the run made
   * @throws AssetValueNotFound when the run did not make the asset, or its body did not give its value
   */
  assetValue<K extends keyof Values & string>(key: K): Values[K]
  assetValue<K extends keyof Values & string>(
    key: K,
    options: { readonly partition: string }
  ): PartitionValue<Values[K]>
  assetValue(key: string, { partition }: { readonly partition?: string } = {}): unknown {
    const made = AssetOutputs.of(this.#run.plan)
    const source = made.get(key)
    const value = source === undefined ? Option.none() : this.#find(source)
    const found = AssetOutputs.partitionOf(value, partition, this.run.tags)
    if (Option.isSome(found)) return found.value
    throw new AssetValueNotFound({
      runId: this.runId,
      asset: key,
      ...(partition === undefined ? {} : { partition }),
      isPlanned: source !== undefined,
      available: [...made.keys()]
    })
  }

  #find(source: Source): Option.Option<unknown> {
    return this.#run.capture.find(this.#run.plan, source, this.#run.given)
  }

  #valueOf(source: Source, missing: () => OutputNotFound): unknown {
    const value = this.#find(source)
    if (Option.isNone(value)) throw missing()
    return value.value
  }
}
