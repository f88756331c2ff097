import { StorageError } from "@heddle/storage/StorageError"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import { readFileSync } from "node:fs"
import { CommandExit } from "./CommandExit.ts"
import { ConfigScaffold } from "./commands/ConfigScaffold.ts"
import { ConfigSchema } from "./commands/ConfigSchema.ts"
import { ConfigValidate } from "./commands/ConfigValidate.ts"
import { JobExecute } from "./commands/JobExecute.ts"
import { JobGraph } from "./commands/JobGraph.ts"
import { JobList } from "./commands/JobList.ts"
import { PoolList } from "./commands/PoolList.ts"
import { PoolSet } from "./commands/PoolSet.ts"
import { PoolUnset } from "./commands/PoolUnset.ts"
import { RunEvents } from "./commands/RunEvents.ts"
import { RunCancel } from "./commands/RunCancel.ts"
import { RunDelete } from "./commands/RunDelete.ts"
import { RunList } from "./commands/RunList.ts"
import { RunReexecute } from "./commands/RunReexecute.ts"
import { RunShow } from "./commands/RunShow.ts"
import { RunWatch } from "./commands/RunWatch.ts"
import { ExitCode } from "./ExitCode.ts"
import { GlobalFlags } from "./GlobalFlags.ts"
import { HelpView } from "./HelpView.ts"
import { Lifeline } from "./Lifeline.ts"
import { Output } from "./Output.ts"
import { Paint } from "./Paint.ts"
import { ProblemView } from "./ProblemView.ts"
import { UsageError } from "./UsageError.ts"

const job = Command.make("job").pipe(
  Command.withDescription("List, run and draw the jobs of a module"),
  Command.withExamples([
    { command: "heddle job list -f src/definitions.ts", description: "List the jobs of a module" },
    { command: "heddle job execute -f src/definitions.ts -j etl -c run.yaml", description: "Run a job" },
    { command: "heddle job graph -f src/definitions.ts -j etl --svg etl.svg", description: "Draw a job" }
  ]),
  Command.withSubcommands([JobList, JobExecute, JobGraph])
)

const run = Command.make("run").pipe(
  Command.withDescription("List, inspect and re-execute runs"),
  Command.withExamples([
    { command: "heddle run list", description: "The most recent runs" },
    { command: "heddle run show last", description: "The latest run, with its timeline" },
    { command: "heddle run events last --step load", description: "The events of one step" },
    {
      command: "heddle run reexecute last -f src/definitions.ts",
      description: "Resume the latest run from where it failed"
    }
  ]),
  Command.withSubcommands([RunList, RunShow, RunEvents, RunWatch, RunCancel, RunReexecute, RunDelete])
)

const pool = Command.make("pool").pipe(
  Command.withDescription("Limit how many steps of a pool run at the same time, across all runs"),
  Command.withExamples([
    { command: "heddle pool set warehouse 3", description: "Run at most three steps at once" },
    { command: "heddle pool list", description: "Limits, and the steps that hold or wait for slots" }
  ]),
  Command.withSubcommands([PoolList, PoolSet, PoolUnset])
)

const config = Command.make("config").pipe(
  Command.withDescription("Create or check the run config of a job, or print its JSON Schema"),
  Command.withExamples([
    { command: "heddle config scaffold -f src/definitions.ts -j etl > run.yaml", description: "Create a run config" },
    { command: "heddle config validate -f src/definitions.ts -j etl -c run.yaml", description: "Check it" }
  ]),
  Command.withSubcommands([ConfigScaffold, ConfigValidate, ConfigSchema])
)

const root = Command.make("heddle").pipe(
  Command.withDescription("Run Heddle jobs and inspect their runs"),
  Command.withExamples([
    { command: "heddle job execute -f src/definitions.ts -j etl", description: "Run a job" },
    { command: "heddle run show last", description: "Inspect the latest run" }
  ]),
  Command.withSubcommands([job, run, pool, config]),
  Command.withGlobalFlags(GlobalFlags)
)

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)

/** Prints requested help to standard output, and usage errors to standard error with a pointer to the help. */
const presenter: CliOutput.Presenter = {
  present: (event) => {
    switch (event._tag) {
      case "Help":
        return Output.lines([
          HelpView.render(event.helpDoc, { width: Output.width(), colours: Output.paint() !== Paint.plain })
        ])
      case "Version":
        return Output.lines([event.version])
      case "InvalidInvocation":
        return Output.errorLines(
          ProblemView.usage(
            new UsageError({
              problems: relevant(event.errors).map(sentence),
              hint: `${event.helpDoc.usage}\n    See "${event.commandPath.join(" ")} --help"`
            }),
            { paint: Paint.of(process.stderr), debug: false }
          )
        )
    }
  }
}

