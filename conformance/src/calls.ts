import type { AssetEntries } from "@heddle/definitions/AssetEntries"
import { AssetSelection } from "@heddle/definitions/AssetSelection"
import { describe } from "@heddle/definitions/describe"
import { makePlan } from "@heddle/engine/plan/makePlan"
import type { InProcessResult } from "@heddle/execution/InProcessResult"
import { materialize, materializeToMemory } from "@heddle/execution/materialize"
import { AssetBuilding, selectionOf } from "./assets.ts"
import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import { DirectContext } from "@heddle/definitions/DirectContext"
import type { GraphDefinition } from "@heddle/definitions/GraphDefinition"
import type { AnyJob } from "@heddle/definitions/Job"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { type Reconstructable, reconstructable } from "@heddle/definitions/Reconstructable"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunEvents } from "@heddle/events/RunEvents"
import { RunStatus } from "@heddle/events/RunStatus"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import { SourcePart } from "@heddle/engine/plan/SourcePart"
import { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import { executeDefinition } from "@heddle/execution/executeDefinition"
import { raiseFailure } from "@heddle/execution/raiseFailure"
import { RunSignals } from "@heddle/execution/RunSignals"
import { executeJob } from "heddle"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import type { Ask, Call, Case, Definition, Json, ResourceMap } from "./Case.ts"
import { configErrorRecords } from "./configErrors.ts"
import { isOfEngine, raisedRecord } from "./errors.ts"
import { Building, outsOf } from "./graphs.ts"
import { jobOf, targetOf } from "./jobs.ts"
import { missing } from "./missing.ts"
import type { Mode } from "./Mode.ts"
import type { Completed, Outcome } from "./Outcome.ts"
import { type AnyLayer, defaultLayer, plainLayer, resourceTag } from "./resources.ts"
import { surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"
import { recordedTags, spelledTags } from "./tags.ts"
import { byCodePoint, canonical, isObject, plain } from "./values.ts"

/** The state that all calls of one case share. */
export interface Session {
  readonly case: Case
  /** Path of the case's file. */
  readonly file: string
  readonly instance: Context.Context<Instance>
  /** The folder for values that are kept after a call. */
  readonly values: string
  readonly mode: Mode
  /** Aborted when the case takes too long. */
  readonly signal: AbortSignal
  /** Ids of the runs of earlier calls. */
  readonly runs: Array<string | undefined>
}

/** Converts an error to the outcome of a call. Rethrows errors of the runner itself. */
const outcomeOf = (thrown: unknown, definition: Definition): Outcome => {
  if (isObject(thrown) && thrown["_tag"] === "RunConfigError") {
    return {
      outcome: "invalid_config",
      errors: configErrorRecords(thrown["problems"] as ReadonlyArray<ConfigProblem>, definition)
    }
  }
  const tag = isObject(thrown) && typeof thrown["_tag"] === "string" ? thrown["_tag"] : ""
  if (thrown instanceof UserError || isOfEngine(tag) || tag === "RetryRequested")
    return { outcome: "raised", error: raisedRecord(thrown) }
  throw thrown
}

/** Runs the effect of a call. Its failure or defect becomes the outcome of the call. */
const run = async <A>(
  effect: Effect.Effect<A, unknown, Instance>,
  session: Session,
  then: (value: A) => Outcome | Promise<Outcome>
): Promise<Outcome> => {
  const exit = await Effect.runPromiseExit(
    effect.pipe(
      // What the original does at a signal to its process.
      Effect.provide(RunSignals.layer({ signals: ["SIGINT"], action: "interrupt" })),
      Effect.provideContext(session.instance)
    ),
    { signal: session.signal }
  )
  if (Exit.isSuccess(exit)) return then(exit.value)
  return outcomeOf(Cause.squash(exit.cause), session.case.definition)
}

/** Translates keys from Dagster's spelling, such as `max_concurrent`, to Heddle's. */
const spelled = (config: Json | undefined): Json | undefined => {
  if (!isObject(config) || !isObject(config["execution"])) return config
  const rename = (value: Json): Json =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value as { readonly [key: string]: Json }).map(([key, inner]) => [
            key === "max_concurrent" ? "maxConcurrent" : key,
            rename(inner)
          ])
        )
      : value
  return { ...(config as { readonly [key: string]: Json }), execution: rename(config["execution"] as Json) }
}

const events = (runId: string): Effect.Effect<ReadonlyArray<HeddleEvent>, unknown, Instance> =>
  Stream.runCollect(EventLog.readAll(runId))

