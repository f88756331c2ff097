import * as SchemaIssue from "effect/SchemaIssue"
import type { ConfigProblem } from "../ConfigProblem.ts"

type Path = ConfigProblem["path"]
type Part = Path[number]

const format = SchemaIssue.makeFormatterDefault()

const part = (key: PropertyKey): Part => (typeof key === "number" ? key : String(key))

/** Reads the problems out of an issue tree of a schema, in its order. */
export const problemsOf = (issue: SchemaIssue.Issue, path: Path): ReadonlyArray<ConfigProblem> => {
  const one = (reason: ConfigProblem["reason"], message: string): ReadonlyArray<ConfigProblem> => [
    { reason, path, message }
  ]
  switch (issue._tag) {
    case "Pointer":
      return problemsOf(issue.issue, [...path, ...issue.path.map(part)])
    case "Encoding":
      return problemsOf(issue.issue, path)
    case "Composite":
      return issue.issues.flatMap((inner) => problemsOf(inner, path))
    case "AnyOf":
      return issue.issues.length === 1
        ? problemsOf(issue.issues[0]!, path)
        : one("TYPE_MISMATCH", format(issue).split("\n", 1)[0]!)
    case "MissingKey":
      return one("MISSING_FIELD", "is missing")
    case "UnexpectedKey":
      return one("UNDEFINED_FIELD", "no such field")
    case "InvalidType":
      return one("TYPE_MISMATCH", format(issue))
    case "Filter":
    case "OneOf":
    case "InvalidValue":
    case "Forbidden":
      return one("INVALID_VALUE", format(issue))
  }
}
