import type { AssetEntries } from "@heddle/definitions/AssetEntries"
import { AssetSelection } from "@heddle/definitions/AssetSelection"
import { describe } from "@heddle/definitions/describe"
import { DirectContext } from "@heddle/definitions/DirectContext"
import type { GraphDefinition } from "@heddle/definitions/GraphDefinition"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { executeDefinition } from "@heddle/execution/executeDefinition"
import type { InProcessResult } from "@heddle/execution/InProcessResult"
import { materialize, materializeToMemory } from "@heddle/execution/materialize"
import { raiseFailure } from "@heddle/execution/raiseFailure"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { asked } from "./asked.ts"
import { AssetBuilding, selectionOf } from "./assets.ts"
import type { Call, Definition, ResourceMap } from "./Case.ts"
import { Building, outsOf } from "./graphs.ts"
import { jobOf, targetOf } from "./jobs.ts"
import { executeLocated } from "./located.ts"
import { type Outcome, statusOf, upstreamOf } from "./Outcome.ts"
import { type AnyLayer, defaultLayer, plainLayer, resourceTag } from "./resources.ts"
import { outcomeOf, run, type Session, widthOf } from "./Session.ts"
import { spelled } from "./spelling.ts"
import { countStayed, runsSteps, staysHere } from "./staysHere.ts"
import { surroundings } from "./Surroundings.ts"
import { spelledTags } from "./tags.ts"
import { isObject, plain } from "./values.ts"

const assetValueOf = (result: InProcessResult) => async (key: string) => result.assetValue(key)

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
        asked(call.ask ?? {}, session, executed.runId, executed.result, assetValueOf(executed.result)),
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
      moved: false,
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
      return Effect.map(asked(call.ask ?? {}, session, result.runId, result, assetValueOf(result)), (answers) => ({
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
    moved: false,
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
  execute_job: (call, session) => executeLocated(call, session, false),
  reexecute: (call, session) => executeLocated(call, session, false),
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
    if (session.mode.overProcesses && runsSteps(call)) {
      const stays = staysHere(call, session.case.definition)
      if (stays === undefined) return await executeLocated(call, session, true)
      countStayed(stays)
    }
    return await CALLS[call.call]!(call, session)
  } catch (thrown) {
    return outcomeOf(thrown, session.case.definition)
  }
}
