import * as Schema from "effect/Schema"
import { ConfigNode } from "./ConfigNode.ts"
import { shownDefault } from "./internal/secrets.ts"

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** Definitions that parts refer to, by name. */
type Definitions = Map<string, JsonSchema>

const OBJECT = { type: "object", additionalProperties: false } as const
const ENV: JsonSchema = { ...OBJECT, properties: { env: { type: "string" } }, required: ["env"] }
const SCALARS = {
  string: { type: "string" },
  number: { type: "number" },
  finite: { type: "number" },
  boolean: { type: "boolean" },
  int: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  any: {}
} as const
const SOURCES = { String: SCALARS.string, Int: SCALARS.int, Bool: SCALARS.boolean } as const

/** Effect's struct schemas allow other keys; ours do not. */
const closed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== "object" || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return inner["additionalProperties"] === true && "properties" in inner
    ? { ...inner, additionalProperties: false }
    : inner
}

/** The JSON Schema that Effect makes of a schema, with its definitions moved to those of the whole. */
const leaf = (schema: Schema.Top, definitions: Definitions): JsonSchema => {
  let document
  try {
    document = Schema.toJsonSchemaDocument(schema)
  } catch {
    // JSON has no form for these values, so only validation can check them.
    return {}
  }
  const names = new Map<string, string>()
  for (const [name, definition] of Object.entries(document.definitions)) {
    let free = name
    const text = JSON.stringify(definition)
    for (let i = 2; definitions.has(free) && JSON.stringify(definitions.get(free)) !== text; i++) free = `${name}${i}`
    names.set(name, free)
    definitions.set(free, definition as JsonSchema)
  }
  const renamed = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(renamed)
    if (typeof part !== "object" || part === null) return part
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => {
        const name = key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", "") : undefined
        return [key, name === undefined ? renamed(value) : `#/$defs/${names.get(name) ?? name}`]
      })
    )
  }
  return closed(renamed(document.schema)) as JsonSchema
}

const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: "null" }] })

const of = (node: ConfigNode, definitions: Definitions): JsonSchema => {
  const schema = ofKind(node, definitions)
  return node.description === undefined ? schema : { description: node.description, ...schema }
}

const properties = (fields: { readonly [name: string]: ConfigNode }, definitions: Definitions): JsonSchema =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, of(field, definitions)]))

const ofSection = (node: Extract<ConfigNode, { readonly _tag: "Section" }>, definitions: Definitions): JsonSchema => {
  const own = properties(node.fields, definitions)
  const aliases = Object.entries(node.aliases ?? {})
  const required = Object.keys(node.fields).filter((name) => ConfigNode.isRequired(node.fields[name]!))
  const plain = required.filter((name) => !aliases.some(([aliased]) => aliased === name))
  const either = aliases.map(([name, alias]) =>
    required.includes(name)
      ? { oneOf: [{ required: [name] }, { required: [alias] }] }
      : { not: { required: [name, alias] } }
  )
  return {
    type: node.mayBeNull === true && required.length === 0 ? ["object", "null"] : "object",
    properties: { ...own, ...Object.fromEntries(aliases.map(([name, alias]) => [alias, own[name]])) },
    ...(plain.length === 0 ? {} : { required: plain.toSorted() }),
    ...(either.length === 0 ? {} : { allOf: either }),
    additionalProperties: node.rest === undefined ? false : of(node.rest, definitions)
  }
}

const ofKind = (node: ConfigNode, definitions: Definitions): JsonSchema => {
  switch (node._tag) {
    case "Open":
      return {}
    case "Value":
      return node.scalar === undefined ? leaf(node.schema, definitions) : SCALARS[node.scalar]
    case "Optional": {
      const shown = shownDefault(node)
      return { ...of(node.node, definitions), ...(shown === undefined ? {} : { default: shown.value }) }
    }
    case "Noneable":
      return orNull(of(node.node, definitions))
    case "Enum":
      return { enum: Object.keys(node.values) }
    case "Source":
      return { anyOf: [SOURCES[node.type], ENV] }
    case "Secret":
      return { ...of(node.node, definitions), writeOnly: true }
    case "ValueForm": {
      const value = of(node.node, definitions)
      const wrapped = { ...OBJECT, properties: { value }, required: ["value"] }
      return node.only === true ? wrapped : { anyOf: [value, wrapped] }
    }
    case "ScalarOr":
      return { anyOf: [of(node.scalar, definitions), of(node.other, definitions)] }
    case "List":
      return { type: "array", items: of(node.item, definitions) }
    case "Each":
      return {
        type: "object",
        additionalProperties: of(node.node, definitions),
        ...(node.key === undefined ? {} : { propertyNames: of(node.key, definitions) })
      }
    case "Selector": {
      const all = Object.entries(node.fields)
      const choices = all.map(([name, field]) => {
        const schema = of(field, definitions)
        return [name, ConfigNode.isRequired(field) || !hasFields(field) ? schema : orNull(schema)]
      })
      const none = all.length === 1 && !ConfigNode.isRequired(all[0]![1])
      return { ...OBJECT, properties: Object.fromEntries(choices), minProperties: none ? 0 : 1, maxProperties: 1 }
    }
    case "Section":
      return ofSection(node, definitions)
    case "Mapped":
      return of(node.node, definitions)
  }
}

const hasFields = (node: ConfigNode): boolean =>
  node._tag === "Section" || node._tag === "Selector" || (node._tag === "Optional" && hasFields(node.node))

/**
 * JSON Schema of configs, for editors and for other programs.
 *
 * @since 0.1.0
 */
export const ConfigJsonSchema = {
  /**
   * Makes the JSON Schema, draft 2020-12, of the configs that have a shape; unknown keys are refused, descriptions and
   * defaults kept. It accepts all that validation accepts; what it cannot say, such as checks of a whole, validation says.
   *
   * @param node - the shape
   * @param title - title of the schema
   * @source Dagster's dagster-graphql runConfigSchema, for editors
   */
  make: (node: ConfigNode, title?: string): JsonSchema => {
    const definitions: Definitions = new Map()
    const schema = of(node, definitions)
    return {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      ...(title === undefined ? {} : { title }),
      ...schema,
      ...(definitions.size === 0
        ? {}
        : { $defs: Object.fromEntries([...definitions].map(([name, definition]) => [name, closed(definition)])) })
    }
  }
}
