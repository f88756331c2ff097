import type { RunConfigError } from "@heddle/config/RunConfigError"
import * as Effect from "effect/Effect"
import type { AnyJob } from "./Job.ts"
import { JobRunConfig } from "./JobRunConfig.ts"

/** A run config with its values decoded and its defaults filled in; `ops` stands as it is nested. */
export interface ResolvedRunConfig {
  readonly execution: { readonly [executor: string]: unknown }
  readonly loggers: { readonly [name: string]: { readonly config?: unknown } | undefined }
  readonly resources: { readonly [key: string]: { readonly config?: unknown } | undefined }
  /** Of a job that leaves no input to run config there is no such section. */
  readonly inputs?: { readonly [input: string]: unknown }
  readonly ops: { readonly [node: string]: unknown }
}

/**
 * Checks run config against a job, without running anything.
 *
 * @param job - the job
 * @param config - run config as it was read; none for a job that needs none
 * @returns the resolved config; fails with `RunConfigError`, which holds every problem
 * @since 0.1.0
 * @source Dagster validate_run_config
 */
export const validateRunConfig = (job: AnyJob, config?: unknown): Effect.Effect<ResolvedRunConfig, RunConfigError> =>
  Effect.map(
    JobRunConfig.validate(job.definition, config),
    // Its shape is that of the schema that every job's run config has.
    ({ resolved }) => resolved as unknown as ResolvedRunConfig
  )
