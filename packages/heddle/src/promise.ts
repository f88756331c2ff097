/**
 * The entry points as promises, for code without Effect: each resolves with what the Effect gives, and
 * rejects with the same tagged errors.
 */
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import { executeInProcess as executeInProcessEffect } from "@heddle/execution/executeInProcess"
import type { CallResult, CallRunConfig, ExecuteInProcessOptions } from "@heddle/execution/ExecuteInProcessOptions"
import { executeJob as executeJobEffect } from "./executeJob.ts"
import type { ExecuteJobOptions, JobAsks, JobOptionsGiven } from "@heddle/execution/ExecuteJobOptions"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import * as Effect from "effect/Effect"
import { type InstanceChoice, openInstance } from "./openInstance.ts"
import type { Asked, ExecuteJobPromiseOptions } from "./PromiseCall.ts"
import { StoredJobResult } from "./StoredJobResult.ts"

/** The type of `executeInProcess` as a promise. */
export interface ExecuteInProcessPromise {
  <
    const JobName extends string,
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    Execution,
    const InputNames extends PropertyKey = never,
    const Replaced extends PropertyKey = never,
    P = never,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    const Raise extends boolean = false
  >(
    job: Job<JobName, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    options?: ExecuteInProcessOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>,
      Partial<Values<JI>> & Named<InputNames, keyof JI>,
      Replace<Rs> & Named<Replaced, keyof Rs>,
      P,
      Selection,
      Raise
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: Asked<
      JobName,
      Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>,
      OptionsGiven<
        K,
        O,
        [Selection] extends [never]
          ? {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>
            ? never
            : "runConfig"
          : never
      >
    >
  ): Promise<CallResult<A, E, Selection, Raise>>
}

/** The signature below rejects calls with missing services, so none are missing here. */
const run = (job: AnyJob, options?: never): Promise<unknown> =>
  Effect.runPromise(executeInProcessEffect(job, options) as Effect.Effect<unknown>)

/**
 * Runs a job in this process and returns its result, whether the run succeeds or not.
 *
 * @param job - the job
 * @param options - as for `executeInProcess` of `heddle`; every service that the job needs must be given
 * @returns a promise of the result; it rejects with `RunConfigError`, which holds every problem, before anything runs, and
 *   with `raiseOnError` with the original error of the body that failed first
 * @since 0.1.0
 * @source Dagster JobDefinition.execute_in_process
 */
export const executeInProcess: ExecuteInProcessPromise = run as unknown as ExecuteInProcessPromise

/** The type of `executeJob` as a promise. */
export interface ExecuteJobPromise {
  <
    J extends AnyJob,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    Reexecution extends ReexecutionOptions = never,
    const Raise extends boolean = false
  >(
    pointer: Reconstructable<J>,
    options?: ExecuteJobPromiseOptions<J, Selection, Reexecution, Raise> & Named<K, JobAsks<J>> & Seen<O>,
    ...missing: JobOptionsGiven<J, K, O, Selection, Reexecution>
  ): Promise<StoredJobResult>
}

const runStored = async (
  pointer: Reconstructable<AnyJob>,
  { home, instance, ...options }: ExecuteJobOptions & InstanceChoice = {}
): Promise<StoredJobResult> => {
  const context = await openInstance({ home, instance })
  return Effect.runPromise(
    executeJobEffect(pointer, options).pipe(
      Effect.map((result) => new StoredJobResult(result)),
      Effect.provideContext(context)
    )
  )
}

/**
 * Runs a reconstructable job with the executor that its run config names, in the instance of the home folder.
 *
 * @param pointer - the job, by module and export
 * @param options - as for `executeJob` of `heddle`; `home`: the home folder; `instance` and `values` in its stead
 * @returns a promise of the result, whose events are at hand; it rejects with the same tagged errors
 * @since 0.1.0
 * @source Dagster execute_job
 */
export const executeJob: ExecuteJobPromise = runStored as ExecuteJobPromise

export { backfill, type BackfillPromise } from "./backfillPromise.ts"
export {
  materialize,
  materializeToMemory,
  type MaterializeInstance,
  type MaterializePromise
} from "./materializePromise.ts"
export { launch, type LaunchPromise, type PromiseRunHandle } from "./launchPromise.ts"
export { runs } from "./runsPromise.ts"
export type { InstanceChoice } from "./openInstance.ts"
export type { Asked, ExecuteJobPromiseOptions } from "./PromiseCall.ts"