const upstreamOf = (plan: ExecutionPlan): Completed["upstream"] => {
  const steps = (source: Source): ReadonlyArray<string> =>
    SourcePart.of(source).map(({ step }) => plan.steps[step]!.nodePath)
  return Object.fromEntries(
    plan.steps.map(({ after, inputs, nodePath }) => [
      nodePath,
      [...inputs.map(({ source }) => source), ...after].flatMap(steps)
    ])
  )
}

/** Reads what a call requests from a run, except its output values. */
const asked = Effect.fnUntraced(function* (
  ask: Ask,
  session: Session,
  runId: string,
  result: RunEvents,
  values?: InProcessResult
) {
  const answers: Record<string, unknown> = {}
  if (ask.assets !== undefined && values !== undefined) {
    answers["asset_values"] = Object.fromEntries(
      ask.assets.map((key) => {
        const asset = key.join("/")
        try {
          return [asset, plain(values.assetValue(asset))]
        } catch (thrown) {
          return [asset, { $raised: raisedRecord(thrown).class }]
        }
      })
    )
  }
  if (ask.planned === true) {
    answers["planned"] = (yield* events(runId))
      .flatMap((event) =>
        event._tag === "ASSET_MATERIALIZATION_PLANNED"
          ? [
              {
                planned: "materialization",
                asset: event.asset,
                ...(event.partition === undefined ? {} : { partition: event.partition })
              }
            ]
          : event._tag === "ASSET_CHECK_EVALUATION_PLANNED"
            ? [{ planned: "check", asset: event.asset, check: event.check }]
            : []
      )
      .toSorted((a, b) => byCodePoint(canonical(a), canonical(b)))
  }
  const record = yield* Effect.flatMap(RunStorage, (storage) => storage.get(runId))
  if (ask.tags === true) {
    answers["run_tags"] = recordedTags(record.tags)
  }
  if (ask.lineage === true) {
    const runOf = (id: string | undefined) => (id === undefined ? null : { run_of_call: session.runs.indexOf(id) })
    answers["lineage"] = { parent: runOf(record.parentRunId), root: runOf(record.rootRunId) }
  }
  if (ask.failed_step_keys === true) answers["failed_step_keys"] = [...result.getFailedStepKeys()].toSorted(byCodePoint)
  if (ask.node_flags !== undefined) {
    answers["node_flags"] = Object.fromEntries(
      ask.node_flags.map((node) => [
        node,
        {
          success: result.isNodeSuccess(node),
          failed: result.isNodeFailed(node),
          skipped: result.isNodeSkipped(node),
          untouched: result.isNodeUntouched(node)
        }
      ])
    )
  }
  if (ask.node_events !== undefined) {
    answers["node_events"] = Object.fromEntries(
      ask.node_events.map((node) => [
        node,
        result.eventsForNode(node).map((event) => [event._tag, HeddleEvent.stepKey(event)])
      ])
    )
  }
  if (ask.log === true) {
    answers["log"] = (yield* events(runId)).flatMap((event) =>
      event._tag === "LOG_MESSAGE" ? [{ level: event.level, message: event.message, step: event.stepKey ?? null }] : []
    )
  }
  return answers
})

const executeInProcess = async (call: Call, session: Session): Promise<Outcome> => {
  const { definition } = session.case
  const building = new Building(definition, surroundings)
  // A layer takes a resource's place; a definition with config of its own is another binding of the job.
  const layers: Record<string, AnyLayer> = {}
  const rebound: Record<string, ResourceMap[string]> = {}
  if (call.target?.startsWith("graph:") !== true) {
    for (const [key, entry] of Object.entries(call.resources ?? {})) {
      const layer = plainLayer(definition, key, entry, surroundings)
      if (layer === undefined) rebound[key] = entry
      else layers[key] = layer
    }
  }
  const job = targetOf(building, call, rebound)
  const effect = executeDefinition(job.definition, {
    runConfig: spelled(call.run_config),
    resources: layers,
    ...(call.input_values === undefined ? {} : { inputValues: call.input_values }),
    ...(call.tags === undefined ? {} : { tags: spelledTags(call.tags) }),
    ...(call.partition_key === undefined ? {} : { partitionKey: call.partition_key }),
    ...(call.op_selection === undefined ? {} : { opSelection: call.op_selection }),
    ...(call.asset_selection === undefined
      ? {}
      : { assetSelection: AssetSelection.assets(...call.asset_selection.map((key) => key.join("/"))) }),
    raiseOnError: call.raise_on_error === true,
    maxConcurrent: widthOf(call, session)
  }).pipe(
    Effect.flatMap((executed) => {
      session.runs[session.runs.length - 1] = executed.runId
      if (call.raise_on_error === true && !executed.success) return raiseFailure(executed)
      return Effect.map(
        asked(call.ask ?? {}, session, executed.runId, executed.result, executed.result),
        (answers) => ({
          ...executed,
          answers
        })
      )
    })
  )
  return run(
    effect as Effect.Effect<Effect.Success<typeof effect>, unknown, Instance>,
    session,
    ({ answers, events, plan, result, runId }) => ({
      outcome: "completed",
      runId,
      runStatus: statusOf(events),
      events,
      elsewhere: false,
      upstream: upstreamOf(plan),
      output: async (nodePath, output) => plain(result.outputForNode(nodePath, output)),
      jobOutput: async (output) => plain(result.outputValue(output)),
      asked: answers
    })
  )
}

