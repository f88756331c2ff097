/**
 * The entry points as promises, for code that does not write Effect: each resolves with what the Effect gives, and
 * rejects with the same tagged errors.
 */
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { MissingServices, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import { executeInProcess as executeInProcessEffect } from "@heddle/executor-in-process/executeInProcess"
import type {
  CallResult,
  CallRunConfig,
  ExecuteInProcessOptions
} from "@heddle/executor-in-process/ExecuteInProcessOptions"
import * as Effect from "effect/Effect"

/** What a call shows the compiler first: the services that nobody provides, else the options that it left out. */
type Asked<JobName, Services, Options extends ReadonlyArray<unknown>> = [Services] extends [never]
  ? Options
  : MissingServices<JobName, Services>

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
    const InputNames extends PropertyKey = never,
    const Replaced extends PropertyKey = never,
    P = never,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    const Raise extends boolean = false
  >(
    job: Job<JobName, JI, Preset, A, E, R, Cfg, Rs>,
    options?: ExecuteInProcessOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced>,
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
          ? {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced>
            ? never
            : "runConfig"
          : never
      >
    >
  ): Promise<CallResult<A, E, Selection, Raise>>
}

/** What is missing has been refused by the signature below, so that nothing is left open here. */
const run = (job: AnyJob, options?: never): Promise<unknown> =>
  Effect.runPromise(executeInProcessEffect(job, options) as Effect.Effect<unknown>)

/**
 * Runs a job in this process and gives its result, whichever way it ends.
 *
 * @param job - the job
 * @param options - as for `executeInProcess` of `heddle`; every service that the job needs must be given
 * @returns a promise of the result; it rejects with `RunConfigError`, which holds every problem, before anything runs, and
 *   with `raiseOnError` with the very error of the body that failed first
 * @since 0.1.0
 * @source Dagster JobDefinition.execute_in_process
 */
export const executeInProcess: ExecuteInProcessPromise = run as unknown as ExecuteInProcessPromise
