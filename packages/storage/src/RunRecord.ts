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
  /** The run config as it was given, without defaults and secrets. */
  runConfig: Schema.Json,
  parentRunId: Schema.optionalKey(Schema.String),
  rootRunId: Schema.optionalKey(Schema.String),
  /** The steps that it reuses from its ancestors instead of executing them. */
  known: Schema.optionalKey(Schema.Array(KnownStep.schema)),
  /** The selection of ops, as it was given; absent if all ops were selected. */
  opSelection: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The selected assets and checks (`asset:check`) of a job of assets; absent if those of the job were selected. */
  assetSelection: Schema.optionalKey(
    Schema.Struct({ assets: Schema.Array(Schema.String), checks: Schema.Array(Schema.String) })
  ),
  /** The latest materialization or observation of the assets that the run makes, checks and depends on, as of its creation. */
  assets: Schema.optionalKey(Schema.Record(Schema.String, AssetVersion.schema)),
  /** The selected steps; absent if all steps were selected. */
  stepKeys: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * What is known of a run when it is created. It never changes; the progress of the run is in its events.
 *
 * @since 0.1.0
 * @source Dagster DagsterRun
 */
export type RunRecord = typeof schema.Type

/** Schema of run records. */
export const RunRecord = { schema }

/**
 * The record of a run, what its events say about it as a whole, and the lease of the process that executes it or was the last
 * to do so.
 */
export interface Run extends RunRecord, RunSummary {
  readonly lease?: RunLease
  /** The first request to cancel the run, if there is one. */
  readonly cancelRequest?: CancelRequest
}
