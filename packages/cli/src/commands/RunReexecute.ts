import { LostRun } from "@heddle/engine/run/LostRun"
import { type LivingStatus, RunLiveness } from "@heddle/engine/run/RunLiveness"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { Run } from "@heddle/storage/RunRecord"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { Home } from "../Home.ts"
import { Lifeline } from "../Lifeline.ts"
import { LiveRun } from "../LiveRun.ts"
import { Output } from "../Output.ts"
import { RunReference } from "../RunReference.ts"
import { UsageError } from "../UsageError.ts"
import { JobFlags } from "./JobFlags.ts"
import { RunFlags } from "./RunFlags.ts"
import { clausesOf, selectFlag } from "./SelectFlag.ts"

/** Why the run cannot be re-executed; `undefined` if it can. */
const refusal = (
  run: Run,
  status: LivingStatus,
  file: string,
  from: ReexecutionOptions["from"]
): UsageError | undefined => {
  switch (status) {
    case "FAILURE":
    case "CANCELED":
    case "LOST":
      return undefined
    case "SUCCESS":
      return from === "start"
        ? undefined
        : new UsageError({
            problems: [`Run "${run.runId}" succeeded, so there is nothing left to execute`],
            hint: `To execute all steps again, run "heddle run reexecute ${RunReference.short(run.runId)} -f ${file} --from start"`
          })
    case "STARTED":
    case "CANCELING":
      return new UsageError({
        problems: [`Run "${run.runId}" is still running in process ${run.pid} on ${run.host}`],
        hint: `Wait for it to finish, or cancel it: heddle run cancel ${RunReference.short(run.runId)}`
      })
    case "NOT_STARTED":
    case "QUEUED":
    case "STARTING":
      return new UsageError({
        problems: [`Run "${run.runId}" has not started yet (status ${run.status})`],
        hint: `Wait for it to finish, or start a new run with "heddle job execute -f ${file} -j ${run.jobName}"`
      })
  }
}

/** Finds the job of the run; `named` is the job that the user expects. */
const jobOf = (run: Run, location: CodeLocation, named: string | undefined) =>
  named === undefined || named === run.jobName
    ? CodeLocation.job(location, run.jobName).pipe(
        Effect.mapError(
          (error) =>
            new UsageError({
              problems: error.problems.map(
                (problem) => `Run "${run.runId}" belongs to job "${run.jobName}". ${problem}`
              ),
              hint:
                error.hint === undefined
                  ? undefined
                  : `${error.hint}; use -f to name the module that contains the job of the run`
            })
        )
      )
    : Effect.fail(
        new UsageError({
          problems: [`Run "${run.runId}" belongs to job "${run.jobName}", not to "${named}"`],
          hint: 'Omit -j, or choose another run: see "heddle run list"'
        })
      )

/**
 * `heddle run reexecute`: re-executes a run as a new run.
 *
 * @since 0.1.0
 */
export const RunReexecute = Command.make(
  "reexecute",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Run id, a unique prefix of one, or `last` for the latest run")
    ),
    file: JobFlags.file,
    job: Flag.String("job").pipe(
      Flag.withAlias("j"),
      Flag.withMetavar("<name>"),
      Flag.withDescription("Job that the run must belong to; optional, as a safety check"),
      Flag.optional
    ),
    from: Flag.Literals("from", ["failure", "start"]).pipe(
      Flag.withMetavar("<failure|start>"),
      Flag.withDescription(
        "`failure` executes only the steps that did not succeed and reuses the outputs of the others; `start` executes all steps (default: failure)"
      ),
      Flag.withDefault("failure")
    ),
    select: selectFlag(
      "step-selection",
      "Execute only these steps, by key, separated by commas: `load`, `load+`, `*load`, `size_of[a]`. Outputs of the other steps are reused from the run"
    ),
    ...RunFlags,
    config: RunFlags.config.pipe(
      Flag.withDescription("Run config file in YAML or JSON, as for `job execute` (default: the run config of the run)")
    ),
    tags: RunFlags.tags.pipe(Flag.withDescription("Tag of the new run; repeatable, overrides the tags of the run"))
  },
  Effect.fnUntraced(function* ({
    config,
    configJson,
    executor,
    file,
    from: asked,
    job: named,
    json,
    maxConcurrent,
    run: reference,
    runId,
    select,
    tags
  }) {
    const clauses = clausesOf(select)
    const from = select.length > 0 ? "start" : asked
    Lifeline.hold()
    // Check everything before reporting, so that all problems are reported at once.
    const location = yield* Effect.result(CodeLocation.load(file))
    const read = yield* Effect.result(ConfigFiles.load(config, Option.getOrUndefined(configJson)))
    const instance = yield* Effect.result(Layer.build(Home.layerReading))
    const found = Result.isFailure(instance)
      ? Result.fail(instance.failure)
      : yield* RunReference.resolve(reference).pipe(Effect.provideContext(instance.success), Effect.result)
    const viewpoint = yield* RunLiveness.viewpoint
    const run = Result.flatMap(found, (it) => {
      const refused = refusal(it, RunLiveness.status(it, viewpoint), file, from)
      return refused === undefined ? Result.succeed(it) : Result.fail(refused)
    })
    const job =
      Result.isSuccess(found) && Result.isSuccess(location)
        ? yield* Effect.result(jobOf(found.success, location.success, Option.getOrUndefined(named)))
        : undefined
    const problem = UsageError.together([location, read, clauses, run, ...(job === undefined ? [] : [job])])
    if (problem !== undefined) return yield* problem
    const parent = yield* Effect.fromResult(run)
    const { locate, value } = yield* Effect.fromResult(read)
    const stepSelection = yield* Effect.fromResult(clauses)
    yield* Effect.gen(function* () {
      if (RunLiveness.status(parent, viewpoint) === "LOST") {
        yield* LostRun.takeOver(parent)
        yield* Output.errorLines([`${LostRun.reason(parent)} Run ${parent.runId} is marked as failed.`])
      }
      yield* LiveRun.execute(yield* Effect.fromResult(job!), {
        runConfig: value ?? parent.runConfig,
        locate: (path) => locate(path) ?? (value === undefined ? `the run config of run ${parent.runId}` : undefined),
        tags: { ...parent.tags, ...tags },
        file,
        executor: Option.getOrUndefined(executor),
        maxConcurrent: Option.getOrUndefined(maxConcurrent),
        runId: Option.getOrUndefined(runId),
        reexecution: { parentRunId: parent.runId, from, ...(stepSelection.length === 0 ? {} : { stepSelection }) },
        json
      })
    }).pipe(Effect.provideContext(yield* Effect.fromResult(instance)))
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Re-execute a run as a new run. By default, only the steps that did not succeed are executed, and the outputs of the others are reused. A run with status LOST is marked as failed first. Run config and tags come from the original run unless you pass others. Ctrl-C and exit codes work as in `job execute`"
  ),
  Command.withShortDescription("Re-execute a run, from its failure or from the start"),
  Command.withExamples([
    {
      command: "heddle run reexecute last -f src/definitions.ts",
      description: "Resume the latest run: execute only the steps that did not succeed"
    },
    { command: "heddle run reexecute 3f2a -f src/definitions.ts --from start", description: "Execute all steps again" },
    {
      command: "heddle run reexecute last -f src/definitions.ts --select 'clean+'",
      description: "Only one step and those directly downstream"
    },
    {
      command: "heddle run reexecute last -f src/definitions.ts -c run.yaml --tag reason=fixed",
      description: "With a different run config and an additional tag"
    }
  ])
)
