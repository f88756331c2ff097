import * as Schema from "effect/Schema"
import { distance } from "fastest-levenshtein"

const schema = Schema.Struct({
  /** Kind of the problem. */
  reason: Schema.Literals(["MISSING_FIELD", "UNDEFINED_FIELD", "TYPE_MISMATCH", "INVALID_VALUE", "SELECTOR"]),
  /** Where it is, from the root: names of fields and indices of lists. */
  path: Schema.Array(Schema.Union([Schema.String, Schema.Int])),
  /** What is wrong, in a sentence without its place. */
  message: Schema.String,
  /** The name that was probably meant. */
  suggestion: Schema.optionalKey(Schema.String)
})

/**
 * One thing that is wrong with a config.
 *
 * @since 0.1.0
 * @source Dagster EvaluationError
 */
export type ConfigProblem = typeof schema.Type

/**
 * Schema of problems, and how they are shown.
 *
 * @since 0.1.0
 */
export const ConfigProblem = {
  schema,

  /** The place in the form in which people write it: `ops.load.config.paths[1]`, or `the root`. */
  place: (path: ConfigProblem["path"]): string =>
    path.length === 0
      ? "the root"
      : path.reduce<string>(
          (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
          ""
        ),

  /** One line for people: place, what is wrong, and what was probably meant. */
  describe: (problem: ConfigProblem): string => {
    const meant = problem.suggestion === undefined ? "" : ` - did you mean "${problem.suggestion}"?`
    return `${ConfigProblem.place(problem.path)}: ${problem.message}${meant}`
  },

  /** The name among some that is near enough to a mistyped one to be meant, if there is one. */
  nearest: (name: string, names: Iterable<string>): string | undefined => {
    let best: string | undefined
    // Two letters that changed places count two.
    let bestDistance = Math.ceil(name.length * 0.4) + 1
    for (const candidate of names) {
      const d = distance(name.toLowerCase(), candidate.toLowerCase())
      if (d < bestDistance) {
        best = candidate
        bestDistance = d
      }
    }
    return best
  }
}
