import * as Schema from "effect/Schema"

/**
 * A piece of metadata on an output, an asset or a check: a value that says how it wants to be shown.
 *
 * @since 0.1.0
 * @source Dagster MetadataValue
 */
export type MetadataValue =
  | { readonly _tag: "int"; readonly value: number }
  | { readonly _tag: "float"; readonly value: number }
  | { readonly _tag: "text"; readonly value: string }
  | { readonly _tag: "bool"; readonly value: boolean }
  | { readonly _tag: "url"; readonly value: string }
  | { readonly _tag: "path"; readonly value: string }
  | { readonly _tag: "md"; readonly value: string }
  | { readonly _tag: "json"; readonly value: Schema.Json }
  | { readonly _tag: "timestamp"; readonly value: number }
  | { readonly _tag: "asset"; readonly value: string }
  | { readonly _tag: "null" }

/** What may be written where metadata is expected: a plain JSON value, or a value that says its kind. */
export type MetadataInput = MetadataValue | Schema.Json

const schema: Schema.Codec<MetadataValue> = Schema.Union([
  Schema.TaggedStruct("int", { value: Schema.Finite }),
  Schema.TaggedStruct("float", { value: Schema.Finite }),
  Schema.TaggedStruct("text", { value: Schema.String }),
  Schema.TaggedStruct("bool", { value: Schema.Boolean }),
  Schema.TaggedStruct("url", { value: Schema.String }),
  Schema.TaggedStruct("path", { value: Schema.String }),
  Schema.TaggedStruct("md", { value: Schema.String }),
  Schema.TaggedStruct("json", { value: Schema.Json }),
  Schema.TaggedStruct("timestamp", { value: Schema.Finite }),
  Schema.TaggedStruct("asset", { value: Schema.String }),
  Schema.TaggedStruct("null", {})
])

const isMetadataValue = Schema.is(schema)

/**
 * Schema and constructors of metadata values.
 *
 * @since 0.1.0
 */
export const MetadataValue = {
  schema,
  /** Schema of a record of metadata, by name. */
  record: Schema.Record(Schema.String, schema),

  int: (value: number): MetadataValue => ({ _tag: "int", value }),
  float: (value: number): MetadataValue => ({ _tag: "float", value }),
  text: (value: string): MetadataValue => ({ _tag: "text", value }),
  bool: (value: boolean): MetadataValue => ({ _tag: "bool", value }),
  url: (value: string): MetadataValue => ({ _tag: "url", value }),
  path: (value: string): MetadataValue => ({ _tag: "path", value }),
  md: (value: string): MetadataValue => ({ _tag: "md", value }),
  json: (value: Schema.Json): MetadataValue => ({ _tag: "json", value }),
  /** @param value - milliseconds since the epoch */
  timestamp: (value: number): MetadataValue => ({ _tag: "timestamp", value }),
  /** @param value - text key of the asset */
  asset: (value: string): MetadataValue => ({ _tag: "asset", value }),
  null: { _tag: "null" } satisfies MetadataValue as MetadataValue,

  /** Takes a plain JSON value, or a metadata value as it is, and gives the metadata value that shows it. */
  from: (input: MetadataInput): MetadataValue => {
    if (isMetadataValue(input)) return input
    if (input === null) return MetadataValue.null
    switch (typeof input) {
      case "string":
        return MetadataValue.text(input)
      case "boolean":
        return MetadataValue.bool(input)
      case "number":
        if (!Number.isFinite(input)) return MetadataValue.text(String(input))
        return Number.isSafeInteger(input) ? MetadataValue.int(input) : MetadataValue.float(input)
      default:
        return MetadataValue.json(input)
    }
  },

  /** Takes a record of plain values and gives the record of metadata values. */
  fromRecord: (inputs: { readonly [name: string]: MetadataInput }): { readonly [name: string]: MetadataValue } =>
    Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, MetadataValue.from(input)]))
}
