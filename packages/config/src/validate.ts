import { ConfigNode } from "./ConfigNode.ts"
import { ConfigProblem } from "./ConfigProblem.ts"
import { decoder } from "./internal/decoder.ts"
import { kindOf, problemsOf } from "./internal/problems.ts"

type Path = ConfigProblem["path"]

/** What validation gives: the config with defaults filled in, or everything that is wrong with it. */
export type Validation =
  | { readonly _tag: "Valid"; readonly value: unknown }
  | { readonly _tag: "Invalid"; readonly problems: ReadonlyArray<ConfigProblem> }

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const list = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

/**
 * Checks a config against its shape and fills in defaults, reporting every problem and not only the first.
 *
 * A section that is missing is reported once, at the highest place, however much is missing inside it.
 *
 * @param node - the shape
 * @param input - the config as it was read; `undefined` for none
 * @returns the config with its values decoded and its defaults filled in, or all problems, unknown fields first
 * @since 0.1.0
 * @source Dagster validate_run_config; the order and the grouping of problems
 */
export const validate = (node: ConfigNode, input: unknown): Validation => {
  const problems: Array<ConfigProblem> = []
  const value = visit(node, input, [], problems)
  return problems.length === 0 ? { _tag: "Valid", value } : { _tag: "Invalid", problems }
}

const visit = (node: ConfigNode, input: unknown, path: Path, problems: Array<ConfigProblem>): unknown => {
  switch (node._tag) {
    case "Open":
      return input
    case "Value": {
      if (input === undefined && node.absent !== undefined) return node.absent.value
      const result = decoder(node.schema)(input)
      if (result._tag === "Success") return result.success
      const found = problemsOf(result.failure, path, input)
      for (const problem of found) problems.push(withSuggestion(problem, found))
      return undefined
    }
    case "ValueForm": {
      const wrapped = isRecord(input) && Object.keys(input).length === 1 && Object.hasOwn(input, "value")
      return wrapped
        ? visit(node.node, input["value"], [...path, "value"], problems)
        : visit(node.node, input, path, problems)
    }
    case "Each": {
      if (input === undefined) return {}
      if (!isRecord(input)) {
        problems.push({ reason: "TYPE_MISMATCH", path, message: `expected a map, got ${kindOf(input)}` })
        return undefined
      }
      return Object.fromEntries(
        Object.entries(input).map(([name, inner]) => [name, visit(node.node, inner, [...path, name], problems)])
      )
    }
    case "Section": {
      // `key:` with nothing behind it is how YAML writes a section that is left empty.
      const given = input === undefined || input === null ? {} : input
      if (!isRecord(given)) {
        problems.push({ reason: "TYPE_MISMATCH", path, message: `expected a map, got ${kindOf(input)}` })
        return undefined
      }
      const names = Object.keys(node.fields)
      for (const name of Object.keys(given)) {
        if (Object.hasOwn(node.fields, name)) continue
        const suggestion = ConfigProblem.nearest(name, names)
        problems.push({
          reason: "UNDEFINED_FIELD",
          path: [...path, name],
          message:
            names.length === 0 ? "no such field: nothing can be set here" : `no such field, expected ${oneOf(names)}`,
          ...(suggestion === undefined ? {} : { suggestion })
        })
      }
      const resolved: Record<string, unknown> = {}
      const missing = names
        .filter((name) => given[name] === undefined && ConfigNode.isRequired(node.fields[name]!))
        .toSorted()
      for (const name of missing) {
        problems.push({ reason: "MISSING_FIELD", path: [...path, name], message: missingMessage(node.fields[name]!) })
      }
      for (const name of names.toSorted()) {
        if (missing.includes(name)) continue
        resolved[name] = visit(node.fields[name]!, given[name], [...path, name], problems)
      }
      return resolved
    }
  }
}

const oneOf = (names: ReadonlyArray<string>): string =>
  names.length > 8
    ? `one of ${list(names.slice(0, 8))} and ${names.length - 8} more`
    : names.length === 1
      ? list(names)
      : `one of ${list(names)}`

const missingMessage = (node: ConfigNode): string => {
  const inside = requiredInside(node, [])
  return inside.length === 0 || (inside.length === 1 && inside[0] === "")
    ? "is missing"
    : `is missing, with ${inside.slice(0, 5).join(", ")}${inside.length > 5 ? ` and ${inside.length - 5} more` : ""} inside it`
}

/** Paths below a section that must be given. */
const requiredInside = (node: ConfigNode, path: ReadonlyArray<string>): ReadonlyArray<string> =>
  node._tag === "Section"
    ? Object.entries(node.fields).flatMap(([name, inner]) =>
        ConfigNode.isRequired(inner) ? requiredInside(inner, [...path, name]) : []
      )
    : [path.join(".")]

/** A field that is not known, beside one that is missing: the first is probably the second, mistyped. */
const withSuggestion = (problem: ConfigProblem, all: ReadonlyArray<ConfigProblem>): ConfigProblem => {
  if (problem.reason !== "UNDEFINED_FIELD") return problem
  const parent = JSON.stringify(problem.path.slice(0, -1))
  const missing = all
    .filter((other) => other.reason === "MISSING_FIELD" && JSON.stringify(other.path.slice(0, -1)) === parent)
    .map((other) => String(other.path.at(-1)))
  const suggestion = ConfigProblem.nearest(String(problem.path.at(-1)), missing)
  return suggestion === undefined ? problem : { ...problem, suggestion }
}
