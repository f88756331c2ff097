import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { CommandExit } from "../CommandExit.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { ExitCode } from "../ExitCode.ts"
import * as GlobalFlags from "../GlobalFlags.ts"
import { Home } from "../Home.ts"
import { Lifeline } from "../Lifeline.ts"
import { LiveDisplay } from "../LiveDisplay.ts"
import { Output } from "../Output.ts"
import { Paint } from "../Paint.ts"
import { ProblemView } from "../ProblemView.ts"
import { RunProgress } from "../RunProgress.ts"
import { TimeText } from "../TimeText.ts"
import { UsageError } from "../UsageError.ts"
import { JobFlags } from "./JobFlags.ts"

/** What of a failed part is said, so that all parts can be looked at before the command gives up. */
const problemsOf = (exits: ReadonlyArray<Exit.Exit<unknown, UsageError>>): UsageError | undefined => {
  const errors = exits.flatMap((exit) => {
    const error = Exit.isFailure(exit) ? Exit.findErrorOption(exit) : Option.none()
    return Option.isSome(error) ? [error.value] : []
  })
  return errors.length === 0
    ? undefined
    : new UsageError({
        problems: errors.flatMap((error) =>
          error.hint === undefined || errors.length === 1
            ? error.problems
            : [...error.problems.slice(0, -1), `${error.problems.at(-1)}\n    ${error.hint}`]
        ),
        hint: errors.length === 1 ? errors[0]!.hint : undefined,
        cause: errors.find((error) => error.cause !== undefined)?.cause
      })
}

const EXIT_CODES: { readonly [status in RunStatus]?: number } = {
  SUCCESS: ExitCode.success,
  CANCELED: ExitCode.cancelled
}

const END_WORDS: { readonly [status in RunStatus]?: string } = {
  SUCCESS: "succeeded",
  FAILURE: "failed",
  CANCELED: "was cancelled"
}

const conclusion = (status: RunStatus, runId: string, progress: RunProgress, now: number): ReadonlyArray<string> => {
  const paint = Output.paint()
  const [mark, format] =
    status === "SUCCESS"
      ? (["✓", "green"] as const)
      : status === "CANCELED"
        ? (["■", "yellow"] as const)
        : (["✗", "red"] as const)
  const said = `Run ${runId} ${END_WORDS[status] ?? "has not ended"} after ${TimeText.duration(now - progress.startedAt)}`
  return [
    `${paint(format, mark)} ${paint("bold", said)}: ${RunProgress.counts({ ...progress, running: new Map() }, paint)}`,
    ...(status === "SUCCESS" ? [] : [paint("dim", `  → heddle run show ${runId.slice(0, 8)}`)])
  ]
}

/**
 * `heddle job execute`: runs a job and shows how it goes.
 *
 * @since 0.1.0
 */
