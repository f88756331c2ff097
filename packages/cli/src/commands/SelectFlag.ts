import * as Flag from "effect/cli/Flag"
import * as Result from "effect/Result"
import { UsageError } from "../UsageError.ts"

/**
 * The clauses of a selection, which may be separated by commas. Fails with `UsageError` when the flag is given without any
 * clause, such as from an empty variable of a script: that must not execute everything.
 *
 * @param given - the values of the flag, one for each time that it is given
 */
export const clausesOf = (given: ReadonlyArray<string>): Result.Result<ReadonlyArray<string>, UsageError> => {
  const clauses = given.flatMap((text) => text.split(",").map((clause) => clause.trim())).filter((it) => it !== "")
  return given.length > 0 && clauses.length === 0
    ? Result.fail(
        new UsageError({
          problems: ["--select is empty"],
          hint: "Name at least one step, or omit --select to execute all"
        })
      )
    : Result.succeed(clauses)
}

/**
 * The flag by which a command selects a part of a job.
 *
 * @param alias - the name that Dagster gives it
 * @param description - what is selected
 */
export const selectFlag = (alias: string, description: string) =>
  Flag.String("select").pipe(
    Flag.withAlias(alias),
    Flag.withAlias("s"),
    Flag.withMetavar("<clauses>"),
    Flag.withDescription(description),
    Flag.atLeast(0)
  )
