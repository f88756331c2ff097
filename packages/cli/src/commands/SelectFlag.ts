import * as Flag from "effect/cli/Flag"
import * as Result from "effect/Result"
import { UsageError } from "../UsageError.ts"

/**
 * Splits selections into clauses at commas. Fails with `UsageError` if the flag is given but names nothing, as with an empty
 * variable in a script: that must not execute everything.
 *
 * @param given - one value for each use of the flag
 */
export const clausesOf = (given: ReadonlyArray<string>): Result.Result<ReadonlyArray<string>, UsageError> => {
  const clauses = given.flatMap((text) => text.split(",").map((clause) => clause.trim())).filter((it) => it !== "")
  return given.length > 0 && clauses.length === 0
    ? Result.fail(
        new UsageError({
          problems: ["--select is empty"],
          hint: "Name at least one step, or omit --select to execute all steps"
        })
      )
    : Result.succeed(clauses)
}

/**
 * The flag that selects part of a job or run.
 *
 * @param alias - the name of the flag in Dagster
 * @param description - help text of the flag
 */
export const selectFlag = (alias: string, description: string) =>
  Flag.String("select").pipe(
    Flag.withAlias(alias),
    Flag.withAlias("s"),
    Flag.withMetavar("<clauses>"),
    Flag.withDescription(description),
    Flag.atLeast(0)
  )
