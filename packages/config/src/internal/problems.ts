import * as SchemaIssue from "effect/SchemaIssue"
import type { ConfigProblem } from "../ConfigProblem.ts"

type Path = ConfigProblem["path"]
type Part = Path[number]

const format = SchemaIssue.makeFormatterDefault()

const part = (key: PropertyKey): Part => (typeof key === "number" ? key : String(key))

/** Names a value by its kind; the value itself may be a secret. */
export const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (value === undefined) return "nothing"
  if (Array.isArray(value)) return "a list"
  switch (typeof value) {
    case "string":
      return "a text"
    case "object":
      return "a map"
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
 * Reads the problems out of an issue tree of a schema, in its order.
 *
 * @param issue - what the schema found
 * @param path - where the value stands
 * @param input - the value
 */
export const problemsOf = (issue: SchemaIssue.Issue, path: Path, input: unknown): ReadonlyArray<ConfigProblem> => {
  const one = (reason: ConfigProblem["reason"], message: string): ReadonlyArray<ConfigProblem> => [
    { reason, path, message }
  ]
  switch (issue._tag) {
    case "Pointer":
      return problemsOf(issue.issue, [...path, ...issue.path.map(part)], inside(input, issue.path))
    case "Encoding":
      return problemsOf(issue.issue, path, input)
    case "Composite":
      return issue.issues.flatMap((inner) => problemsOf(inner, path, input))
    case "AnyOf":
      return issue.issues.length === 1
        ? problemsOf(issue.issues[0]!, path, input)
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