/** The errors worth printing: after an unknown subcommand, the other errors mean nothing. */
const relevant = (errors: ReadonlyArray<CliError.NonShowHelpErrors>): ReadonlyArray<CliError.NonShowHelpErrors> => {
  const unknown = errors.filter((error) => error._tag === "UnknownSubcommand")
  return unknown.length > 0 ? unknown : errors
}

/** Replaces wording of the parser that users would not understand. */
const plainly = (message: string): string =>
  message
    .replace(/Expected: Invalid key=value format\. .*$/s, "Expected key=value, with a key and a value")
    .replace("a string representing a finite number", "a number")

/** The error as one sentence, with the closest names as suggestions. */
const sentence = (error: CliError.NonShowHelpErrors): string => {
  const [said = "", ...rest] = plainly(error.message).split(/\n\n\s*Did you mean this\?\n/)
  const near = rest.flatMap((lines) => lines.split("\n").map((line) => `"${line.trim()}"`))
  return near.length === 0 ? said : `${said} - did you mean ${near.join(" or ")}?`
}

/** Services that the command line parser requires. No flag of ours reads files, prompts or starts processes. */
const environment = Layer.mergeAll(
  FileSystem.layerNoop({}),
  Path.layer,
  Stdio.layerTest({}),
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: Effect.sync(Output.width),
      rows: Effect.succeed(24),
      size: Effect.die("no command watches the terminal size"),
      readInput: Effect.die("no command prompts for input"),
      readLine: Effect.die("no command prompts for input"),
      display: Output.text
    })
  ),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => Effect.die("no flag starts a process"))
  ),
  CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] }),
  CliOutput.layerPresenter(presenter)
)

const whyOf = ({ cause }: StorageError): string => (cause instanceof Error ? cause.message : String(cause))

/** Prints the error unless the command already did, and returns the exit code. */
const conclude = (exit: Exit.Exit<void, unknown>, debug: boolean): Effect.Effect<number> => {
  if (Exit.isSuccess(exit)) return Effect.succeed(ExitCode.success)
  if (Cause.hasInterruptsOnly(exit.cause)) return Effect.succeed(ExitCode.cancelled)
  const error = Cause.squash(exit.cause)
  const options = { paint: Paint.of(process.stderr), debug }
  if (error instanceof CommandExit) return Effect.succeed(error.code)
  if (error instanceof CliError.ShowHelp) {
    const asked = error.errors.length === 0 && error.commandPath.length === 1
    return Effect.succeed(asked ? ExitCode.success : ExitCode.usage)
  }
  if (error instanceof StorageError) {
    const problems = [
      `Cannot ${error.operation}${error.runId === undefined ? "" : ` of run "${error.runId}"`}: ${whyOf(error)}`
    ]
    const view = ProblemView.usage(new UsageError({ problems, hint: error.hint, cause: error }), options)
    return Effect.as(Output.errorLines(view), ExitCode.failure)
  }
  return error instanceof UsageError
    ? Effect.as(Output.errorLines(ProblemView.usage(error, options)), ExitCode.usage)
    : Effect.as(Output.errorLines(ProblemView.unexpected(error, options)), ExitCode.failure)
}

/**
 * The `heddle` command.
 *
 * @since 0.1.0
 */
export const Cli = {
  /**
   * Runs a command and returns its exit code.
   *
   * @param args - arguments after the command name
   */
  run: (args: ReadonlyArray<string>): Effect.Effect<number> =>
    Command.runWith(root, { version })(args).pipe(
      Effect.provide(environment),
      Effect.exit,
      Effect.flatMap((exit) => conclude(exit, /--log-level[ =]debug\b/.test(args.join(" "))))
    ),

  /**
   * Runs a command and ends the process with its exit code.
   *
   * @param args - arguments after the command name
   */
  main: async (args: ReadonlyArray<string>): Promise<void> => {
    let unwritten: NodeJS.ErrnoException | undefined
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      // A reader that closed the pipe has read all it wanted; the command still finishes its work.
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") unwritten ??= error
    })
    process.stderr.on("error", () => {})
    // Neither a suspended effect nor a signal handler keeps a Node process alive.
    const alive = setInterval(() => {}, 0x7fff_ffff)
    let code = await Effect.runPromise(Cli.run(args))
    clearInterval(alive)
    // Handles that op bodies left open must not keep the process alive.
    await new Promise<void>((written) => process.stdout.write("", () => written()))
    if (unwritten !== undefined) {
      process.stderr.write(`Cannot write to standard output: ${unwritten.message}\n`)
      if (code === ExitCode.success) code = ExitCode.failure
    }
    Lifeline.conclude()
    process.exit(code)
  }
}
