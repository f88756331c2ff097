import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { Job } from "@heddle/definitions/Job"
import type { Provides, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { Fields } from "@heddle/definitions/Wiring"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { RunAlreadyExists, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import { executeDefinition, type ExecuteDefinitionOptions } from "./executeDefinition.ts"
import type { ExecuteInProcess } from "./ExecuteInProcessOptions.ts"
import type { ExecuteInProcessResult } from "./ExecuteInProcessResult.ts"

/** Why a run failed, by its last event. */
const failureOf = (end: HeddleEvent | undefined): { readonly reason: string; readonly error?: ErrorInfo } =>
  end?._tag === "RUN_FAILURE"
    ? { reason: end.reason, ...(end.error === undefined ? {} : { error: end.error }) }
    : { reason: "CANCELED" }

/**
 * Runs a job in this process and gives its result, whichever way it ends. Values stay in memory; the run is kept in the
 * instance that is provided, or in one in memory that lives for the call.
 *
 * @param job - the job
 * @param options - `runConfig`, where something in it is required; `resources`: layers that take the place of the job's,
 *   by key; `layer`: services for the bodies; `inputValues` of the job; `maxConcurrent`: how many steps may run at once,
 *   16 without it, 1 for the sequential order; `tags`; `runId`
 * @returns the result; fails with `RunConfigError`, which holds every problem, before anything runs. What is still open
 *   stays in the effect's requirements
 * @since 0.1.0
 * @source Dagster JobDefinition.execute_in_process, with `raise_on_error=False`
 */
export const executeInProcess: ExecuteInProcess = <
  JI extends Fields,
  Preset,
  A,
  E,
  R,
  Cfg,
  Rs extends Resources,
  Replaced extends PropertyKey,
  P
>(
  job: Job<string, JI, Preset, A, E, R, Cfg, Rs>,
  ...options: ReadonlyArray<unknown>
): Effect.Effect<
  ExecuteInProcessResult<A, E>,
  RunConfigError | RunAlreadyExists | StorageError,
  Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>
> => {
  const erased = (options[0] ?? {}) as ExecuteDefinitionOptions
  // Only a re-execution can fail by these.
  const run = Effect.catchTags(executeDefinition(job.definition, erased), {
    ReexecutionError: Effect.die,
    RunNotFound: Effect.die
  })
  return Effect.map(run, ({ capture, events, plan, runId, success }) => {
    const base = { runId, allEvents: events }
    if (!success) return { ...base, success: false, ...failureOf(events.at(-1)), failures: capture.failures }
    const given = (input: string) => erased.inputValues?.[input] ?? job.definition.inputValues[input]
    const value = (output: string) => capture.valueOf(plan, plan.outputs[output]!, given)
    const names = Object.keys(plan.outputs)
    const output =
      names.length === 0
        ? undefined
        : names.length === 1 && names[0] === "result"
          ? value("result")
          : Object.fromEntries(names.map((name) => [name, value(name)]))
    return { ...base, success: true, output }
  }) as unknown as Effect.Effect<
    ExecuteInProcessResult<A, E>,
    RunConfigError | RunAlreadyExists | StorageError,
    Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>
  >
}
