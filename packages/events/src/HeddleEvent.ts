import * as Schema from "effect/Schema"
import { AssetEvent } from "./AssetEvent.ts"
import { EngineEvent } from "./EngineEvent.ts"
import { ErrorInfo } from "./ErrorInfo.ts"
import { flatCheck } from "./internal/flatCheck.ts"
import { RunEvent } from "./RunEvent.ts"
import { StepEvent } from "./StepEvent.ts"

const schema = Schema.Union([...StepEvent, ...AssetEvent, ...EngineEvent, ...RunEvent])

/**
 * Something that happened in a run. Events are plain JSON values: users see the same form that is stored and sent to other
 * processes.
 *
 * @since 0.1.0
 * @source Dagster DagsterEvent
 */
export type HeddleEvent = typeof schema.Type

/** The tag of an event: the kind of thing that happened. */
export type HeddleEventType = HeddleEvent["_tag"]

/** The event with a given tag. */
export type HeddleEventOf<Tag extends HeddleEventType> = Extract<HeddleEvent, { readonly _tag: Tag }>

const STEP: ReadonlySet<HeddleEventType> = new Set([
  "STEP_START",
  "STEP_RESTARTED",
  "STEP_INPUT",
  "STEP_OUTPUT",
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_UP_FOR_RETRY",
  "STEP_SKIPPED",
  "STEP_EXPECTATION_RESULT",
  "LOADED_INPUT",
  "HANDLED_OUTPUT",
  "ASSET_MATERIALIZATION",
  "ASSET_OBSERVATION",
  "ASSET_CHECK_EVALUATION"
])

/** A type guard for events with certain tags. */
const is =
  <const Tags extends ReadonlyArray<HeddleEventType>>(...tags: Tags) =>
  (event: HeddleEvent): event is HeddleEventOf<Tags[number]> =>
    tags.includes(event._tag)

/** Events that other things wait for. They are on disk before anything acts on them. */
const DURABLE: ReadonlySet<HeddleEventType> = new Set([
  "STEP_SUCCESS",
  "STEP_FAILURE",
  "STEP_UP_FOR_RETRY",
  "STEP_RETRY_DUE",
  "POOL_CLAIMED",
  "STEP_SKIPPED",
  "EXECUTOR_READY",
  "RESOURCE_INIT_FAILURE",
  "RUN_ENQUEUED",
  "RUN_DEQUEUED",
  "RUN_STARTING",
  "RUN_START",
  "RUN_SUCCESS",
  "RUN_FAILURE",
  "RUN_CANCELING",
  "RUN_CANCELED"
])

const named = (name: string, key: string | undefined): string =>
  key === undefined ? `"${name}"` : `"${name}" [${key}]`

