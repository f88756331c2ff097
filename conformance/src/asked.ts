import { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunEvents } from "@heddle/events/RunEvents"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Ask } from "./Case.ts"
import { raisedRecord } from "./errors.ts"
import type { Session } from "./Session.ts"
import { recordedTags } from "./tags.ts"
import { byCodePoint, canonical, plain } from "./values.ts"

const events = (runId: string): Effect.Effect<ReadonlyArray<HeddleEvent>, unknown, Instance> =>
  Stream.runCollect(EventLog.readAll(runId))

/** Reads what a call requests from a run, except its output values. */
export const asked = Effect.fnUntraced(function* (
  ask: Ask,
  session: Session,
  runId: string,
  result: RunEvents,
  assetValue: (key: string) => Promise<unknown>
) {
  const answers: Record<string, unknown> = {}
  if (ask.assets !== undefined) {
    const values: Record<string, unknown> = {}
    for (const key of ask.assets) {
      const asset = key.join("/")
      values[asset] = yield* Effect.promise(() =>
        assetValue(asset).then(plain, (thrown: unknown) => ({ $raised: raisedRecord(thrown).class }))
      )
    }
    answers["asset_values"] = values
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