/** Makes assets with one of the functions that do. */
const materializeAssets = async (make: typeof materialize, call: Call, session: Session): Promise<Outcome> => {
  const { definition } = session.case
  const building = new Building(definition, surroundings)
  const effect = Effect.suspend(() =>
    // What assets take is known only to their words.
    (make as unknown as UntypedMaterialize)(new AssetBuilding(building).entries(), {
      resources: building.resources(call.resources),
      ...(call.run_config === undefined ? {} : { runConfig: spelled(call.run_config) }),
      ...(call.selection === undefined ? {} : { selection: selectionOf(call.selection) }),
      ...(call.tags === undefined ? {} : { tags: spelledTags(call.tags) }),
      ...(call.partition_key === undefined ? {} : { partitionKey: call.partition_key }),
      raiseOnError: call.raise_on_error === true,
      maxConcurrent: widthOf(call, session)
    })
  ).pipe(
    Effect.flatMap((result) => {
      session.runs[session.runs.length - 1] = result.runId
      return Effect.map(asked(call.ask ?? {}, session, result.runId, result, result), (answers) => ({
        result,
        answers
      }))
    })
  )
  return run(effect, session, ({ answers, result }) => ({
    outcome: "completed",
    runId: result.runId,
    runStatus: statusOf(result.allEvents),
    events: result.allEvents,
    elsewhere: false,
    upstream: upstreamOf(makePlan(describe(result.job))),
    output: async (nodePath, output) => plain(result.outputForNode(nodePath, output)),
    jobOutput: async (output) => plain(result.outputValue(output)),
    asked: answers
  }))
}

type UntypedMaterialize = (
  assets: AssetEntries,
  options: { readonly [option: string]: unknown }
) => Effect.Effect<InProcessResult, unknown, Instance>

const statusOf = (events: ReadonlyArray<HeddleEvent>): string =>
  events.reduce<RunStatus>((status, event) => RunStatus.after(status, event), RunStatus.initial)

let builds = 0

/** A call that ends at the first failure runs one step at a time, so that the first failure is always the same. */
const widthOf = (call: Call, session: Session): number => (call.raise_on_error === true ? 1 : session.mode.width)

/** Adds the executor of the job to run config, where Heddle names it. */
const withExecutor = (config: Json | undefined, session: Session): Json | undefined => {
  const { asset_job: ofAssets, job } = session.case.definition
  const executor = (job ?? ofAssets)?.executor
  const common = {
    ...(executor?.retries === undefined ? {} : { retries: { [executor.retries]: {} } }),
    ...(executor?.step_dependency === "available_outputs" ? { requireUpstreamStepSuccess: false } : {})
  }
  if (executor?.kind === "in_process" && Object.keys(common).length === 0) return config
  const given = isObject(config) ? (config as { readonly [key: string]: Json }) : {}
  if (given["execution"] !== undefined) missing("call.run_config.executor")
  if (executor?.kind === "in_process") return { ...given, execution: { inProcess: { config: common } } }
  const limit = executor?.max_concurrent
  const limits = executor?.tag_concurrency_limits as ReadonlyArray<Json> | undefined
  const concurrency = {
    // Where the original runs steps in processes, each has one of its own.
    isolation: "step",
    ...(limit === undefined ? {} : { maxConcurrent: limit }),
    ...(limits === undefined ? {} : { tagConcurrencyLimits: limits })
  }
  return { ...given, execution: { multiprocess: { config: { ...concurrency, ...common } } } }
}

