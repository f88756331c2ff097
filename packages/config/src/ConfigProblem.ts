import * as Schema from "effect/Schema"
import { distance } from "fastest-levenshtein"

const Place = Schema.Array(Schema.Union([Schema.String, Schema.Int]))

const schema = Schema.Struct({
  /** Kind of the problem. */
  reason: Schema.Literals([
    "MISSING_FIELD",
    "UNDEFINED_FIELD",
    "TYPE_MISMATCH",
    "INVALID_VALUE",
    "SELECTOR",
    "ALIAS_COLLISION",
    "FAILED_POST_PROCESSING"
  ]),
  /** Where it is, from the root: names of fields and indices of lists. Of fields that lack or are too many, their section. */
  path: Place,
  /** What is wrong, in a sentence without its place. */
  message: Schema.String,
  /** The fields that it is about, sorted: those that are missing, not known, or chosen. */
  fields: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The names that were probably meant, by the name that was given. */
  suggestions: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** What would have been right. */
  expected: Schema.optionalKey(Schema.String),
  /** What stood there; never that of a secret. */
  found: Schema.optionalKey(Schema.String),
  /** The place whose config mapping gave what is wrong; the path starts at what the mapping gave. */
  mapping: Schema.optionalKey(Place)
})

/**
 * One thing that is wrong with a config.
 *
 * @since 0.1.0
 * @source Dagster EvaluationError
 */
export type ConfigProblem = typeof schema.Type

const ofFields = new Set<ConfigProblem["reason"]>(["MISSING_FIELD", "UNDEFINED_FIELD"])

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

  /** The places in a config file that a problem is about: each of its fields, or where it is. */
  places: (problem: ConfigProblem): ReadonlyArray<ConfigProblem["path"]> =>
    problem.mapping !== undefined
      ? [problem.mapping]
      : problem.fields === undefined || !ofFields.has(problem.reason)
        ? [problem.path]
        : problem.fields.map((field) => [...problem.path, field]),

  /** One line for people: place, what is wrong, and what was probably meant. */
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
