import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Provides, Replace, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { CallResult, CallRunConfig, ExecuteInProcessOptions } from "@heddle/execution/ExecuteInProcessOptions"
import type { JobAsks, JobOptionsGiven } from "@heddle/execution/ExecuteJobOptions"
import { JobExecutionResult } from "@heddle/execution/JobExecutionResult"
import type { RunHandle } from "@heddle/execution/RunHandle"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { launchDetached } from "./launch.ts"
import { type InstanceChoice, openInstance } from "./openInstance.ts"
import type { Asked, ExecuteJobPromiseOptions } from "./PromiseCall.ts"
import { StoredJobResult } from "./StoredJobResult.ts"

/** A run in progress in this process, for code without Effect. */
export interface PromiseRunHandle<Result> {
  readonly runId: string
  /** Replays the events of the run from its start, then follows it, and ends after its last event. */
  readonly events: AsyncIterable<HeddleEvent>
  /** Resolves with what the entry point resolves with, and rejects as it does. */
  readonly result: Promise<Result>
  /**
   * Cancels the run: running steps are interrupted, nothing more starts, and the run ends `CANCELED`. `result`
   * tells when it has ended.
   *
   * @param reason - why; stored in `RUN_CANCELING`
   */
  readonly cancel: (reason?: string) => void
}

/** The type of `launch` as a promise. */
export interface LaunchPromise {
  /** Starts a reconstructable job in the instance of the home folder, as `executeJob` does. */
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
  ): Promise<PromiseRunHandle<StoredJobResult>>
  /** Starts a job in this process, as `executeInProcess` does. */
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
  ): Promise<PromiseRunHandle<CallResult<A, E, Selection, Raise>>>
}

type Erased = (
  target: AnyJob | Reconstructable<AnyJob>,
  options: unknown
) => Effect.Effect<RunHandle<unknown, unknown>, unknown>

const plain = ({ cancel, events, result, runId }: RunHandle<unknown, unknown>): PromiseRunHandle<unknown> => {
  const ended = Effect.runPromise(result).then((value) =>
    value instanceof JobExecutionResult ? new StoredJobResult(value) : value
  )
  // A caller that waits for it sees the rejection; waiting is optional.
  ended.catch(() => {})
  return {
    runId,
    events: Stream.toAsyncIterable(events),
    result: ended,
    cancel: (reason) => Effect.runSync(cancel(reason))
  }
}

const start = async (
  target: AnyJob | Reconstructable<AnyJob>,
  options: InstanceChoice & { readonly [option: string]: unknown } = {}
): Promise<PromiseRunHandle<unknown>> => {
  const run = launchDetached as unknown as Erased
  if (!("moduleUrl" in target)) return plain(await Effect.runPromise(run(target, options)))
  const { home, instance, ...rest } = options
  const context = await openInstance({ home, instance })
  return plain(await Effect.runPromise(Effect.provideContext(run(target, rest), context)))
}

/**
 * Starts a run and resolves once it is recorded, with a handle to follow it, wait for it and cancel it. The run goes on until
 * it ends or is cancelled.
 *
 * @param target - a job, which runs in this process as with `executeInProcess`, or a reconstructable job, which runs as with
 *   `executeJob`
 * @param options - those of `executeInProcess` or of `executeJob`
 * @returns a promise of the handle; it rejects with what the entry point rejects with before a run is recorded
 * @since 0.1.0
 * @example
 * const run = await launch(pointer, { runConfig })
 * for await (const event of run.events) console.log(event._tag)
 * const result = await run.result
 */
export const launch = start as unknown as LaunchPromise
