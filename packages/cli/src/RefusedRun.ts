import type { BackfillRefused } from "@heddle/execution/BackfillRefused"
import * as Effect from "effect/Effect"
import type * as Stdio from "effect/Stdio"
import { AssetReference } from "./AssetReference.ts"
import { CommandExit } from "./CommandExit.ts"
import type { FilesConfig } from "./ConfigFiles.ts"
import type { EventLevel } from "./EventLevel.ts"
import { ExitCode } from "./ExitCode.ts"
import type { JobRunError } from "./JobRun.ts"
import { Output } from "./Output.ts"
import { ProblemView } from "./ProblemView.ts"
import { UsageError } from "./UsageError.ts"

/** What was asked for. */
export interface RefusedRunOptions {
  /** Path of the module that contains the job. */
  readonly file: string
  readonly jobName: string
  /** Where a part of the run config was read from. */
  readonly locate: FilesConfig["locate"]
  readonly level: EventLevel
}

/**
 * Explains errors that keep runs from starting.
 *
 * @since 0.1.0
 */
export const RefusedRun = {
  /**
   * Turns the error of a call into that of the command.
   *
   * @param error - what kept the run from starting
   * @param options - what was asked for
   * @returns nothing for an error that is not the user's. Fails with `UsageError`, or with `CommandExit` once it has printed what is wrong
   *   with the run config
   */
  explain: Effect.fnUntraced(function* (
    error: JobRunError | BackfillRefused | undefined,
    { file, jobName, level, locate }: RefusedRunOptions
  ): Effect.fn.Return<void, UsageError | CommandExit, Stdio.Stdio> {
    const selected = (
      problems: ReadonlyArray<{ readonly clause: string; readonly message: string }>,
      subject: string
    ) => problems.map(({ clause, message }) => `Cannot select "${clause}" of ${subject}: ${message}`)
    switch (error?._tag) {
      case "RunConfigError": {
        const view = { paint: yield* Output.errorPaint, debug: level === "debug" }
        yield* Output.errorLines(ProblemView.runConfig(error, locate, view))
        return yield* new CommandExit({ code: ExitCode.usage })
      }
      case "SelectionError": {
        const hint = `See "heddle job graph -f ${file} -j ${jobName}"`
        return yield* new UsageError({ problems: selected(error.problems, error.subject), hint })
      }
      case "AssetSelectionError":
        return yield* AssetReference.refused(error, file)
      case "StepNotFound":
        return yield* new UsageError({
          problems: selected(error.problems, error.subject),
          hint: 'See "heddle run show"'
        })
      case "DefinitionError":
      case "NotBuilt":
      case "InvalidRunId":
      case "JobNotPartitioned":
      case "UnknownPartitionKey":
      case "InvalidPartitionKeyRange":
      case "OutputsNotPortable":
      case "ExecutorRequirementsUnmet":
        return yield* new UsageError({ problems: [error.message] })
      case "RangeNotInOneRun":
        return yield* new UsageError({
          problems: [error.message],
          hint: "Leave out --single-run to get a run for each partition"
        })
      case "PartitionRequired":
        return yield* new UsageError({ problems: [error.message], hint: "Add --partition or --partition-range" })
      case "RunAlreadyExists":
        return yield* new UsageError({ problems: [error.message], hint: "Omit --run-id, or choose another id" })
      case "RunNotFound":
      case "ReexecutionError":
      case "BackfillRefused":
        return yield* new UsageError({ problems: [error.message], hint: 'See "heddle run list"' })
      default:
    }
  })
}
