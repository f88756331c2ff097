import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import { guarded } from "./internal/guarded.ts"
import { InvalidOptions } from "./InvalidOptions.ts"
import { OptionPresence } from "./OptionPresence.ts"

const LIMIT = 100

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? JSON.stringify(value) : (guarded(() => String(value)) ?? typeof value)
  return text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text
}

/** The milliseconds of a duration; `undefined` if the value is not a duration. */
const millisOf = (value: unknown): number | undefined => {
  // `Duration` reads NaN as zero, even inside a duration object.
  const parts =
    typeof value === "object" && value !== null ? guarded((): ReadonlyArray<unknown> => Object.values(value)) : [value]
  if (value === undefined || parts?.some(Number.isNaN) !== false) return undefined
  const millis = guarded(() => Option.map(Duration.fromInput(value as Duration.Input), Duration.toMillis))
  return millis === undefined || Option.isNone(millis) ? undefined : millis.value
}

/**
 * Checks the options of one call, and reports all problems at once. Options that are `undefined` are not checked.
 *
 * @since 0.1.0
 */
export class OptionCheck {
  readonly #target: string
  readonly #problems: Array<InvalidOptions["problems"][number]> = []

  /** @param target - the function or class that was given the options */
  constructor(target: string) {
    this.#target = target
  }

  /**
   * Reads the options of a call from code without types, and throws `InvalidOptions` unless they are an object. Notes
   * unknown options and required options that are missing.
   *
   * @param target - the function or class that was given the options
   * @param given - the options
   * @param names - the options that exist
   */
  static read<O>(target: string, given: unknown, names: OptionPresence<O>): OptionCheck {
    const check = new OptionCheck(target)
    for (const message of OptionPresence.problems(given, names)) check.#problems.push({ message })
    if (typeof given !== "object" || given === null) check.orThrow()
    return check
  }

  /** Notes that an option is not valid. */
  refuse(option: string, value: unknown, allowed: string): this {
    this.#problems.push({ option, message: `must be ${allowed}, got ${shown(value)}` })
    return this
  }

  /**
   * Requires a whole number.
   *
   * @param least - the smallest number that is allowed
   */
  wholeNumber(option: string, value: number | undefined, least: number): this {
    if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return this
    return this.refuse(option, value, `a whole number of at least ${least}`)
  }

  /**
   * Requires a duration that is not negative.
   *
   * @param range - `finite`: from zero to any finite one; `positive`: finite and above zero; `any`: it may be infinite
   */
  duration(option: string, value: Duration.Input | undefined, range: "finite" | "positive" | "any" = "finite"): this {
    if (value === undefined) return this
    const millis = millisOf(value)
    if (millis === undefined) return this.refuse(option, value, 'a duration, such as 500 or "2 seconds"')
    if (millis < 0) return this.refuse(option, value, "a duration that is not negative")
    if (range !== "any" && !Number.isFinite(millis)) return this.refuse(option, value, "a finite duration")
    return range === "positive" && millis === 0 ? this.refuse(option, value, "a duration above zero") : this
  }

  /** Requires one of several strings. */
  oneOf(option: string, value: string | undefined, words: ReadonlyArray<string>): this {
    if (value === undefined || words.includes(value)) return this
    return this.refuse(option, value, words.map((word) => `"${word}"`).join(" or "))
  }

  /** The error, if an option is not valid. */
  get error(): InvalidOptions | undefined {
    return this.#problems.length === 0
      ? undefined
      : new InvalidOptions({ target: this.#target, problems: this.#problems })
  }

  /** Throws `InvalidOptions` if an option is not valid. */
  orThrow(): void {
    const { error } = this
    if (error !== undefined) throw error
  }
}
