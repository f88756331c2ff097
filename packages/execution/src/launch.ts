import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { Instance } from "@heddle/storage/Instance"
import type { RunTakenOver, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { ExecuteDefinitionOptions } from "./executeDefinition.ts"
import { launchJobInProcess } from "./executeInProcess.ts"
import type { CallResult, CallRunConfig, ExecuteError, ExecuteInProcessOptions } from "./ExecuteInProcessOptions.ts"
import type { ExecuteJobCall, ExecuteJobError, JobAsks, JobOptionsGiven, JobRaised } from "./ExecuteJobOptions.ts"
import { launchJob } from "./executeJob.ts"
import type { JobExecutionResult } from "./JobExecutionResult.ts"
import type { RaisedError } from "./raiseFailure.ts"
import { RunHandle } from "./RunHandle.ts"

/** The errors of waiting for the end of a run. */
type EndError<E, Raise extends boolean> =
  | StorageError
  | RunTakenOver
  | (true extends Raise ? E | RaisedError<E> : never)

/** The type of `launch`, and with `Extra = never` that of `launchDetached`. */
export interface Launch<Extra> {
  /** Starts a reconstructable job with the executor that its run config names, as `executeJob` does. */
  <
    J extends AnyJob,
    const K extends PropertyKey = never,
    O = {},
    const Selection extends ReadonlyArray<string> = never,
    Reexecution extends ReexecutionOptions = never,
    const Raise extends boolean = false
  >(
    pointer: Reconstructable<J>,
    options?: ExecuteJobCall<J, Selection, Reexecution, Raise> & Named<K, JobAsks<J>> & Seen<O>,
    ...missing: JobOptionsGiven<J, K, O, Selection, Reexecution>
  ): Effect.Effect<
    RunHandle<JobExecutionResult, StorageError | RunTakenOver | JobRaised<J, Raise>>,
    ExecuteJobError,
    Instance | Extra
  >
  /** Starts a job in this process, as `executeInProcess` does. */
  <
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
    job: Job<string, JI, Preset, A, E, R, Cfg, Rs, Execution>,
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
    ...missing: OptionsGiven<
      K,
      O,
      [Selection] extends [never]
        ? {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>
          ? never
          : "runConfig"
        : never
    >
  ): Effect.Effect<
    RunHandle<CallResult<A, E, Selection, Raise>, EndError<E, Raise>>,
    ExecuteError,
    Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P> | Extra
  >
}

/** A call whose types were worked out by its signature. */
type Erased = Effect.Effect<RunHandle<unknown, unknown>, unknown, Instance | Scope.Scope>

const isPointer = (target: AnyJob | Reconstructable<AnyJob>): target is Reconstructable<AnyJob> => "moduleUrl" in target

const start = (target: AnyJob | Reconstructable<AnyJob>, options: ExecuteDefinitionOptions = {}): Erased =>
  isPointer(target)
    ? Effect.flatMap(launchJob(target, options), ({ launched, result }) =>
        Effect.flatMap(Effect.context<Instance>(), (instance) => RunHandle.make(launched, instance, result))
      )
    : Effect.flatMap(launchJobInProcess(target, options), ({ instance, launched, result }) =>
        RunHandle.make(launched, instance, result)
      )

/**
 * Starts a run and returns once it is recorded, with a handle to follow it, wait for it and cancel it. The run belongs to
 * the scope: leaving it cancels the run and waits for its end.
 *
 * @param target - a job, which runs in this process as with `executeInProcess`, or a reconstructable job, which runs with
 *   the executor that run config names as with `executeJob`
 * @param options - those of `executeInProcess` or of `executeJob`
 * @returns the handle; fails before anything is recorded with what the entry point fails with
 * @since 0.1.0
 * @example
 * const run = yield* launch(job, { runConfig })
 * yield* Stream.runForEach(run.events, (event) => Console.log(event._tag))
 * const result = yield* run.result
 */
export const launch: Launch<Scope.Scope> = start as unknown as Launch<Scope.Scope>

/**
 * Starts a run as `launch` does, but lets it go on when the caller's scope closes or the caller is interrupted. The
 * instance and the services of its bodies must stay open until it ends.
 *
 * @param target - as for `launch`
 * @param options - as for `launch`
 * @returns the handle; fails before anything is recorded with what the entry point fails with
 * @since 0.1.0
 */
export const launchDetached: Launch<never> = ((
  target: AnyJob | Reconstructable<AnyJob>,
  options?: ExecuteDefinitionOptions
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = Scope.makeUnsafe()
      const handle = yield* restore(Scope.provide(start(target, options), scope)).pipe(
        Effect.onError((cause) => Scope.close(scope, Exit.failCause(cause)))
      )
      yield* Effect.forkDetach(
        Effect.andThen(Effect.exit(Effect.interruptible(handle.result)), Scope.close(scope, Exit.void))
      )
      return handle
    })
  )) as unknown as Launch<never>
