import { ConfigSchema } from "@heddle/config/ConfigSchema"
import * as Schema from "effect/Schema"
import type { ConfigWords, FieldsWords, FieldWords } from "./Case.ts"

const SCALARS: { readonly [name: string]: Schema.Top } = {
  Int: ConfigSchema.Int,
  Float: ConfigSchema.Float,
  String: ConfigSchema.String,
  Bool: ConfigSchema.Bool,
  Any: ConfigSchema.Any,
  StringSource: ConfigSchema.StringSource,
  IntSource: ConfigSchema.IntSource,
  BoolSource: ConfigSchema.BoolSource
}

const fieldOf = (field: FieldWords): Schema.Top => {
  const schema = schemaOf(field.type)
  if (field.default !== undefined) return ConfigSchema.withDefault(schema, field.default)
  if (field.required === false) return Schema.optionalKey(ConfigSchema.required(schema))
  // There a map must be given.
  return field.required === true || (typeof field.type === "object" && field.type.map !== undefined)
    ? ConfigSchema.required(schema)
    : schema
}
const fieldsOf = (fields: FieldsWords): { readonly [name: string]: Schema.Top } =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldOf(field)]))

const schemaOf = (words: ConfigWords): Schema.Top => {
  if (typeof words === "string") {
    const scalar = SCALARS[words]
    if (scalar === undefined) throw new Error(`no such config schema: ${words}`)
    return scalar
  }
  if (words.shape !== undefined) {
    return ConfigSchema.Shape(fieldsOf(words.shape), { aliases: words.aliases ?? {} }) as Schema.Top
  }
  if (words.permissive !== undefined) return ConfigSchema.Permissive(fieldsOf(words.permissive)) as Schema.Top
  if (words.selector !== undefined) return ConfigSchema.Selector(fieldsOf(words.selector)) as Schema.Top
  if (words.array !== undefined) return ConfigSchema.Array(schemaOf(words.array))
  if (words.map !== undefined) return ConfigSchema.Map(Schema.String, schemaOf(words.map[1]))
  if (words.noneable !== undefined) return ConfigSchema.Noneable(schemaOf(words.noneable))
  if (words.enum !== undefined) return ConfigSchema.Enum(words.values ?? [])
  if (words.scalar_or !== undefined) {
    return ConfigSchema.scalarOr(schemaOf(words.scalar_or[0]), schemaOf(words.scalar_or[1]))
  }
  throw new Error("no such config schema")
}

/** The schema that the words of a config schema stand for; `undefined` where none is given. */
export const configSchema = (words: ConfigWords | undefined): Schema.Top | undefined =>
  words === undefined ? undefined : schemaOf(words)
