/**
 * Checks what types would have rejected in the arguments of constructors, for callers without types.
 */
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"

/** Every option of `O` by name, and whether it must be given. The compiler keeps the list complete. */
export type OptionNames<O> = { readonly [K in keyof O]-?: {} extends Pick<O, K> ? "optional" : "required" }

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : typeof value

/**
 * Names the subject of a definition, such as `op "load"`.
 *
 * @throws DefinitionError when the name is not a string
 */
export const subjectOf = (kind: string, name: unknown): string => {
  if (typeof name === "string") return `${kind} "${name}"`
  const message = `the first argument must be the name, got ${kindOf(name)}`
  throw new DefinitionError({ subject: kind, problems: [{ place: "", message }] })
}

/**
 * Reads the options of a definition, and finds unknown options, each with the closest name, and required ones that are
 * missing.
 *
 * @param subject - what is being defined, such as `op "load"`
 * @param given - the options
 * @param names - the options that exist
 * @returns the options, which are only what their type says if there are no problems
 * @throws DefinitionError when the options are not an object
 */
export const readOptions = <O>(
  subject: string,
  given: unknown,
  names: OptionNames<O>
): { readonly options: O; readonly problems: Array<DefinitionProblem> } => {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const message = `the options must be an object, got ${kindOf(given)}`
    throw new DefinitionError({ subject, problems: [{ place: "", message }] })
  }
  const known = Object.keys(names)
  const problems: Array<DefinitionProblem> = []
  for (const option of Object.keys(given)) {
    if (Object.hasOwn(names, option)) continue
    const nearest = ConfigProblem.nearest(option, known)
    const instead =
      nearest === undefined
        ? `the options are ${known.map((name) => `"${name}"`).join(", ")}`
        : `did you mean "${nearest}"?`
    problems.push({ place: "", message: `unknown option "${option}": ${instead}` })
  }
  for (const [option, presence] of Object.entries(names)) {
    if (presence === "required" && Reflect.get(given, option) === undefined) {
      problems.push({ place: "", message: `the option "${option}" is missing` })
    }
  }
  // An option that is undefined is left out, as callers without exactOptionalPropertyTypes mean it.
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { options: options as O, problems }
}

/**
 * Checks the options of a definition that has no other checks.
 *
 * @throws DefinitionError with what `readOptions` finds
 */
export function checkOptions<O>(subject: string, given: unknown, names: OptionNames<O>): asserts given is O {
  const { problems } = readOptions(subject, given, names)
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
}

/**
 * Checks a config mapping, which is either `config` and `to`, or `constant`.
 *
 * @throws DefinitionError when it is neither
 */
export const checkMapping = (subject: string, given: unknown): void => {
  const isConstant = typeof given === "object" && given !== null && "constant" in given
  if (isConstant) checkOptions<{ constant?: unknown }>(subject, given, { constant: "optional" })
  else checkOptions<{ config: unknown; to: unknown }>(subject, given, { config: "required", to: "required" })
}
