import * as Flag from "effect/cli/Flag"

/** The clauses of a selection: each of the flags may hold several, with commas between them. */
export const clausesOf = (given: ReadonlyArray<string>): ReadonlyArray<string> =>
  given.flatMap((text) => text.split(",").map((clause) => clause.trim())).filter((clause) => clause !== "")

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
