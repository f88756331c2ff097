import * as Schema from "effect/Schema"
import type { CustomType, Definition, Predicate, TypeWords } from "./Case.ts"
import type { Surroundings } from "./Surroundings.ts"
import { isObject } from "./values.ts"

/** Values of cases are JSON, so that any value can leave the process. */
const BUILT_IN: { readonly [name: string]: Schema.Top } = {
  Any: Schema.Json,
  Int: Schema.Int,
  Float: Schema.Finite,
  String: Schema.String,
  Bool: Schema.Boolean,
  Nothing: Schema.Void
}

const passes = (predicate: Predicate, value: unknown): boolean => {
  if (predicate.always !== undefined) return predicate.always
  switch (predicate.is) {
    case "int":
      return Number.isInteger(value)
    case "string":
      return typeof value === "string"
    case "list":
      return Array.isArray(value)
    case "object":
      return isObject(value)
    case undefined:
  }
  if (predicate.ge !== undefined) return typeof value === "number" && value >= predicate.ge
  if (predicate.le !== undefined) return typeof value === "number" && value <= predicate.le
  if (predicate.max_length !== undefined) return typeof value === "string" && [...value].length <= predicate.max_length
  return (predicate.all ?? []).every((one) => passes(one, value))
}

const custom = (name: string, words: CustomType, surroundings: Surroundings): Schema.Top => {
  return Schema.Json.check(
    Schema.makeFilter((value: unknown) => {
      if (words.trace !== undefined) surroundings.trace.push([words.trace, value])
      const failed = typeof words.on_fail?.description === "string" ? words.on_fail.description : `not a ${name}`
      return passes(words.passes_when ?? { always: true }, value) ? undefined : failed
    })
  )
}

/** The schemas of the types of one definition; a type is one schema wherever it is used. */
export class Types {
  readonly #custom = new Map<string, Schema.Top>()
  readonly #definition: Definition
  readonly #surroundings: Surroundings

  constructor(definition: Definition, surroundings: Surroundings) {
    this.#definition = definition
    this.#surroundings = surroundings
  }

  of(words: TypeWords | undefined): Schema.Top {
    if (words === undefined) return BUILT_IN["Any"]!
    if (typeof words === "string") {
      const known = BUILT_IN[words] ?? this.#custom.get(words)
      if (known !== undefined) return known
      const made = custom(words, this.#definition.types![words]!, this.#surroundings)
      this.#custom.set(words, made)
      return made
    }
    if ("list" in words) return Schema.Array(this.of(words.list))
    if ("optional" in words) return Schema.NullOr(this.of(words.optional))
    return Schema.Record(Schema.String, this.of(words.dict[1]))
  }
}