const executeLocatedJob = async (call: Call, session: Session): Promise<Outcome> => {
  const { definition } = session.case
  const elsewhere = (definition.job ?? definition.asset_job)?.executor?.kind !== "in_process"
  const url = new URL("./rebuilt.ts", import.meta.url)
  url.searchParams.set("case", session.file)
  url.searchParams.set("build", String(builds++))
  if (session.mode.delays !== undefined) url.searchParams.set("delays", String(session.mode.delays))
  let job: AnyJob
  try {
    job = ((await import(url.href)) as { readonly job: AnyJob }).job
  } catch (thrown) {
    return outcomeOf(thrown, definition)
  }
  const parent = call.of === undefined ? undefined : session.runs[call.of]
  const seen: Array<HeddleEvent> = []
  // Whether a job is closed shows in its type, and that is erased here.
  const point = reconstructable as (moduleUrl: string, exportName: string, job: AnyJob) => Reconstructable<AnyJob>
  let pointer: Reconstructable<AnyJob>
  try {
    pointer = point(url.href, "job", job)
  } catch (thrown) {
    return outcomeOf(thrown, definition)
  }
  const effect = executeJob(pointer, {
    // A re-execution without run config has that of its parent, which names the executor.
    runConfig:
      call.call === "reexecute" && call.run_config === undefined
        ? undefined
        : withExecutor(spelled(call.run_config), session),
    ...(call.tags === undefined ? {} : { tags: spelledTags(call.tags) }),
    ...(call.partition_key === undefined ? {} : { partitionKey: call.partition_key }),
    ...(call.op_selection === undefined ? {} : { opSelection: call.op_selection }),
    raiseOnError: call.raise_on_error === true,
    ...(elsewhere ? {} : { maxConcurrent: widthOf(call, session) }),
    values: session.values,
    ...(parent === undefined
      ? {}
      : {
          reexecution:
            call.mode === "from_failure"
              ? ReexecutionOptions.fromFailure(parent)
              : ReexecutionOptions.make(parent, { stepSelection: call.step_selection ?? [] })
        }),
    onEvents: (events) => void seen.push(...events)
  }).pipe(
    Effect.flatMap((result) => {
      session.runs[session.runs.length - 1] = result.runId
      return Effect.gen(function* () {
        return { result, answers: yield* asked(call.ask ?? {}, session, result.runId, result) }
      })
    })
  )
  return run(effect, session, ({ answers, result }) => ({
    outcome: "completed",
    runId: result.runId,
    runStatus: statusOf(seen),
    events: seen,
    elsewhere,
    upstream: {},
    output: async (nodePath, output) => plain(await Effect.runPromise(result.outputForNode(nodePath, output))),
    jobOutput: async (output) => plain(await Effect.runPromise(result.outputValue(output))),
    asked: answers
  }))
}

/** Resolved config of all nodes that have any, by dotted path. */
const resolvedNodes = (
  config: JobRunConfig,
  graph: GraphDefinition,
  path: ReadonlyArray<string> = []
): { readonly [path: string]: unknown } =>
  Object.assign(
    {},
    ...graph.nodes.map((node) => {
      const at = [...path, node.name]
      const { config: own, inputs } = config.node(at)
      const said = {
        // There it is null too where an op has none.
        ...(own === undefined || own === null ? {} : { config: own }),
        ...(Object.keys(inputs).length === 0 ? {} : { inputs })
      }
      return {
        ...(Object.keys(said).length === 0 ? {} : { [at.join(".")]: said }),
        ...(node.body._tag === "GraphDefinition" ? resolvedNodes(config, node.body, at) : {})
      }
    })
  ) as { readonly [path: string]: unknown }

const validateRunConfig = async (call: Call, session: Session): Promise<Outcome> => {
  const job = jobOf(new Building(session.case.definition, surroundings))
  return run(JobRunConfig.validate(job.definition, spelled(call.run_config)), session, (config) => {
    const section = (name: string) => (isObject(config.resolved[name]) ? config.resolved[name] : {})
    const resources = Object.entries(section("resources")).filter(([key]) => key !== "io_manager")
    return {
      outcome: "resolved",
      resolved: {
        ops: resolvedNodes(config, job.definition.graph),
        ...(resources.length === 0 ? {} : { resources: Object.fromEntries(resources) }),
        ...(Object.keys(section("loggers")).length === 0 ? {} : { loggers: section("loggers") }),
        ...(Object.keys(section("inputs")).length === 0 ? {} : { inputs: section("inputs") })
      }
    }
  })
}

