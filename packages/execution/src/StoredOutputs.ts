import { detachedInputContext } from "@heddle/definitions/detachedContext"
import { describe } from "@heddle/definitions/describe"
import { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { BackfillPolicy } from "@heddle/definitions/BackfillPolicy"
import { type InputContext, IOManager, type IOManagerShape, type ValueAddress } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import type { Source } from "@heddle/engine/plan/ExecutionPlan"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { SourcePart } from "@heddle/engine/plan/SourcePart"
import { NodeOutput } from "@heddle/engine/plan/NodeOutput"
import { DEFAULT_IO, JobNeeds } from "@heddle/definitions/JobNeeds"
import { assetAddress } from "@heddle/engine/step/assetAddress"
import { openResources } from "@heddle/engine/step/openResources"
import { StepTable } from "@heddle/definitions/StepTable"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { StepKey } from "@heddle/events/StepKey"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { AssetOutputs } from "./AssetOutputs.ts"
import { AssetValueNotFound } from "./AssetValueNotFound.ts"
import { OutputNotFound } from "./OutputNotFound.ts"
import { RunCapture } from "./RunCapture.ts"

/** A run whose values IO managers hold. */
export interface StoredRun {
  readonly runId: string
  /** The job that ran: with a selection of ops, the part that was selected. */
  readonly job: JobDefinition
  readonly runConfig: unknown
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /** The IO manager of outputs that name none, where neither a service nor a resource of the job is one. */
  readonly ioManager: IOManagerShape
}

/** One output that the last attempt of a step returned. */
interface Given {
  readonly stepKey: string
  readonly output: string
  readonly mappingKey: string | undefined
}

/** The outputs that steps returned and IO managers stored, according to the log. */
const givenBy = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<Given> => {
  const steps = new Map<string, Array<Given>>()
  for (const event of events) {
    if (event._tag === "STEP_START" || event._tag === "STEP_RESTARTED") steps.set(event.stepKey, [])
    if (event._tag !== "STEP_OUTPUT" || event.typeCheck?.passed === false) continue
    const { mappingKeys, output, stepKey } = event
    steps.get(stepKey)?.push({ stepKey, output, mappingKey: mappingKeys?.at(-1) })
  }
  return [...steps.values()].flat()
}

/** The partitions of an asset that the events of a run tell of. */
const partitionsMade = (events: ReadonlyArray<HeddleEvent>, asset: string): ReadonlyArray<string> =>
  events.flatMap((event) =>
    event._tag === "ASSET_MATERIALIZATION" && event.asset === asset && event.partition !== undefined
      ? [event.partition]
      : []
  )

/** How many partitions of one asset are loaded at a time. */
const LOADED_AT_ONCE = 16

/** Loads partitions of an asset, by key. */
const loadPartitions = (
  manager: IOManagerShape,
  at: (upstream: ValueAddress, keys?: ReadonlyArray<string>) => InputContext,
  asset: string,
  keys: ReadonlyArray<string>
): Effect.Effect<ReadonlyMap<string, unknown>, unknown> => {
  if (manager.loadPartitions !== undefined && keys.length > 0) return manager.loadPartitions(at({ asset }, keys))
  const values = Effect.forEach(
    keys,
    (partition) => Effect.map(manager.loadInput(at({ asset, partition })), (value) => [partition, value] as const),
    { concurrency: LOADED_AT_ONCE }
  )
  return Effect.map(values, (entries) => new Map(entries))
}

const load = Effect.fnUntraced(function* (
  { ioManager, job, runConfig, runId, tags }: StoredRun,
  events: ReadonlyArray<HeddleEvent>,
  source: Source
) {
  const plan = makePlan(describe(job))
  const config = yield* JobRunConfig.validate(job, runConfig)
  const context = yield* Effect.context<never>()
  const needs = JobNeeds.ofStored(job)
  const stamp = () => ({ id: "", runId, timestamp: 0 })
  const started = yield* openResources({ job, replaced: {}, context }, needs, config, stamp, () => {})
  const services = Context.merge(context, started) as Context.Context<unknown>
  const table = StepTable.of(job)
  const capture = new RunCapture()
  const wanted = SourcePart.of(source)
  // Which copies of a mapped step there are is known by the keys of the output that it is mapped over.
  const over = wanted.flatMap(({ step }) => plan.steps[step]!.mappedOver ?? [])
  for (const { mappingKey, output, stepKey } of givenBy(events)) {
    const nodePath = StepKey.nodePath(stepKey)
    const isOf = (part: { readonly step: number; readonly output: string }): boolean =>
      plan.steps[part.step]!.nodePath === nodePath && part.output === output
    if (over.some(isOf)) capture.output(stepKey, output, mappingKey, undefined)
    if (!wanted.some(isOf)) continue
    const definition = StepTable.output(table, nodePath, output)
    if (definition === undefined) continue
    if (ValueCheck.isNothing(definition.schema)) {
      capture.output(stepKey, output, mappingKey, undefined)
      continue
    }
    const manager =
      definition.io === undefined
        ? (Context.getOrUndefined(services, IOManager) ?? ioManager)
        : Context.get(services, definition.io)
    const { asset } = definition
    const at = (upstream: ValueAddress, keys?: ReadonlyArray<string>) =>
      detachedInputContext({
        input: output,
        stepKey,
        runId,
        jobName: job.name,
        opName: table.get(nodePath)!.op.name,
        tags,
        upstream,
        schema: definition.schema,
        assetPartitions: asset?.partitions,
        assetPartitionKeys: keys
      })
    const loading =
      asset?.partitions !== undefined && BackfillPolicy.takesRanges(asset.backfill)
        ? loadPartitions(manager, at, asset.key, partitionsMade(events, asset.key))
        : manager.loadInput(
            at(
              asset === undefined
                ? { runId, stepKey, output, ...(mappingKey === undefined ? {} : { mappingKey }) }
                : assetAddress(asset, { tags })
            )
          )
    const value = yield* loading.pipe(
      Effect.mapError(
        (cause) => new InputNotLoaded({ stepKey, input: output, ioManager: definition.io?.key ?? DEFAULT_IO, cause })
      )
    )
    capture.output(stepKey, output, mappingKey, value)
  }
  return capture.find(plan, source, (input) =>
    Object.hasOwn(config.inputs, input) ? config.inputs[input] : job.inputValues[input]
  )
}, Effect.scoped)

/**
 * Reads values of a run from the IO managers that hold them. The resources that those need are started for each reading,
 * and stopped after it.
 *
 * @since 0.1.0
 * @source Dagster JobExecutionResult
 */
export const StoredOutputs = {
  /**
   * The value of an output of the job.
   *
   * @param run - the run
   * @param events - its log
   * @param output - name of the output
   * @returns the value; fails with `OutputNotFound`, with `InputNotLoaded` where an IO manager does not give it, and when
   *   the IO managers cannot be started
   */
  ofJob: Effect.fnUntraced(function* (run: StoredRun, events: ReadonlyArray<HeddleEvent>, output: string) {
    const { outputs } = makePlan(describe(run.job))
    const source = outputs[output]
    const missing = (problem: "NO_OUTPUT" | "NOT_GIVEN", available: ReadonlyArray<string>) =>
      new OutputNotFound({ runId: run.runId, output, problem, available })
    if (source === undefined) return yield* missing("NO_OUTPUT", Object.keys(outputs))
    const value = yield* load(run, events, source)
    return Option.isNone(value) ? yield* missing("NOT_GIVEN", []) : value.value
  }),

  /**
   * The value of an output of a node, as `ofJob`; of a dynamic output, and of a mapped step, a map by mapping key.
   *
   * @param run - the run
   * @param events - its log
   * @param nodePath - path of the node, `graph.op`
   * @param output - name of the output
   */
  ofNode: Effect.fnUntraced(function* (
    run: StoredRun,
    events: ReadonlyArray<HeddleEvent>,
    nodePath: string,
    output: string
  ) {
    const snapshot = describe(run.job)
    const found = NodeOutput.find(snapshot, makePlan(snapshot), nodePath, output)
    const missing = (problem: "NO_NODE" | "NO_OUTPUT" | "NOT_GIVEN", available: ReadonlyArray<string>) =>
      new OutputNotFound({ runId: run.runId, nodePath, output, problem, available })
    if (found._tag === "NoNode") return yield* missing("NO_NODE", found.nodes)
    if (found._tag === "NoOutput") return yield* missing("NO_OUTPUT", found.outputs)
    const value = yield* load(run, events, found.source)
    return Option.isNone(value) ? yield* missing("NOT_GIVEN", []) : value.value
  }),

  /**
   * The value of an asset that the run made: of its partition, if the asset has partitions.
   *
   * @param run - the run
   * @param events - its log
   * @param asset - text key of the asset
   * @param partition - key of the partition; all that the run made without it
   * @returns the value, as it is stored now; fails with `AssetValueNotFound`, and otherwise as `ofJob`
   */
  ofAsset: Effect.fnUntraced(function* (
    run: StoredRun,
    events: ReadonlyArray<HeddleEvent>,
    asset: string,
    partition?: string
  ) {
    const made = AssetOutputs.of(makePlan(describe(run.job)))
    const source = made.get(asset)
    const value = source === undefined ? Option.none() : yield* load(run, events, source)
    const found = AssetOutputs.partitionOf(value, partition, run.tags)
    if (Option.isSome(found)) return found.value
    return yield* new AssetValueNotFound({
      runId: run.runId,
      asset,
      ...(partition === undefined ? {} : { partition }),
      isPlanned: source !== undefined,
      available: [...made.keys()]
    })
  })
}
