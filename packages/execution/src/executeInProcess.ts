import type { AnyJob } from "@heddle/definitions/Job"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Effect from "effect/Effect"
import { type ExecuteDefinitionOptions, type ExecutedDefinition, launchInProcess } from "./executeDefinition.ts"
import type { ExecuteInProcess, ExecuteInProcessOptions } from "./ExecuteInProcessOptions.ts"
import type { RunDidNotSucceed, RunSucceeded } from "./ExecuteInProcessResult.ts"
import { raiseFailure } from "./raiseFailure.ts"

/** The reason why a run failed, from its last event. */
const failureOf = (end: HeddleEvent | undefined): Pick<RunDidNotSucceed<unknown>, "reason" | "error"> =>
  end?._tag === "RUN_FAILURE"
    ? { reason: end.reason, ...(end.error === undefined ? {} : { error: end.error }) }
    : { reason: "CANCELED" }

/** Failures that only a re-execution has. */
const REEXECUTION = { ReexecutionError: Effect.die, RunNotFound: Effect.die, StepNotFound: Effect.die } as const

const optionNames: OptionNames<ExecuteInProcessOptions<unknown, unknown, unknown, unknown>> = {
  runConfig: "optional",
  resources: "optional",
  layer: "optional",
  instance: "optional",
  inputValues: "optional",
  opSelection: "optional",
  assetSelection: "optional",
  partitionKey: "optional",
  partitionRange: "optional",
  maxConcurrent: "optional",
  tags: "optional",
  runId: "optional",
  raiseOnError: "optional"
}

/**
 * Starts a job in this process, with the types of the call erased.
 *
 * @param job - the job
 * @param options - as for `executeInProcess`
 * @returns the run once it is recorded, and what the call gives or fails with at its end
 * @since 0.1.0
 */
export const launchJobInProcess = Effect.fnUntraced(function* (job: AnyJob, options: ExecuteDefinitionOptions) {
  const unknown = OptionNames.error(`run of job "${job.name}"`, options, optionNames)
  if (unknown !== undefined) return yield* unknown
  const run = yield* Effect.catchTags(launchInProcess(job.definition, options), REEXECUTION)
  return {
    ...run,
    result: Effect.flatMap(run.ended, (executed) => callResult(executed, options.raiseOnError === true))
  }
})

/** The result or the error of a call, once its run has ended. */
const callResult = (
  executed: ExecutedDefinition,
  raiseOnError: boolean
): Effect.Effect<RunSucceeded<unknown> | RunDidNotSucceed<unknown>, unknown> => {
  const { capture, events, given, plan, result, success } = executed
  if (!success) {
    return raiseOnError
      ? raiseFailure(executed)
      : Effect.succeed(
          Object.assign(result, {
            success,
            ...failureOf(events.at(-1)),
            failures: capture.failures as RunDidNotSucceed<unknown>["failures"]
          })
        )
  }
  const value = (output: string) => capture.valueOf(plan, plan.outputs[output]!, given)
  const names = Object.keys(plan.outputs)
  const output =
    names.length === 0
      ? undefined
      : names.length === 1 && names[0] === "result"
        ? value("result")
        : Object.fromEntries(names.map((name) => [name, value(name)]))
  return Effect.succeed(Object.assign(result, { success, output }))
}

/**
 * Runs a job in this process and returns its result, whether the run succeeds or not. Values stay in memory. The run
 * is stored in the provided instance, or else in one in memory that lives as long as the call.
 *
 * @param job - the job
 * @param options - `ExecuteInProcessOptions`
 * @returns the result. Before anything runs, it fails with `RunConfigError`, `SelectionError` or `DefinitionError`, which list
 *   every problem; a `DefinitionError` is for unknown options and inputs. Services that are not provided stay in the
 *   requirements of the effect
 * @since 0.1.0
 * @source Dagster JobDefinition.execute_in_process, whose `raise_on_error` is true without it
 */
export const executeInProcess: ExecuteInProcess = ((
  job: AnyJob,
  ...options: ReadonlyArray<unknown>
): Effect.Effect<unknown, unknown, unknown> =>
  Effect.scoped(
    Effect.flatMap(launchJobInProcess(job, (options[0] ?? {}) as ExecuteDefinitionOptions), ({ result }) => result)
  )) as unknown as ExecuteInProcess
