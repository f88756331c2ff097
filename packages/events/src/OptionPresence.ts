import { ConfigProblem } from "@heddle/config/ConfigProblem"

/**
 * Every option of `O` by name, and whether it must be given. The compiler keeps the list complete.
 *
 * @since 0.1.0
 */
export type OptionPresence<O> = { readonly [K in keyof O]-?: {} extends Pick<O, K> ? "optional" : "required" }

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "an array" : typeof value === "object" ? "an object" : typeof value

const unknownOption = (option: string, known: ReadonlyArray<string>): string => {
  const nearest = ConfigProblem.nearest(option, known)
  const instead =
    nearest !== undefined
      ? `did you mean "${nearest}"?`
      : known.length === 1
        ? `the only option is "${known[0]}"`
        : `the options are ${known.map((name) => `"${name}"`).join(", ")}`
  return `unknown option "${option}": ${instead}`
}

/**
 * Checks options from untyped code for what the compiler would have rejected.
 *
 * @since 0.1.0
 */
export const OptionPresence = {
  /**
   * The problems of options, as sentences: they are not an object, an option is unknown (with the closest name), or a required
   * option is missing.
   *
   * @param given - the options
   * @param names - the options that exist
   */
  problems: <O>(given: unknown, names: OptionPresence<O>): ReadonlyArray<string> => {
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      return [`the options must be an object, got ${kindOf(given)}`]
    }
    const known = Object.keys(names)
    return [
      ...Object.keys(given)
        .filter((option) => !Object.hasOwn(names, option))
        .map((option) => unknownOption(option, known)),
      ...Object.entries(names)
        .filter(([option, presence]) => presence === "required" && Reflect.get(given, option) === undefined)
        .map(([option]) => `the option "${option}" is missing`)
    ]
  }
}
