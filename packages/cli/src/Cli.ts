import { StorageError } from "@heddle/storage/StorageError"
import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Stdio from "effect/Stdio"
import type * as Terminal from "effect/Terminal"
import { CommandExit } from "./CommandExit.ts"
import { AssetGraph } from "./commands/AssetGraph.ts"
import { AssetList } from "./commands/AssetList.ts"
import { AssetCheck, AssetMaterialize } from "./commands/AssetMaterialize.ts"
import { AssetPartitions } from "./commands/AssetPartitions.ts"
import { AssetShow } from "./commands/AssetShow.ts"
import { ConfigScaffold } from "./commands/ConfigScaffold.ts"
import { ConfigSchema } from "./commands/ConfigSchema.ts"
import { ConfigValidate } from "./commands/ConfigValidate.ts"
import { JobExecute } from "./commands/JobExecute.ts"
import { JobGraph } from "./commands/JobGraph.ts"
import { JobList } from "./commands/JobList.ts"
import { PartitionAdd } from "./commands/PartitionAdd.ts"
import { PartitionList } from "./commands/PartitionList.ts"
import { PartitionRemove } from "./commands/PartitionRemove.ts"
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
import { nodeServices } from "./internal/nodeServices.ts"
import { version } from "./internal/version.ts"

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

const asset = Command.make("asset").pipe(
  Command.withDescription("List, materialize, check and draw the assets of a module"),
  Command.withExamples([
    { command: "heddle asset list -f src/definitions.ts", description: "Assets and how they stand" },
    { command: "heddle asset materialize -f src/definitions.ts --select 'report'", description: "Make one of them" },
    { command: "heddle asset graph -f src/definitions.ts --svg assets.svg", description: "Draw them" }
  ]),
  Command.withSubcommands([AssetList, AssetShow, AssetPartitions, AssetMaterialize, AssetCheck, AssetGraph])
)

const pool = Command.make("pool").pipe(
  Command.withDescription("Limit how many steps of a pool run at the same time, across all runs"),
  Command.withExamples([
    { command: "heddle pool set warehouse 3", description: "Run at most three steps at once" },
    { command: "heddle pool list", description: "Limits, and the steps that hold or wait for slots" }
  ]),
  Command.withSubcommands([PoolList, PoolSet, PoolUnset])
)

const partition = Command.make("partition").pipe(
  Command.withDescription("Add, remove and list the keys of dynamic partitions"),
  Command.withExamples([
    { command: "heddle partition add customers acme globex", description: "Add two keys" },
    { command: "heddle partition list customers", description: "All keys" }
  ]),
  Command.withSubcommands([PartitionList, PartitionAdd, PartitionRemove])
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
  Command.withDescription("Run Heddle jobs, materialize assets, and inspect their runs"),
  Command.withExamples([
    { command: "heddle job execute -f src/definitions.ts -j etl", description: "Run a job" },
    { command: "heddle run show last", description: "Inspect the latest run" }
  ]),
  Command.withSubcommands([job, asset, run, partition, pool, config]),
  Command.withGlobalFlags(GlobalFlags)
)

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

/** Prints requested help to standard output, and usage errors to standard error with a pointer to the help. */
const present = (event: CliOutput.Presenter.Event): Effect.Effect<void, never, Stdio.Stdio | Terminal.Terminal> => {
  switch (event._tag) {
    case "Help":
      return Effect.gen(function* () {
        const colours = (yield* Output.paint) !== Paint.plain
        yield* Output.lines([HelpView.render(event.helpDoc, { width: yield* Output.width, colours })])
      })
    case "Version":
      return Output.lines([event.version])
    case "InvalidInvocation":
      return Effect.flatMap(Output.errorPaint, (paint) =>
        Output.errorLines(
          ProblemView.usage(
            new UsageError({
              problems: relevant(event.errors).map(sentence),
              hint: `${event.helpDoc.usage}\n    See "${event.commandPath.join(" ")} --help"`
            }),
            { paint, debug: false }
          )
        )
      )
  }
}

/** How the parser of Effect presents what it finds. */
const presentation = Layer.unwrap(
  Effect.map(Effect.context<Stdio.Stdio | Terminal.Terminal>(), (context) =>
    CliOutput.layerPresenter({ present: (event) => Effect.provideContext(present(event), context) })
  )
)

const settings = CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version, GlobalFlag.Completions] })

const whyOf = ({ cause }: StorageError): string => (cause instanceof Error ? cause.message : String(cause))

/** Prints the error unless the command already did, and returns the exit code. */
const conclude = Effect.fnUntraced(function* (exit: Exit.Exit<void, unknown>, debug: boolean) {
  if (Exit.isSuccess(exit)) return ExitCode.success
  if (Cause.hasInterruptsOnly(exit.cause)) return ExitCode.cancelled
  const error = Cause.squash(exit.cause)
  if (error instanceof CommandExit) return error.code
  if (error instanceof CliError.ShowHelp) {
    const asked = error.errors.length === 0 && error.commandPath.length === 1
    return asked ? ExitCode.success : ExitCode.usage
  }
  const options = { paint: yield* Output.errorPaint, debug }
  if (error instanceof StorageError) {
    const problems = [
      `Cannot ${error.operation}${error.runId === undefined ? "" : ` of run "${error.runId}"`}: ${whyOf(error)}`
    ]
    yield* Output.errorLines(ProblemView.usage(new UsageError({ problems, hint: error.hint, cause: error }), options))
    return ExitCode.failure
  }
  if (error instanceof UsageError) {
    yield* Output.errorLines(ProblemView.usage(error, options))
    return ExitCode.usage
  }
  yield* Output.errorLines(ProblemView.unexpected(error, options))
  return ExitCode.failure
})

/**
 * The `heddle` command.
 *
 * @since 0.1.0
 */
export const Cli = {
  /**
   * Runs a command and returns its exit code. It writes through the provided `Terminal` and `Stdio`.
   *
   * @param args - arguments after the command name
   */
  run: (args: ReadonlyArray<string>): Effect.Effect<number, never, Command.Environment> =>
    Command.runWith(root, { version })(args).pipe(
      Effect.provide([settings, presentation]),
      Effect.exit,
      Effect.flatMap((exit) => conclude(exit, /--log-level[ =]debug\b/.test(args.join(" "))))
    ),

  /**
   * Runs a command and ends the process with its exit code.
   *
   * It does not use `NodeRuntime.runMain`, which interrupts the command on SIGINT and SIGTERM. An interrupt would end the
   * command before it prints how a cancelled run ended, and its events would say that the caller was interrupted (`CancelSignal`).
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
    let code = await Effect.runPromise(Effect.provide(Cli.run(args), nodeServices))
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
