import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Ask, Json } from "./Case.ts"
import { raisedRecord } from "./errors.ts"
import type { Outcome, RaisedValue } from "./Outcome.ts"
import { type EventRecord, recordOfEvent } from "./projection.ts"
import { byCodePoint, isObject } from "./values.ts"

export type CallRecord = { readonly [key: string]: unknown }

/** The outcome of steps, derived from events. */
const stepsOf = (events: ReadonlyArray<EventRecord>): CallRecord => {
  const keys = (type: string) =>
    [...new Set(events.filter((event) => event.type === type).map(({ step }) => step!))].toSorted(byCodePoint)
  const retried: Record<string, number> = {}
  for (const { step, type } of events) {
    if (type === "STEP_UP_FOR_RETRY") retried[step!] = (retried[step!] ?? 0) + 1
  }
  return {
    succeeded: keys("STEP_SUCCESS"),
    failed: keys("STEP_FAILURE"),
    skipped: keys("STEP_SKIPPED"),
    retried
  }
}

/**
 * The record of a call.
 *
 * @param outcome - the outcome of the call
 * @param expected - the record in the case; only the names of its outputs are used
 * @param ask - what the call requests
 * @param tamper - changes the events before they are projected; only a test of the runner does
 */
export const recordOf = async (
  outcome: Outcome,
  expected: { readonly [key: string]: Json },
  ask: Ask | undefined,
  tamper: (events: ReadonlyArray<HeddleEvent>) => ReadonlyArray<HeddleEvent>
): Promise<CallRecord> => {
  if (outcome.outcome !== "completed") return outcome
  const events = tamper(outcome.events).flatMap((event) => recordOfEvent(event) ?? [])
  const given = (value: Promise<unknown>): Promise<unknown> =>
    value.catch((thrown: unknown): RaisedValue => ({ $raised: raisedRecord(thrown).class }))
  const outputs: Record<string, Record<string, unknown>> = {}
  for (const [nodePath, named] of Object.entries(isObject(expected["outputs"]) ? expected["outputs"] : {})) {
    const values: Record<string, unknown> = {}
    for (const output of Object.keys(named as object)) values[output] = await given(outcome.output(nodePath, output))
    outputs[nodePath] = values
  }
  const asked: Record<string, unknown> = { ...outcome.asked }
  if (ask?.job_outputs !== undefined) {
    const values: Record<string, unknown> = {}
    for (const output of ask.job_outputs) values[output] = await given(outcome.jobOutput(output))
    asked["job_outputs"] = values
  }
  if (ask?.node_outputs !== undefined) {
    const values: Record<string, unknown> = {}
    for (const [nodePath, output] of ask.node_outputs) {
      values[`${nodePath}.${output}`] = await given(outcome.output(nodePath, output))
    }
    asked["node_outputs"] = values
  }
  return {
    outcome: "completed",
    success: outcome.runStatus === "SUCCESS",
    run_status: outcome.runStatus,
    events,
    steps: stepsOf(events),
    outputs,
    ...asked
  }
}
