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

/** Why a run cannot be executed again as it is; nothing when it can. */
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
            problems: [`Run "${run.runId}" succeeded, so that nothing of it is left to execute`],
            hint: `Execute all of it again with "heddle run reexecute ${RunReference.short(run.runId)} -f ${file} --from start"`
          })
    case "STARTED":
    case "CANCELING":
      return new UsageError({
        problems: [`Run "${run.runId}" is still going on, in process ${run.pid} on ${run.host}`],
        hint: "Wait until it has ended, or cancel it with Ctrl-C where it was started"
      })
    case "NOT_STARTED":
    case "QUEUED":
    case "STARTING":
      return new UsageError({
        problems: [`Run "${run.runId}" has not started: its status is ${run.status}`],
        hint: `Wait until it has ended, or run the job anew with "heddle job execute -f ${file} -j ${run.jobName}"`
      })
  }
}

/** The job of the run that is executed again; `named` is the job that the user thinks it to be. */
const jobOf = (run: Run, location: CodeLocation, named: string | undefined) =>
  named === undefined || named === run.jobName
    ? CodeLocation.job(location, run.jobName).pipe(
        Effect.mapError(
          (error) =>
            new UsageError({
              problems: error.problems.map(
                (problem) => `Run "${run.runId}" is one of job "${run.jobName}". ${problem}`
              ),
              hint: error.hint === undefined ? undefined : `${error.hint}; name the module of the run's job with -f`
            })
        )
      )
    : Effect.fail(
        new UsageError({
          problems: [`Run "${run.runId}" is one of job "${run.jobName}", not of "${named}"`],
          hint: 'Leave -j out, or choose another run: see "heddle run list"'
        })
      )

/**
 * `heddle run reexecute`: executes a run again, as a new run that goes on from it.
 *
 * @since 0.1.0
 */
export const RunReexecute = Command.make(
  "reexecute",
  {
    run: Argument.String("run").pipe(
      Argument.withDescription("Id of the run, the start of it that no other run has, or `last`")
    ),
    file: JobFlags.file,
    job: Flag.String("job").pipe(
      Flag.withAlias("j"),
      Flag.withMetavar("<name>"),
      Flag.withDescription("Name of the job, to be sure; not needed, for the run tells it"),
      Flag.optional
    ),
    from: Flag.Literals("from", ["failure", "start"]).pipe(
      Flag.withMetavar("<failure|start>"),
      Flag.withDescription(
        "`failure`: only what did not succeed, the values of the other steps are taken over; `start`: all of it (default: failure)"
      ),
      Flag.withDefault("failure")
    ),
    select: selectFlag(
      "step-selection",
      "Only these steps, by their keys, with commas between them: `load`, `load+`, `*load`, `size_of[a]`; the values of other steps are taken over from the run"
    ),
    ...RunFlags,
    config: RunFlags.config.pipe(
      Flag.withDescription("Run config in YAML or JSON, as for `job execute`; without any the run config of the run")
    ),
    tags: RunFlags.tags.pipe(Flag.withDescription("Tag of the new run, merged over those of the run"))
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
    select,
    tags
  }) {
    const clauses = clausesOf(select)
    const from = select.length > 0 ? "start" : asked
    Lifeline.hold()
    // Everything that can be wrong is looked at before anything is said.
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
        reexecution: { parentRunId: parent.runId, from, ...(stepSelection.length === 0 ? {} : { stepSelection }) },
        json
      })
    }).pipe(Effect.provideContext(yield* Effect.fromResult(instance)))
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Execute a run again in this process, as a new run that goes on from it. From its failure, only the steps that did not succeed are executed; the values of the others are taken over. A run whose process is gone is marked as failed first. Run config and tags are those of the run, unless others are given. Ctrl-C and exit codes are as for `job execute`"
  ),
  Command.withShortDescription("Execute a run again, from its failure or from its start"),
  Command.withExamples([
    {
      command: "heddle run reexecute last -f src/definitions.ts",
      description: "Go on from the newest run: only what did not succeed"
    },
    { command: "heddle run reexecute 3f2a -f src/definitions.ts --from start", description: "All of a run again" },
    {
      command: "heddle run reexecute last -f src/definitions.ts --select 'clean+'",
      description: "Only one step and those right after it"
    },
    {
      command: "heddle run reexecute last -f src/definitions.ts -c run.yaml --tag reason=mended",
      description: "With another run config, and a tag more"
    }
  ])
)