/** Describes the event in one line. */
const describe = (event: HeddleEvent): string => {
  switch (event._tag) {
    case "STEP_WORKER_STARTING":
      return "Starting a worker process"
    case "STEP_WORKER_STARTED":
      return `Worker process ${event.pid} started`
    case "STEP_START":
      return "Started"
    case "STEP_RESTARTED":
      return `Retrying, attempt ${event.attempt}`
    case "LOADED_INPUT":
      return event.upstreamStepKey === undefined
        ? `Loaded input "${event.input}" with "${event.ioManager}"`
        : `Loaded input "${event.input}" from output "${event.upstreamOutput}" of "${event.upstreamStepKey}"`
    case "STEP_INPUT":
      return event.typeCheck?.passed === false
        ? `Input "${event.input}" failed its type check${event.typeCheck.description === undefined ? "" : `: ${event.typeCheck.description}`}`
        : `Received input "${event.input}"`
    case "STEP_OUTPUT":
      return event.typeCheck?.passed === false
        ? `Output ${named(event.output, event.mappingKeys?.at(-1))} failed its type check${event.typeCheck.description === undefined ? "" : `: ${event.typeCheck.description}`}`
        : `Produced output ${named(event.output, event.mappingKeys?.at(-1))}`
    case "HANDLED_OUTPUT":
      return `Stored output ${named(event.output, event.mappingKeys?.at(-1))} with "${event.ioManager}"`
    case "STEP_EXPECTATION_RESULT":
      return `Expectation "${event.label ?? "unnamed"}" ${event.success ? "passed" : "failed"}`
    case "STEP_SUCCESS":
      return "Succeeded"
    case "STEP_FAILURE":
      return `Failed: ${ErrorInfo.summary(event.error)}`
    case "STEP_UP_FOR_RETRY":
      return `Attempt ${event.attempt} failed and will be retried${event.waitMillis > 0 ? ` in ${event.waitMillis} ms` : ""}: ${ErrorInfo.summary(event.error)}`
    case "STEP_RETRY_DUE":
      return "Ready for the next attempt"
    case "POOL_CLAIMED":
      return `Claimed a slot of pool "${event.pool}"`
    case "STEP_SKIPPED":
      return "Skipped: a required upstream output was not produced"
    case "HOOK_COMPLETED":
      return `Hook "${event.hook}" ran`
    case "HOOK_SKIPPED":
      return `Hook "${event.hook}" was skipped`
    case "HOOK_ERRORED":
      return `Hook "${event.hook}" failed: ${ErrorInfo.summary(event.error)}`
    case "ASSET_MATERIALIZATION_PLANNED":
      return `Asset "${event.asset}" is planned`
    case "ASSET_MATERIALIZATION":
      return `Materialized asset ${named(event.asset, event.partition)}`
    case "ASSET_OBSERVATION":
      return `Observed asset ${named(event.asset, event.partition)}`
    case "ASSET_CHECK_EVALUATION_PLANNED":
      return `Check "${event.check}" of asset "${event.asset}" is planned`
    case "ASSET_CHECK_EVALUATION":
      return `Check "${event.check}" of asset "${event.asset}" ${event.passed ? "passed" : event.severity === "WARN" ? "failed with severity WARN" : "failed"}${event.description === undefined ? "" : `: ${event.description}`}`
    case "EXECUTOR_READY":
      return `Executor "${event.executor}" is ready`
    case "RESOURCE_INIT_STARTED":
      return `Starting ${event.resources.length === 1 ? "resource" : "resources"} ${event.resources.join(", ")}`
    case "RESOURCE_INIT_SUCCESS":
      return "Resources are ready"
    case "RESOURCE_INIT_FAILURE":
      return `Resource "${event.resource}" failed to start: ${ErrorInfo.summary(event.error)}`
    case "LOGS_CAPTURED":
      return `Capturing output in ${event.fileKey}`
    case "ENGINE_EVENT":
    case "LOG_MESSAGE":
      return event.message
    case "RUN_ENQUEUED":
      return "Run is queued"
    case "RUN_DEQUEUED":
      return "Run left the queue"
    case "RUN_STARTING":
      return "Run is starting"
    case "RUN_START":
      return `Run started with executor "${event.executor}" in process ${event.pid}`
    case "RUN_SUCCESS":
      return "Run succeeded"
    case "RUN_FAILURE": {
      const steps = event.failedSteps.length
      const error = event.error === undefined ? "" : `: ${ErrorInfo.summary(event.error)}`
      return steps === 0
        ? `Run failed (${event.reason})${error}`
        : `Run failed: ${steps} ${steps === 1 ? "step" : "steps"} failed${error}`
    }
    case "RUN_CANCELING":
      return event.reason === undefined ? "Run is being cancelled" : `Run is being cancelled: ${event.reason}`
    case "RUN_CANCELED":
      return event.error === undefined ? "Run was cancelled" : `Run was cancelled. ${event.error.message}`
  }
}

const isEvent = Schema.is(schema)
const isFlatEvent = flatCheck(schema.members)
const decode = Schema.decodeUnknownSync(schema)
const TYPES: ReadonlySet<unknown> = new Set(schema.members.map((event) => event.fields._tag.schema.literal))

/** Returns one line that says why a value is not an event. */
const fault = (value: unknown): string => {
  const type: unknown = Object(value)._tag
  if (!TYPES.has(type)) return `there is no event of type ${JSON.stringify(type)}`
  try {
    decode(value)
    return "it is in order"
  } catch (cause) {
    return (cause instanceof Error ? cause.message : String(cause)).replaceAll(/\s*\n\s*/g, " ")
  }
}

/** Returns why a value cannot be stored as an event. */
const problem = (value: HeddleEvent): string | undefined => {
  if (!isFlatEvent(value) && !isEvent(value)) return fault(value)
  // Stores keep text as UTF-8, in which ids with lone surrogates would become the same id.
  return value.id.isWellFormed() && value.runId.isWellFormed()
    ? undefined
    : "its id, or that of its run, is not well-formed Unicode"
}

