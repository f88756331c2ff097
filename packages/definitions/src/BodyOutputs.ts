import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { StepKey } from "@heddle/events/StepKey"
import type { OpDefinition, OutputDefinition } from "./OpDefinition.ts"
import { OutputError } from "./OutputError.ts"

/** One value that a body gave for one of its outputs. */
export interface BodyOutput {
  readonly output: OutputDefinition
  /** Mapping key of a value of a dynamic output. */
  readonly key: string | undefined
  readonly value: unknown
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/**
 * Follows what one attempt of a body gives, and says what is wrong with it: an output that is not declared, one given
 * twice, a mapping key that is none, a required output left out.
 *
 * @since 0.1.0
 */
export class BodyOutputs {
  readonly #op: OpDefinition
  readonly #stepKey: string
  readonly #given = new Map<string, Set<string> | undefined>()

  constructor(op: OpDefinition, stepKey: string) {
    this.#op = op
    this.#stepKey = stepKey
  }

  #error(output: string, problem: string): OutputError {
    return new OutputError({ stepKey: this.#stepKey, output, problem })
  }

  #declared(name: string): OutputDefinition {
    const output = this.#op.outputs.find((declared) => declared.name === name)
    if (output === undefined) {
      const names = this.#op.outputs.map((declared) => declared.name)
      const nearest = ConfigProblem.nearest(name, names)
      throw this.#error(
        name,
        `the op declares no such output${nearest === undefined ? `; it declares ${names.join(", ")}` : `; did you mean "${nearest}"?`}`
      )
    }
    return output
  }

  /** Takes one value of one output. Throws `OutputError`. */
  take(name: string, key: string | undefined, value: unknown): BodyOutput {
    const output = this.#declared(name)
    if (!output.dynamic) {
      if (this.#given.has(name)) throw this.#error(name, "it was given twice")
      this.#given.set(name, undefined)
      return { output, key: undefined, value }
    }
    if (key === undefined) throw this.#error(name, "it is dynamic and each of its values needs a mapping key")
    if (typeof key !== "string" || !StepKey.isName(key)) {
      throw this.#error(name, `mapping key "${String(key)}" is none: keys are made of letters, digits and underscores`)
    }
    const keys = this.#given.get(name) ?? new Set<string>()
    if (keys.has(key)) throw this.#error(name, `mapping key "${key}" was given twice`)
    keys.add(key)
    this.#given.set(name, keys)
    return { output, key, value }
  }

  /** Takes what a body returned, value by value. Throws `OutputError`. */
  *takeReturned(value: unknown): Generator<BodyOutput> {
    if (this.#op.returns === "value") {
      yield this.take("result", undefined, value)
      return
    }
    const record = value === undefined ? {} : value
    if (!isRecord(record))
      throw this.#error("", `the body must return a record of outputs, it returned ${typeof value}`)
    for (const name of Object.keys(record)) {
      const given = record[name]
      const output = this.#declared(name)
      if (!output.dynamic) {
        // Leaving an optional output out and giving it as `undefined` are the same to `exactOptionalPropertyTypes`.
        if (given === undefined && !output.required) continue
        yield this.take(name, undefined, given)
        continue
      }
      if (!isRecord(given) || !(Symbol.iterator in given)) {
        throw this.#error(name, "it is dynamic: return [key, value] pairs, such as a Map")
      }
      this.#given.set(name, new Set())
      for (const pair of given as unknown as Iterable<unknown>) {
        if (!Array.isArray(pair)) throw this.#error(name, "it is dynamic: return [key, value] pairs, such as a Map")
        yield this.take(name, pair[0], pair[1])
      }
    }
  }

  /** Takes one emission of a streaming body. Throws `OutputError`. */
  takeEmission(emission: unknown): BodyOutput {
    if (!isRecord(emission) || typeof emission["output"] !== "string") {
      throw this.#error("", "a streaming body emits { output, value } records, with a key for dynamic outputs")
    }
    return this.take(emission["output"], emission["key"] as string | undefined, emission["value"])
  }

  /** The required outputs that were left out; a dynamic one may have no values. */
  missing(): OutputError | undefined {
    const output = this.#op.outputs.find(
      ({ dynamic, name, required }) => required && !dynamic && !this.#given.has(name)
    )
    return output === undefined
      ? undefined
      : this.#error(output.name, "the body ended without giving it; declare it with Out.optional if it may be left out")
  }
}
