import * as Schema from "effect/Schema"
import { clip, guarded } from "./internal/guarded.ts"
import { Storable } from "./Storable.ts"

/**
 * A metadata value of an output, an asset or a check. Its kind says how to show it.
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

/** What code can give as metadata: a plain JSON value, or a metadata value. */
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

const is = Schema.is(schema)

/** The maximum length of a value that is shown, in characters. */
const SHOWN_LIMIT = 200

/** Tells whether a value is a metadata value. A value that cannot be read, such as a cyclic one, is not. */
const isMetadataValue = (input: unknown): input is MetadataValue =>
  guarded(() => typeof input === "object" && input !== null && "_tag" in input && is(input)) === true

/** A plain copy, because the original may change, or throw when it is read again. */
const copy = (value: MetadataValue): MetadataValue => {
  if (value._tag === "null") return MetadataValue.null
  if (value._tag === "json") return MetadataValue.json(Storable.json(value.value))
  return { _tag: value._tag, value: value.value } as MetadataValue
}

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

  /**
   * Converts a plain JSON value to a metadata value; metadata values stay as they are. A value without a JSON form is converted
   * by `Storable.json`, so that metadata never prevents an event from being stored.
   */
  from: (input: MetadataInput): MetadataValue => {
    if (isMetadataValue(input)) return copy(input)
    const json = Storable.json(input)
    if (json === null) return MetadataValue.null
    switch (typeof json) {
      case "string":
        return MetadataValue.text(json)
      case "boolean":
        return MetadataValue.bool(json)
      case "number":
        return Number.isSafeInteger(json) ? MetadataValue.int(json) : MetadataValue.float(json)
      default:
        return MetadataValue.json(json)
    }
  },

  /** The value as text on one line: objects and texts of several lines as JSON, cut after 200 characters. */
  show: (value: MetadataValue): string => {
    if (value._tag === "null") return "null"
    const inner = value.value
    const isPlain = typeof inner !== "object" && !(typeof inner === "string" && /[\r\n]/.test(inner))
    return clip(isPlain ? String(inner) : JSON.stringify(inner), SHOWN_LIMIT)
  },

  /**
   * Converts a record of plain values to a record of metadata values.
   *
   * @throws TypeError if the value is not a record
   */
  fromRecord: (inputs: { readonly [name: string]: MetadataInput }): { readonly [name: string]: MetadataValue } => {
    if (typeof inputs !== "object" || inputs === null || guarded(() => Array.isArray(inputs)) !== false) {
      const kind = inputs === null ? "null" : typeof inputs === "object" ? "a list" : `a ${typeof inputs}`
      throw new TypeError(`Metadata must be a record of values by name, such as { rows: 3 }; got ${kind}`)
    }
    return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, MetadataValue.from(input)]))
  }
}