/**
 * The schema of events, and functions that inspect them.
 *
 * @since 0.1.0
 */
export const HeddleEvent = {
  schema,

  /**
   * Returns one line that says why a value cannot be stored as an event; `undefined` for a valid event.
   *
   * @param value - the value
   */
  problem,

  /** Returns one line that says why a value is not an event. The value is known to be none. */
  fault,

  /** Tells whether the event belongs to the work of a step: its inputs, outputs, start, end and assets. */
  isStepEvent: (event: HeddleEvent): boolean => STEP.has(event._tag),

  /**
   * Makes a type guard for tags of events: `events.filter(HeddleEvent.is("STEP_OUTPUT"))`.
   *
   * @param tags - the tags that pass
   * @source Dagster DagsterEvent.event_type, and its typed payloads such as step_output_data
   */
  is,

  isStepStart: is("STEP_START"),
  isStepRestarted: is("STEP_RESTARTED"),
  isStepSuccess: is("STEP_SUCCESS"),
  isStepFailure: is("STEP_FAILURE"),
  isStepSkipped: is("STEP_SKIPPED"),
  isStepUpForRetry: is("STEP_UP_FOR_RETRY"),
  /** Tells whether a body returned an output, even one that did not pass its check. */
  isSuccessfulOutput: is("STEP_OUTPUT"),
  isHandledOutput: is("HANDLED_OUTPUT"),
  isLoadedInput: is("LOADED_INPUT"),
  isExpectationResult: is("STEP_EXPECTATION_RESULT"),
  isStepMaterialization: is("ASSET_MATERIALIZATION"),
  isAssetObservation: is("ASSET_OBSERVATION"),
  isAssetCheckEvaluation: is("ASSET_CHECK_EVALUATION"),
  isAssetMaterializationPlanned: is("ASSET_MATERIALIZATION_PLANNED"),
  isResourceInitFailure: is("RESOURCE_INIT_FAILURE"),
  isEngineEvent: is("ENGINE_EVENT"),

  /** Tells whether the event is about a hook. */
  isHookEvent: is("HOOK_COMPLETED", "HOOK_SKIPPED", "HOOK_ERRORED"),

  /** Tells whether the event is about the run as a whole. */
  isRunEvent: is(
    "RUN_ENQUEUED",
    "RUN_DEQUEUED",
    "RUN_STARTING",
    "RUN_START",
    "RUN_SUCCESS",
    "RUN_FAILURE",
    "RUN_CANCELING",
    "RUN_CANCELED"
  ),
  isRunSuccess: is("RUN_SUCCESS"),
  isRunFailure: is("RUN_FAILURE"),

  /** Tells whether the event ends a step: success, failure or skip. */
  isStepEnd: (event: HeddleEvent): event is HeddleEventOf<"STEP_SUCCESS" | "STEP_FAILURE" | "STEP_SKIPPED"> =>
    event._tag === "STEP_SUCCESS" || event._tag === "STEP_FAILURE" || event._tag === "STEP_SKIPPED",

  /** Tells whether the event ends a run. */
  isRunEnd: (event: HeddleEvent): event is HeddleEventOf<"RUN_SUCCESS" | "RUN_FAILURE" | "RUN_CANCELED"> =>
    event._tag === "RUN_SUCCESS" || event._tag === "RUN_FAILURE" || event._tag === "RUN_CANCELED",

  /** Tells whether the event is a failure of a step or of the run. */
  isFailure: is("STEP_FAILURE", "RUN_FAILURE", "RUN_CANCELED"),

  /** Tells whether the event must be on disk before anything acts on it. */
  isDurable: (event: HeddleEvent): boolean => DURABLE.has(event._tag),

  /** The text key of the asset that the event is about, if any. */
  assetKey: (event: HeddleEvent): string | undefined => ("asset" in event ? event.asset : undefined),

  /** The partition of the asset that the event is about, if any. */
  partition: (event: HeddleEvent): string | undefined => ("partition" in event ? event.partition : undefined),

  /** The key of the step that the event is about, if any. */
  stepKey: (event: HeddleEvent): string | undefined => ("stepKey" in event ? event.stepKey : undefined),

  /** Describes the event in one line. */
  describe
}