type Invoke = (inputs: {}, options: object) => Effect.Effect<unknown, unknown, Instance>

/** What a call invokes: an op, or what makes an asset. */
const invoked = (
  call: Call,
  definition: Definition
): { readonly style: string | undefined; readonly outputs: ReadonlyArray<string>; readonly invoke: Invoke } => {
  const building = new Building(definition, surroundings)
  if (call.asset !== undefined) return new AssetBuilding(building).invocable(call.asset)
  const words = definition.ops![call.op!]!
  const op = building.op(call.op!)
  return { style: words.style, outputs: outsOf(words).map(({ name }) => name), invoke: op.invoke as Invoke }
}

const invoke = async (call: Call, session: Session): Promise<Outcome> => {
  const { definition } = session.case
  const { invoke: start, outputs, style } = invoked(call, definition)
  const context = new DirectContext({
    ...(call.config === undefined ? {} : { config: call.config }),
    ...(call.mapping_key === undefined ? {} : { mappingKey: call.mapping_key }),
    ...(call.partition_key === undefined ? {} : { partitionKey: call.partition_key })
  })
  let effect = start(call.args ?? {}, { context })
  for (const [key, entry] of Object.entries(call.resources ?? {})) {
    effect =
      typeof entry === "string"
        ? Effect.provide(effect, defaultLayer(definition, key, entry, surroundings))
        : Effect.provideService(effect, resourceTag(key), entry.value)
  }
  // There is no run whose log takes what the body logs.
  const silent = Effect.provideService(effect, Logger.CurrentLoggers, new Set<Logger.Logger<unknown, any>>())
  const outcome = await run(silent, session, (given): Outcome => {
    if (style === "stream") return { outcome: "invoked", yielded: yieldedOf(context) }
    const values = outputs.map((name) => plain((given as { readonly [output: string]: unknown })[name]))
    return { outcome: "invoked", returned: values.length === 0 ? null : values.length === 1 ? values[0] : values }
  })
  if (style !== "stream" || outcome.outcome !== "raised") return outcome
  // What keeps a stream from starting is raised by the call; what comes later is raised by what it gave.
  const { message = "", class: name } = outcome.error
  // Without a run an output that is left out has another name.
  if (name === "DagsterStepOutputNotFoundError") {
    return { outcome: "invoked", yielded: yieldedOf(context), error: { class: "DagsterInvariantViolationError" } }
  }
  return name === "DagsterInvalidInvocationError" || message.startsWith("Type check of input")
    ? outcome
    : { outcome: "invoked", yielded: yieldedOf(context), error: outcome.error }
}

const addDynamicPartitions = async (call: Call, session: Session): Promise<Outcome> =>
  run(
    Effect.flatMap(DynamicPartitions, ({ add }) => add(call.partitions!, call.keys!)),
    session,
    () => ({ outcome: "done" })
  )

const KINDS = {
  AssetMaterialization: "materialization",
  AssetObservation: "observation",
  ExpectationResult: "expectation"
} as const

/** The values and events of a direct invocation, in order. */
const yieldedOf = (context: DirectContext): ReadonlyArray<unknown> =>
  context.emissions.map((emission) =>
    emission._tag === "Output"
      ? {
          output: emission.output,
          ...(emission.mappingKey === undefined ? {} : { mapping_key: emission.mappingKey }),
          value: plain(emission.value)
        }
      : emission._tag === "CheckResult"
        ? { check: emission.check, passed: emission.passed }
        : { event: KINDS[emission._tag] }
  )

const CALLS: { readonly [call: string]: (call: Call, session: Session) => Promise<Outcome> } = {
  execute_in_process: executeInProcess,
  execute_job: executeLocatedJob,
  reexecute: executeLocatedJob,
  validate_run_config: validateRunConfig,
  invoke,
  materialize: (call, session) => materializeAssets(materialize, call, session),
  materialize_to_memory: (call, session) => materializeAssets(materializeToMemory, call, session),
  add_dynamic_partitions: addDynamicPartitions
}

/**
 * Makes one call of a case.
 *
 * @returns the outcome; rejects with errors of the runner itself, such as an unsupported part of the format
 */
export const makeCall = async (call: Call, session: Session): Promise<Outcome> => {
  session.runs.push(undefined)
  try {
    return await CALLS[call.call]!(call, session)
  } catch (thrown) {
    return outcomeOf(thrown, session.case.definition)
  }
}
