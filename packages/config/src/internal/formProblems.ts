import { ConfigNode } from "../ConfigNode.ts"
import { ConfigProblem } from "../ConfigProblem.ts"
import { kindOf } from "./problems.ts"

type Path = ConfigProblem["path"]

/** Names in quotes, separated by commas. */
export const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

/** Lists the alternatives; if there are many, the first ones. */
export const oneOf = (names: ReadonlyArray<string>): string =>
  names.length > 8
    ? `one of ${quoted(names.slice(0, 8))} and ${names.length - 8} more`
    : names.length === 1
      ? quoted(names)
      : `one of ${quoted(names)}`

/** How many characters of a found value a problem quotes. */
const SHOWN = 60

/** A found value as text; nothing for maps and lists. */
const shown = (value: unknown): string | undefined => {
  if (value === undefined || (typeof value === "object" && value !== null)) return undefined
  const text = typeof value === "bigint" || typeof value === "symbol" ? String(value) : JSON.stringify(value)
  return text === undefined ? undefined : text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text
}

/** A value of the wrong kind. For a secret, the problem only names the kind. */
export const mismatch = (path: Path, expected: string, input: unknown, isSecret: boolean): ConfigProblem => {
  const found = isSecret ? undefined : shown(input)
  const message = `expected ${expected}, got ${kindOf(input)}`
  return { reason: "TYPE_MISMATCH", path, message, expected, ...(found === undefined ? {} : { found }) }
}

/** A map with no field or with several, where exactly one is expected. */
export const notOneField = (path: Path, given: ReadonlyArray<string>, names: ReadonlyArray<string>): ConfigProblem => {
  const got = given.length === 0 ? "none" : quoted(given.toSorted())
  const message = `expected exactly one of the fields ${quoted(names)}, got ${got}`
  return { reason: "SELECTOR", path, message, fields: given.toSorted(), expected: oneOf(names) }
}

/** Unknown fields of a section, each with the closest name. */
export const unknownFields = (
  path: Path,
  unknown: ReadonlyArray<string>,
  names: ReadonlyArray<string>
): ConfigProblem => {
  const suggestions = unknown.flatMap((name) => {
    const near = ConfigProblem.nearest(name, names)
    return near === undefined ? [] : [[name, near] as const]
  })
  const expected = names.length === 0 ? "nothing can be set here" : `expected ${oneOf(names)}`
  return {
    reason: "UNDEFINED_FIELD",
    path,
    message:
      (unknown.length === 1 ? "no such field" : `no such fields ${quoted(unknown.toSorted())}`) +
      (names.length === 0 ? `: ${expected}` : `, ${expected}`),
    fields: unknown.toSorted(),
    ...(names.length === 0 ? {} : { expected: oneOf(names) }),
    ...(suggestions.length === 0 ? {} : { suggestions: Object.fromEntries(suggestions) })
  }
}

/** Missing fields of a section. */
export const missingFields = (
  path: Path,
  missing: ReadonlyArray<string>,
  fields: { readonly [name: string]: ConfigNode }
): ConfigProblem => {
  const [only, ...others] = missing
  const message =
    only !== undefined && others.length === 0
      ? missingMessage(fields[only]!)
      : `fields ${missing.map((name) => missingMessage(fields[name]!, name)).join(", ")} are missing`
  return { reason: "MISSING_FIELD", path, message, fields: missing }
}

const missingMessage = (node: ConfigNode, name?: string): string => {
  const inside = requiredInside(node, [])
  const more = inside.length > 5 ? ` and ${inside.length - 5} more` : ""
  const details =
    inside.length === 0 || (inside.length === 1 && inside[0] === "")
      ? ""
      : `with ${inside.slice(0, 5).join(", ")}${more} inside it`
  if (name !== undefined) return details === "" ? `"${name}"` : `"${name}" (${details})`
  return details === "" ? "is missing" : `is missing, ${details}`
}

/** The required paths inside a section. For the nodes of run config, the paths end at their config. */
const requiredInside = (node: ConfigNode, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (node._tag === "Mapped") return requiredInside(node.node, path)
  if (node._tag !== "Section") return [path.join(".")]
  const inside = Object.entries(node.fields).flatMap(([name, inner]) => {
    if (!ConfigNode.isRequired(inner)) return []
    const ofUser = inner._tag === "Section" && inner.mayBeNull !== true && node.mayBeNull === true
    return ofUser ? [[...path, name].join(".")] : requiredInside(inner, [...path, name])
  })
  return inside.length > 0 ? inside : [path.join(".")]
}
