/** Reads the options of a constructor, for callers without types. */
import { nearestKey } from "./explainKey.ts"

type Kind = "time" | "times" | "text" | "integer" | "boolean"

const kindProblem = (option: string, value: unknown, kind: Kind): ReadonlyArray<string> => {
  const got = value === null ? "null" : typeof value === "number" ? String(value) : typeof value
  if (kind === "integer") {
    return Number.isSafeInteger(value) ? [] : [`${option} must be a whole number, got ${got}`]
  }
  if (kind === "times") {
    return Array.isArray(value)
      ? value.flatMap((each, i) => kindProblem(`${option}[${i}]`, each, "time"))
      : [`${option} must be an array, got ${got}`]
  }
  if (kind === "boolean") return typeof value === "boolean" ? [] : [`${option} must be true or false, got ${got}`]
  if (typeof value === "string") return []
  if (kind === "text") return [`${option} must be a string, got ${got}`]
  return typeof value === "object" && value !== null && "epochMilliseconds" in value
    ? []
    : [`${option} must be a string or a DateTime, got ${got}`]
}

/**
 * Checks options by name and by kind.
 *
 * @returns each mistake, in a sentence
 */
export const optionProblems = (
  given: unknown,
  known: { readonly [option: string]: Kind },
  required: ReadonlyArray<string>
): ReadonlyArray<string> => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return [
      `the options must be an object, got ${given === null ? "null" : Array.isArray(given) ? "an array" : typeof given}`
    ]
  }
  const problems: Array<string> = []
  for (const [option, value] of Object.entries(given)) {
    const kind = Object.hasOwn(known, option) ? known[option] : undefined
    if (kind === undefined) {
      const names = Object.keys(known)
      const nearest = nearestKey(option, names)
      const instead = nearest === undefined ? `the options are ${names.join(", ")}` : `did you mean "${nearest}"?`
      problems.push(`unknown option "${option}": ${instead}`)
    } else if (value !== undefined) problems.push(...kindProblem(option, value, kind))
  }
  for (const option of required) {
    if (Reflect.get(given, option) === undefined) problems.push(`the option "${option}" is missing`)
  }
  return problems
}

/** A number that must be whole and lie between two others. */
export const between = (option: string, value: number, least: number, most: number): ReadonlyArray<string> =>
  Number.isInteger(value) && value >= least && value <= most
    ? []
    : [`${option} must be a whole number from ${least} to ${most}, got ${value}`]
