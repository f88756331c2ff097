import * as SchemaIssue from "effect/SchemaIssue"
import { ConfigProblem } from "../ConfigProblem.ts"

type Path = ConfigProblem["path"]
type Part = Path[number]

const format = SchemaIssue.makeFormatterDefault()

const part = (key: PropertyKey): Part => (typeof key === "number" ? key : String(key))

/** The kind of a value. The value itself may be a secret. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (value === undefined) return "nothing"
  if (Array.isArray(value)) return "a list"
  switch (typeof value) {
    case "string":
      return "a text"
    case "object":
      return "a map"
    case "number":
      return Number.isFinite(value) && !Number.isInteger(value) ? "a fraction" : "a number"
    default:
      return `a ${typeof value}`
  }
}

const expected = (text: string): string => text.replace(/^Expected /, "expected ")

const inside = (input: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null
        ? (value as { readonly [key: PropertyKey]: unknown })[key]
        : undefined,
    input
  )

/**
 * The problems in the issue tree of a schema, in its order.
 *
 * @param issue - the issue tree
 * @param path - the path of the value
 * @param input - the value
 */
export const problemsOf = (issue: SchemaIssue.Issue, path: Path, input: unknown): ReadonlyArray<ConfigProblem> => {
  const found = flat(issue, path, input)
  const near = (name: string, parent: string): string | undefined =>
    // An unknown field next to a missing one is probably the missing one, mistyped.
    ConfigProblem.nearest(
      name,
      found.flatMap((other) =>
        other.reason === "MISSING_FIELD" && JSON.stringify(other.path.slice(0, -1)) === parent
          ? [String(other.path.at(-1))]
          : []
      )
    )
  const groups = new Map<string, ConfigProblem>()
  const rest: Array<ConfigProblem> = []
  for (const problem of found) {
    if (problem.reason !== "MISSING_FIELD" && problem.reason !== "UNDEFINED_FIELD") {
      rest.push(problem)
      continue
    }
    const section = problem.path.slice(0, -1)
    const name = String(problem.path.at(-1))
    const at = JSON.stringify(section)
    const key = `${problem.reason} ${at}`
    const before = groups.get(key)
    const fields = [...(before?.fields ?? []), name].toSorted()
    const suggestion = problem.reason === "UNDEFINED_FIELD" ? near(name, at) : undefined
    const suggestions = { ...before?.suggestions, ...(suggestion === undefined ? {} : { [name]: suggestion }) }
    const names = fields.map((field) => `"${field}"`).join(", ")
    groups.set(key, {
      reason: problem.reason,
      path: section,
      message:
        fields.length === 1
          ? problem.message
          : problem.reason === "MISSING_FIELD"
            ? `fields ${names} are missing`
            : `no such fields ${names}`,
      fields,
      ...(Object.keys(suggestions).length === 0 ? {} : { suggestions })
    })
  }
  return [...groups.values(), ...rest]
}

const flat = (issue: SchemaIssue.Issue, path: Path, input: unknown): ReadonlyArray<ConfigProblem> => {
  const one = (reason: ConfigProblem["reason"], message: string): ReadonlyArray<ConfigProblem> => [
    { reason, path, message }
  ]
  switch (issue._tag) {
    case "Pointer":
      return flat(issue.issue, [...path, ...issue.path.map(part)], inside(input, issue.path))
    case "Encoding":
      return flat(issue.issue, path, input)
    case "Composite":
      return issue.issues.flatMap((inner) => flat(inner, path, input))
    case "AnyOf":
      return issue.issues.length === 1
        ? flat(issue.issues[0]!, path, input)
        : one("TYPE_MISMATCH", `${expected(format(issue).split("\n", 1)[0]!)}, got ${kindOf(input)}`)
    case "MissingKey":
      return one("MISSING_FIELD", "is missing")
    case "UnexpectedKey":
      return one("UNDEFINED_FIELD", "no such field")
    case "InvalidType":
      return one("TYPE_MISMATCH", `${expected(format(issue))}, got ${kindOf(input)}`)
    case "Filter":
    case "OneOf":
    case "InvalidValue":
    case "Forbidden":
      return one("INVALID_VALUE", expected(format(issue)))
  }
}
