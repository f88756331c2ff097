import { AssetVersion } from "@heddle/events/AssetVersion"
import { KnownStep } from "@heddle/events/KnownStep"
import * as Schema from "effect/Schema"
import type { CancelRequest } from "./CancelRequest.ts"
import type { RunLease } from "./RunLease.ts"
import type { RunSummary } from "./RunSummary.ts"

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
  /** The steps that it reuses from its ancestors instead of executing them. */
  known: Schema.optionalKey(Schema.Array(KnownStep.schema)),
  /** The selection of ops that it was made with, as it was given; all of them when absent. */
  opSelection: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The assets and checks (`asset:check`) that a run of a job of assets was asked for; those of the job when absent. */
  assetSelection: Schema.optionalKey(
    Schema.Struct({ assets: Schema.Array(Schema.String), checks: Schema.Array(Schema.String) })
  ),
  /** The latest materialization or observation of the assets that it makes, checks and depends on, when it was made. */
  assets: Schema.optionalKey(Schema.Record(Schema.String, AssetVersion.schema)),
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

/** A run's record with what its events say of it, and the lease of the process that carries it or was the last to do so. */
export interface Run extends RunRecord, RunSummary {
  readonly lease?: RunLease
  /** The first request to cancel it, if there was one. */
  readonly cancelRequest?: CancelRequest
}
