import * as Schema from "effect/Schema"

const problem = Schema.Struct({
  /** The part of the selection that is wrong; empty for the selection as a whole. */
  clause: Schema.String,
  message: Schema.String,
  /** Where the clause starts in a selection that is text, counted in characters from 0. */
  at: Schema.optionalKey(Schema.Finite),
  /** The text of the whole selection. */
  text: Schema.optionalKey(Schema.String)
})

/** One mistake in a selection of assets. */
export type AssetSelectionProblem = typeof problem.Type

/** The text with a mark under the clause. */
const excerpt = ({ at, clause, text }: AssetSelectionProblem): string =>
  text === undefined || at === undefined
    ? ""
    : `\n    ${text}\n    ${" ".repeat(at)}${"^".repeat(Math.max(1, Math.min(clause.length, text.length - at)))}`

/**
 * A selection of assets has mistakes: unknown assets, text that is not a selection, or only some assets of a step that
 * makes all of them together. It lists them all.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvalidSubsetError, DagsterInvalidAssetSelectionError
 */
export class AssetSelectionError extends Schema.TaggedError<AssetSelectionError>()("AssetSelectionError", {
  /** What the assets belong to: `job "nightly"`; empty where that is not known. */
  subject: Schema.String,
  problems: Schema.Array(problem)
}) {
  override get message(): string {
    const lines = this.problems.map((found) => {
      const place = found.clause === "" ? "" : `"${found.clause}": `
      return `  ${place}${found.message}${excerpt(found)}`
    })
    const of = this.subject === "" ? "" : ` of ${this.subject}`
    return `The selection of assets${of} is not valid:\n${lines.join("\n")}`
  }
}
