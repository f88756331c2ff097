/**
 * The entry points as promises, for code that does not write Effect: each resolves with what the Effect gives, and
 * rejects with the same tagged errors.
 */
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { MissingServices, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import { executeInProcess as executeInProcessEffect } from "@heddle/execution/executeInProcess"
import type { CallResult, CallRunConfig, ExecuteInProcessOptions } from "@heddle/execution/ExecuteInProcessOptions"
import type { ExecuteJobOptions } from "@heddle/execution/executeJob"
import { executeJob as executeJobEffect } from "./executeJob.ts"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Instance } from "@heddle/storage/Instance"
import type { StorageError } from "@heddle/storage/StorageError"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { StoredJobResult } from "./StoredJobResult.ts"

/** What the compiler reports about a call: services that are not provided or, if there are none, options that are missing. */
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

/** Options of `executeJob` as a promise. */
export interface ExecuteJobPromiseOptions extends Omit<ExecuteJobOptions, "values"> {
  /** The home folder, which holds the instance and the values; the one that `HEDDLE_HOME` names without it, else `.heddle`. */
  readonly home?: string
  /** Folder of values whose outputs name no IO manager, in the home folder without it. */
  readonly values?: string
  /** The instance that keeps the run; the one in the home folder without it. */
  readonly instance?: Layer.Layer<Instance, StorageError>
  /** Whether the first failure of a step in this process ends the run and becomes the rejection. */
  readonly raiseOnError?: boolean
}

/** Instances that are open, by home folder and by layer: results read from them, and so they stay open to the end. */
const homes = new Map<string, Promise<Context.Context<Instance>>>()
const layers = new WeakMap<Layer.Layer<Instance, StorageError>, Promise<Context.Context<Instance>>>()

const open = (layer: Layer.Layer<Instance, StorageError>): Promise<Context.Context<Instance>> =>
  Effect.runPromise(Layer.buildWithScope(layer, Scope.makeUnsafe()))

/** Gives what is known of a key, or makes it; what could not be made is tried again the next time. */
const memo = <K extends object | string, A>(
  known: {
    get: (key: K) => Promise<A> | undefined
    set: (key: K, value: Promise<A>) => unknown
    delete: (key: K) => unknown
  },
  key: K,
  make: () => Promise<A>
): Promise<A> => {
  let made = known.get(key)
  if (made === undefined) {
    made = make()
    known.set(key, made)
    void made.catch(() => known.delete(key))
  }
  return made
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
export const executeJob = async (
  pointer: Reconstructable<AnyJob>,
  { home, instance, values, ...options }: ExecuteJobPromiseOptions = {}
): Promise<StoredJobResult> => {
  const folder = await Effect.runPromise(SqliteInstance.homeFolder(home))
  const context =
    instance === undefined
      ? await memo(homes, folder, () => open(SqliteInstance.layerHome({ home: folder })))
      : await memo(layers, instance, () => open(instance))
  return Effect.runPromise(
    executeJobEffect(pointer, values === undefined ? options : { ...options, values }).pipe(
      Effect.map((result) => new StoredJobResult(result)),
      Effect.provideContext(context)
    )
  )
}
