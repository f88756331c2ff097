/**
 * The projection of events into records: a pure map, one event to one record or none. It translates names and spelling.
 */
import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events/HeddleEvent"
import type { MetadataValue } from "@heddle/events/MetadataValue"
import { errorRecord, stepErrorRecord, unwrapped } from "./errors.ts"

/** An event as records hold it. */
export interface EventRecord {
  readonly type: string
  readonly step?: string
  readonly [key: string]: unknown
}

type Parts = { readonly [key: string]: unknown }

const metadataRecord = (metadata: { readonly [name: string]: MetadataValue } | undefined): Parts | undefined => {
  const entries = Object.entries(metadata ?? {}).filter(([name, { _tag }]) => !(name === "path" && _tag === "path"))
  if (entries.length === 0) return undefined
  return Object.fromEntries(
    entries.map(([name, value]) => [name, value._tag === "null" ? { null: null } : { [value._tag]: value.value }])
  )
}

/** Omits a type check that passed without a message. */
const typeCheckRecord = (check: HeddleEventOf<"STEP_INPUT">["typeCheck"]): Parts | undefined =>
  check === undefined || (check.passed && check.description === undefined && check.metadata === undefined)
    ? undefined
    : { passed: check.passed, description: check.description, metadata: metadataRecord(check.metadata) }

const assetRecord = (event: HeddleEventOf<"ASSET_MATERIALIZATION" | "ASSET_OBSERVATION">): Parts => ({
  asset: event.asset,
  partition: event.partition,
  description: event.description,
  metadata: metadataRecord(event.metadata),
  tags: event.tags,
  data_version:
    event._tag === "ASSET_OBSERVATION"
      ? event.dataVersion
      : event.provenance?.isUserProvided === true
        ? event.provenance.dataVersion
        : undefined
})

const failureRecord = (failure: HeddleEventOf<"STEP_FAILURE">["userFailure"]): Parts | undefined =>
  failure === undefined ? undefined : { description: failure.description, metadata: metadataRecord(failure.metadata) }

/** The fields of the record of each event type, in addition to `type` and `step`. Events of other types have no record. */
const PARTS: { readonly [Tag in HeddleEventType]?: (event: HeddleEventOf<Tag>) => Parts | undefined } = {
  RUN_START: () => ({}),
  RUN_SUCCESS: () => ({}),
  RUN_CANCELED: () => ({}),
  RUN_FAILURE: (event) => ({
    reason: event.reason,
    ...(event.error === undefined ? { first_failed_step: event.failedSteps[0] } : { error: errorRecord(event.error) })
  }),
  STEP_WORKER_STARTING: () => ({}),
  STEP_WORKER_STARTED: () => ({}),
  STEP_START: () => ({}),
  STEP_SUCCESS: () => ({}),
  STEP_SKIPPED: () => ({}),
  STEP_RESTARTED: (event) => ({ attempt: event.attempt }),
  STEP_UP_FOR_RETRY: (event) => ({
    // In Dagster the request for a retry is a separate error, with the reason as its cause.
    error:
      event.error.name === "RetryRequested"
        ? errorRecord(event.error)
        : { class: "RetryRequested", cause: errorRecord(unwrapped(event.error)) },
    seconds: event.waitMillis / 1000
  }),
  STEP_FAILURE: (event) => ({
    error: stepErrorRecord(event.error),
    source: event.source,
    failure: failureRecord(event.userFailure)
  }),
  STEP_INPUT: (event) => ({ input: event.input, type_check: typeCheckRecord(event.typeCheck) }),
  STEP_OUTPUT: (event) => ({
    output: event.output,
    mapping_key: event.mappingKeys?.at(-1),
    type_check: typeCheckRecord(event.typeCheck),
    metadata: metadataRecord(event.metadata)
  }),
  LOADED_INPUT: (event) => ({
    input: event.input,
    manager: event.ioManager,
    from_step: event.upstreamStepKey,
    from_output: event.upstreamOutput,
    metadata: metadataRecord(event.metadata)
  }),
  HANDLED_OUTPUT: (event) => ({
    output: event.output,
    manager: event.ioManager,
    metadata: metadataRecord(event.metadata)
  }),
  RESOURCE_INIT_STARTED: (event) => ({ resources: [...event.resources].toSorted() }),
  RESOURCE_INIT_SUCCESS: (event) => ({ resources: Object.keys(event.durationMillis).toSorted() }),
  RESOURCE_INIT_FAILURE: (event) => ({
    resources: event.resources ?? [event.resource],
    error: errorRecord(event.error)
  }),
  ASSET_MATERIALIZATION: assetRecord,
  ASSET_OBSERVATION: assetRecord,
  ASSET_CHECK_EVALUATION: (event) => ({
    asset: event.asset,
    check: event.check,
    passed: event.passed,
    severity: event.severity,
    blocking: event.blocking,
    description: event.description,
    metadata: metadataRecord(event.metadata),
    has_target: event.target !== undefined
  }),
  STEP_EXPECTATION_RESULT: (event) => ({
    success: event.success,
    // Dagster's label for an expectation without one.
    label: event.label ?? "result",
    description: event.description,
    metadata: metadataRecord(event.metadata)
  }),
  HOOK_COMPLETED: (event) => ({ hook: event.hook }),
  HOOK_SKIPPED: (event) => ({ hook: event.hook }),
  HOOK_ERRORED: (event) => ({ error: errorRecord(event.error) }),
  ENGINE_EVENT: (event) => (event.error === undefined ? undefined : { error: errorRecord(event.error) })
}

const withoutNothing = (parts: Parts): Parts =>
  Object.fromEntries(
    Object.entries(parts)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        typeof value === "object" && value !== null && !Array.isArray(value) ? withoutNothing(value as Parts) : value
      ])
  )

/** The record of an event, or `undefined` if it has none. */
export const recordOfEvent = (event: HeddleEvent): EventRecord | undefined => {
  const parts = (PARTS[event._tag] as ((event: HeddleEvent) => Parts | undefined) | undefined)?.(event)
  if (parts === undefined) return undefined
  const step = "stepKey" in event && event.stepKey !== undefined ? { step: event.stepKey } : {}
  return { type: event._tag, ...step, ...withoutNothing(parts) }
}
