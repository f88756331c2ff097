import * as Schema from "effect/Schema"
import { distance } from "fastest-levenshtein"

const Place = Schema.Array(Schema.Union([Schema.String, Schema.Int]))

const schema = Schema.Struct({
  /** The kind of problem. */
  reason: Schema.Literals([
    "MISSING_FIELD",
    "UNDEFINED_FIELD",
    "TYPE_MISMATCH",
    "INVALID_VALUE",
    "SELECTOR",
    "ALIAS_COLLISION",
    "FAILED_POST_PROCESSING"
  ]),
  /** The path from the root: names of fields and indices of lists. For missing or unknown fields, the path of their section. */
  path: Place,
  /** What is wrong, as a sentence that does not name the place. */
  message: Schema.String,
  /** The fields that the problem is about, sorted: the missing, unknown or chosen ones. */
  fields: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The names that were probably meant, by the names that were given. */
  suggestions: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** What was expected. */
  expected: Schema.optionalKey(Schema.String),
  /** The value that was found. It is never set for secrets. */
  found: Schema.optionalKey(Schema.String),
  /** The place of the config mapping that returned the invalid value. `path` then starts at that value. */
  mapping: Schema.optionalKey(Place)
})

/**
 * A problem of a config.
 *
 * @since 0.1.0
 * @source Dagster EvaluationError
 */
export type ConfigProblem = typeof schema.Type

const ofFields = new Set<ConfigProblem["reason"]>(["MISSING_FIELD", "UNDEFINED_FIELD"])

/**
 * The schema of problems, and how to show them.
 *
 * @since 0.1.0
 */
export const ConfigProblem = {
  schema,

  /** A path as people write it: `ops.load.config.paths[1]`, or `the root`. */
  place: (path: ConfigProblem["path"]): string =>
    path.length === 0
      ? "the root"
      : path.reduce<string>(
          (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
          ""
        ),

  /** The paths in a config file that a problem is about: those of its fields, or its own. */
  places: (problem: ConfigProblem): ReadonlyArray<ConfigProblem["path"]> =>
    problem.mapping !== undefined
      ? [problem.mapping]
      : problem.fields === undefined || !ofFields.has(problem.reason)
        ? [problem.path]
        : problem.fields.map((field) => [...problem.path, field]),

  /** One line of text: the place, what is wrong, and what was probably meant. */
  describe: (problem: ConfigProblem): string => {
    const [only, ...others] = problem.fields ?? []
    const single = only !== undefined && others.length === 0 && ofFields.has(problem.reason)
    const at = ConfigProblem.place(single ? [...problem.path, only] : problem.path)
    const place =
      problem.mapping === undefined
        ? at
        : `${ConfigProblem.place(problem.mapping)}: its config mapping returned a value that is not valid at ${at}`
    const meant = Object.entries(problem.suggestions ?? {})
    if (meant.length === 0) return `${place}: ${problem.message}`
    return single
      ? `${place}: ${problem.message} - did you mean "${meant[0]![1]}"?`
      : `${place}: ${problem.message} - did you mean ${meant.map(([given, name]) => `"${name}" for "${given}"`).join(", ")}?`
  },

  /** The name that is close enough to a mistyped one to be the one that was meant, if there is one. */
  nearest: (name: string, names: Iterable<string>): string | undefined => {
    let best: string | undefined
    // Two letters that are swapped count as two.
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
