import { ConfigSchema } from "@heddle/config/ConfigSchema"
import { TypeCheck } from "@heddle/definitions/TypeCheck"
import { TypeLoader } from "@heddle/definitions/TypeLoader"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runPlain } from "./bodies.ts"
import type { CustomType, Definition, Predicate, TypeWords } from "./Case.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate } from "./expressions.ts"
import { metadataOf } from "./metadata.ts"
import type { Surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"
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
  const type = TypeCheck.make(Schema.Json, (value) => {
    if (words.trace !== undefined) surroundings.trace.push([words.trace, value])
    const scope = { vars: { value } }
    if (words.raises !== undefined) {
      throw new UserError(words.raises.error, String(evaluate(words.raises.message, scope)))
    }
    const passed = passes(words.passes_when ?? { always: true }, value)
    const said = passed ? words.on_pass : words.on_fail
    const metadata = metadataOf(said?.metadata, scope)
    const description =
      said?.description !== undefined ? String(evaluate(said.description, scope)) : passed ? undefined : `not a ${name}`
    return {
      passed,
      ...(description === undefined ? {} : { description }),
      ...(metadata === undefined ? {} : { metadata })
    }
  })
  const { loader } = words
  if (loader === undefined) return ConfigSchema.unloadable(type)
  const effects = { trace: (value: unknown) => void surroundings.trace.push(value), log: () => {} }
  return TypeLoader.make(type, {
    config: configSchema(loader.config) ?? ConfigSchema.Any,
    load: (config) => {
      const scope = { config, vars: {} }
      return Effect.flatMap(runPlain(loader.body ?? [], scope, effects, surroundings), () =>
        Effect.try({ try: () => evaluate(loader.value, scope) as Schema.Json, catch: UserError.from })
      )
    }
  })
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
    // A missing value is not checked.
    if ("optional" in words) return Schema.Union([Schema.Null, this.of(words.optional)])
    return Schema.Record(Schema.String, this.of(words.dict[1]))
  }
}
