import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ConfigWords, FieldsWords, FieldWords, Json } from "./Case.ts"
import { missing } from "./missing.ts"

const SCALARS: { readonly [name: string]: Schema.Top } = {
  Int: Schema.Int,
  Float: Schema.Finite,
  String: Schema.String,
  Bool: Schema.Boolean,
  Any: Schema.Json
}

/**
 * The value that a schema stands for when nothing is given, where the engine works it out: null for a noneable, the
 * defaults of a shape whose fields all have one, the one choice of a selector of one. `undefined` when there is none.
 */
const implicit = (words: ConfigWords): { readonly value: Json } | undefined => {
  if (typeof words === "string") return undefined
  if (words.noneable !== undefined) return { value: null }
  const fields = words.shape ?? words.permissive
  if (fields !== undefined)
    return Object.values(fields).every((field) => !isRequired(field)) ? { value: {} } : undefined
  if (words.selector !== undefined) {
    const choices = Object.entries(words.selector)
    return choices.length === 1 && !isRequired(choices[0]![1]) ? { value: { [choices[0]![0]]: {} } } : undefined
  }
  return undefined
}

const isRequired = (field: FieldWords): boolean =>
  field.default === undefined && (field.required ?? implicit(field.type) === undefined)

const fieldOf = (field: FieldWords): Schema.Top => {
  const schema = schemaOf(field.type) as Schema.Codec<unknown, Json>
  const absent = field.default === undefined ? implicit(field.type)?.value : field.default
  if (absent !== undefined && field.required !== false) {
    return schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(absent)))
  }
  if (field.default !== undefined) return schema.pipe(Schema.withDecodingDefaultKey(Effect.succeed(field.default)))
  return isRequired(field) ? schema : Schema.optionalKey(schema)
}
const fieldsOf = (fields: FieldsWords) =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldOf(field)]))

const schemaOf = (words: ConfigWords): Schema.Top => {
  if (typeof words === "string") return SCALARS[words] ?? missing("config.env")
  if (words.shape !== undefined) return Schema.Struct(fieldsOf(words.shape))
  if (words.permissive !== undefined) {
    return Schema.StructWithRest(Schema.Struct(fieldsOf(words.permissive)), [Schema.Record(Schema.String, Schema.Json)])
  }
  if (words.selector !== undefined) {
    return Schema.Union(
      Object.entries(words.selector).map(([name, field]) => Schema.Struct({ [name]: fieldOf(field) }))
    )
  }
  if (words.array !== undefined) return Schema.Array(schemaOf(words.array))
  if (words.map !== undefined) return Schema.Record(Schema.String, schemaOf(words.map[1]))
  if (words.noneable !== undefined) return Schema.NullOr(schemaOf(words.noneable))
  if (words.enum !== undefined) return Schema.Literals(words.values ?? [])
  if (words.scalar_or !== undefined) return Schema.Union(words.scalar_or.map(schemaOf))
  throw new Error("no such config schema")
}

/** The schema that the words of a config schema stand for; `undefined` where none is given. */
export const configSchema = (words: ConfigWords | undefined): Schema.Top | undefined =>
  words === undefined ? undefined : schemaOf(words)
