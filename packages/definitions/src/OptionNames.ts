import { OptionPresence } from "@heddle/events/OptionPresence"
import { DefinitionError, type DefinitionProblem } from "./DefinitionError.ts"

/**
 * Every option of `O` by name, and whether it must be given. The compiler keeps the list complete.
 *
 * @since 0.1.0
 */
export type OptionNames<O> = OptionPresence<O>

/**
 * Reads the options of a call, and finds what types would have rejected: unknown options, each with the closest name, and
 * required options that are missing.
 *
 * @param given - the options, from code that may be untyped
 * @param names - the options that exist
 * @returns the options that are not `undefined`; without problems, they are what their type says
 */
const read = <O>(
  given: unknown,
  names: OptionNames<O>
): { readonly options: O; readonly problems: Array<DefinitionProblem> } => {
  const problems = OptionPresence.problems(given, names).map((message) => ({ place: "", message }))
  // An option that is undefined is left out, as callers without exactOptionalPropertyTypes mean it.
  const options =
    typeof given === "object" && given !== null && !Array.isArray(given)
      ? Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
      : {}
  return { options: options as O, problems }
}

/** The error with what `read` finds in options, or `undefined` if nothing is wrong with them. */
const error = <O>(subject: string, given: unknown, names: OptionNames<O>): DefinitionError | undefined => {
  const { problems } = read(given, names)
  return problems.length === 0 ? undefined : new DefinitionError({ subject, problems })
}

/** The options that are not `undefined`. Throws `DefinitionError` with what `read` finds in them. */
const parse = <O>(subject: string, given: unknown, names: OptionNames<O>): O => {
  const { options, problems } = read(given, names)
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  return options
}

/** Requires options that types would have accepted. Throws `DefinitionError`. */
function check<O>(subject: string, given: unknown, names: OptionNames<O>): asserts given is O {
  parse(subject, given, names)
}

/**
 * Checks options by their names, for callers without types.
 *
 * @since 0.1.0
 */
export const OptionNames: {
  readonly read: typeof read
  readonly error: typeof error
  readonly parse: typeof parse
  readonly check: typeof check
} = { read, error, parse, check }
