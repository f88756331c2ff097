import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { KnownStep } from "@heddle/events/KnownStep"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Schema from "effect/Schema"
import type { RunLease } from "./RunLease.ts"

const schema = Schema.Struct({
  runId: Schema.String,
  jobName: Schema.String,
  /** Milliseconds since the epoch. */
  createdAt: Schema.Finite,
  tags: Schema.Record(Schema.String, Schema.String),
  /** The run config as it was given, before defaults. */
  runConfig: Schema.Json,
  parentRunId: Schema.optionalKey(Schema.String),
  rootRunId: Schema.optionalKey(Schema.String),
  /** The steps that it takes over from its ancestors instead of executing them. */
  known: Schema.optionalKey(Schema.Array(KnownStep.schema)),
  /** The selection of ops that it was made with, as it was given; all of them when absent. */
  opSelection: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The steps that the run was asked to execute; all of them when absent. */
  stepKeys: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * What is known of a run when it is made: it never changes. How it fares is read from its events.
 *
 * @since 0.1.0
 * @source Dagster DagsterRun
 */
export type RunRecord = typeof schema.Type

/** Schema of run records. */
export const RunRecord = { schema }

const stateSchema = Schema.Struct({
  status: RunStatus.schema,
  startedAt: Schema.optionalKey(Schema.Finite),
  endedAt: Schema.optionalKey(Schema.Finite),
  /** Process and host that carry the run. */
  pid: Schema.optionalKey(Schema.Int),
  host: Schema.optionalKey(Schema.String)
})

/**
 * What a run's events say of it as a whole. A store may keep it beside the log as an index, written in the append.
 *
 * @since 0.1.0
 */
export type RunState = typeof stateSchema.Type

/** Schema of a run's state, and how it is read from events. */
export const RunState = {
  schema: stateSchema,

  initial: { status: RunStatus.initial } satisfies RunState as RunState,

  /**
   * Folds one event; gives the same object back when the event says nothing of the run as a whole. No event leads back
   * to the initial state.
   */
  after: (state: RunState, event: HeddleEvent): RunState => {
    const status = RunStatus.after(state.status, event)
    switch (event._tag) {
      case "RUN_START":
        return { ...state, status, startedAt: event.timestamp, pid: event.pid, host: event.host }
      case "RUN_SUCCESS":
      case "RUN_FAILURE":
      case "RUN_CANCELED":
        return { ...state, status, endedAt: event.timestamp }
      default:
        return status === state.status ? state : { ...state, status }
    }
  }
}

/** A run's record with what its events say of it, and the lease of the process that carries it or was the last to do so. */
export interface Run extends RunRecord, RunState {
  readonly lease?: RunLease
}