export const JobExecute = Command.make(
  "execute",
  {
    ...JobFlags,
    config: Flag.String("config").pipe(
      Flag.withAlias("c"),
      Flag.withMetavar("<run.yaml>"),
      Flag.withDescription("Run config in YAML or JSON; given several times, later files are merged over earlier ones"),
      Flag.atLeast(0)
    ),
    configJson: Flag.String("config-json").pipe(
      Flag.withMetavar("<json>"),
      Flag.withDescription("Run config as JSON text, merged over all files"),
      Flag.optional
    ),
    tags: Flag.KeyValuePair("tag").pipe(
      Flag.withMetavar("<key=value>"),
      Flag.withDescription("Tag of the run; can be given several times"),
      Flag.withDefault({})
    ),
    maxConcurrent: Flag.Int("max-concurrent").pipe(
      Flag.filter(
        (n) => n >= 1,
        () => "Expected a number of at least 1"
      ),
      Flag.withMetavar("<n>"),
      Flag.withDescription("How many steps may run at once (default: 16)"),
      Flag.optional
    ),
    runId: Flag.String("run-id").pipe(
      Flag.withMetavar("<id>"),
      Flag.withDescription("Id of the run (default: a random one)"),
      Flag.optional
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Write one event a line as JSON, and nothing else, to standard output"),
      Flag.withDefault(false)
    )
  },
  Effect.fnUntraced(
    function* ({ config, configJson, file, job: name, json, maxConcurrent, runId, tags }) {
      Lifeline.hold()
      const level = Option.getOrElse(yield* GlobalFlags.LogLevel, () => "info" as const)
      // Everything that can be wrong is looked at before anything is said.
      const job = yield* CodeLocation.load(file).pipe(
        Effect.flatMap((location) => CodeLocation.job(location, Option.getOrUndefined(name))),
        Effect.exit
      )
      const read = ConfigFiles.read(config, Option.getOrUndefined(configJson))
      const readable = read._tag === "Read" ? Exit.void : Exit.fail(new UsageError({ problems: read.problems }))
      const instance = yield* Effect.exit(Layer.build(Home.layer))
      const problem = problemsOf([job, readable, instance])
      if (problem !== undefined) return yield* problem
      if (Exit.isFailure(job)) return yield* Effect.failCause(job.cause)
      if (Exit.isFailure(instance)) return yield* Effect.failCause(instance.cause)
      if (read._tag === "Unreadable") return yield* new UsageError({ problems: read.problems })

      const jobName: string = job.value.name
      const display = json
        ? LiveDisplay.json
        : Output.canRedraw()
          ? yield* LiveDisplay.terminal({ jobName, level })
          : LiveDisplay.plain({ jobName, level })
      let status = RunStatus.initial
      let progress = RunProgress.initial(jobName, Date.now())
      let id = Option.getOrElse(runId, () => "")
      const onEvents = (events: ReadonlyArray<HeddleEvent>) => {
        for (const event of events) {
          id = event.runId
          status = RunStatus.after(status, event)
          progress = RunProgress.after(progress, event)
          display.show(event)
        }
      }
      const { JobRun } = yield* Effect.promise(() => import("../JobRun.ts"))
      const exit = yield* JobRun.execute(job.value, {
        runConfig: read.value,
        tags,
        maxConcurrent: Option.getOrUndefined(maxConcurrent),
        runId: Option.getOrUndefined(runId),
        onEvents,
        onCancel: display.canceling
      }).pipe(Effect.provideContext(instance.value), Effect.exit)
      if (Exit.isFailure(exit) && status === RunStatus.initial) {
        const error = Option.getOrUndefined(Exit.findErrorOption(exit))
        const options = { paint: Paint.of(process.stderr), debug: level === "debug" }
        if (error?._tag === "RunConfigError") {
          yield* Output.errorLines(ProblemView.runConfig(error, read.locate, options))
          return yield* new CommandExit({ code: ExitCode.usage })
        }
        if (error?._tag === "RunAlreadyExists") {
          return yield* new UsageError({ problems: [error.message], hint: "Leave --run-id out, or choose another" })
        }
        return yield* Effect.failCause(exit.cause)
      }
      return { exit, status, id, progress, json }
    },
    Effect.scoped,
    Effect.flatMap(
      Effect.fnUntraced(function* ({ exit, id, json, progress, status }) {
        // The live view is gone by now: what is said stays.
        if (!json) yield* Output.lines(conclusion(status, id, progress, Date.now()))
        if (Exit.isFailure(exit) && !RunStatus.isFinished(status)) return yield* Effect.failCause(exit.cause)
        const code = EXIT_CODES[status] ?? ExitCode.failure
        if (code !== ExitCode.success) return yield* new CommandExit({ code })
      })
    )
  )
).pipe(
  Command.withDescription(
    "Run a job in this process and show how it goes: a live view in a terminal, lines in a pipe. Ctrl-C cancels the run and lets its steps clean up; pressed again it kills. Exit codes: 0 success, 1 the run failed, 2 bad usage or run config, 130 cancelled"
  ),
  Command.withShortDescription("Run a job"),
  Command.withExamples([
    { command: "heddle job execute -f src/definitions.ts -j etl", description: "Run a job" },
    {
      command: "heddle job execute -f src/definitions.ts -j etl -c run.yaml -c secrets.yaml",
      description: "With run config from two files, the second merged over the first"
    },
    {
      command: `heddle job execute -f src/definitions.ts -j etl --config-json '{"ops":{"load":{"config":{"limit":10}}}}'`,
      description: "With run config on the command line"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --json | jq -c 'select(._tag==\"STEP_FAILURE\")'",
      description: "Events for other programs"
    }
  ])
)
