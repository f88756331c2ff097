/** Checks the arguments of constructors from untyped code for what the compiler would have rejected. */
import { DefinitionError } from "../DefinitionError.ts"
import { OptionNames } from "../OptionNames.ts"

/**
 * The subject of a definition, such as `op "load"`.
 *
 * @throws DefinitionError if the name is not a string
 */
export const subjectOf = (kind: string, name: unknown): string => {
  if (typeof name === "string") return `${kind} "${name}"`
  const message = `the first argument must be the name, as a string, got ${name === null ? "null" : typeof name}`
  throw new DefinitionError({ subject: kind, problems: [{ place: "", message }] })
}

/**
 * Reads both forms of a call: `make(name, body)` and `make(name, options, body)`.
 *
 * @typeParam Given - what the body receives
 * @param subject - what is being defined, such as `job "etl"`
 * @param second - the argument after the name
 * @param third - the argument after that
 * @throws DefinitionError if there is no body
 */
export const optionsAndBody = <Given>(
  subject: string,
  second: unknown,
  third: unknown
): { readonly options: unknown; readonly body: (given: Given) => unknown } => {
  const [options, body] = typeof second === "function" && third === undefined ? [{}, second] : [second, third]
  if (typeof body !== "function") {
    const message = "the body is missing: pass a function as the last argument"
    throw new DefinitionError({ subject, problems: [{ place: "", message }] })
  }
  return { options, body: (given) => Reflect.apply(body, undefined, [given]) as unknown }
}

/**
 * Checks that a config mapping is either `config` and `to`, or `constant`.
 *
 * @throws DefinitionError if it is neither
 */
export const checkMapping = (subject: string, given: unknown): void => {
  const isConstant = typeof given === "object" && given !== null && "constant" in given
  if (isConstant) OptionNames.check<{ constant?: unknown }>(subject, given, { constant: "optional" })
  else OptionNames.check<{ config: unknown; to: unknown }>(subject, given, { config: "required", to: "required" })
}
