import * as Schema from "effect/Schema"

const Keys = Schema.Array(Schema.String)

const fields = {
  identity: {},
  all: {},
  last: {},
  /** The upstream keys. */
  specific: { keys: Keys },
  /** The upstream keys by downstream key. */
  fixed: { keys: Schema.Record(Schema.String, Keys) },
  window: {
    /** By how many downstream windows the time begins later; earlier if it is negative. */
    start: Schema.Int,
    /** By how many downstream windows it ends later; earlier if it is negative. */
    end: Schema.Int,
    /** Whether upstream windows that do not exist are left out. */
    allowMissing: Schema.Boolean
  },
  enclosing: {}
}

/** A mapping between partitions of one dimension. */
const OneDimension = Schema.Union([
  Schema.TaggedStruct("identity", fields.identity),
  Schema.TaggedStruct("all", fields.all),
  Schema.TaggedStruct("last", fields.last),
  Schema.TaggedStruct("specific", fields.specific),
  Schema.TaggedStruct("fixed", fields.fixed),
  Schema.TaggedStruct("window", fields.window),
  Schema.TaggedStruct("enclosing", fields.enclosing)
])

/** The mapping between two dimensions; without it the same key, or for two dimensions of time the windows that overlap. */
const Between = Schema.optionalKey(OneDimension)

const schema = Schema.Union([
  ...OneDimension.members,
  /** One dimension of the downstream key. */
  Schema.TaggedStruct("dimension", { dimension: Schema.String, mapping: Between }),
  /** All upstream keys with the downstream key in one dimension. */
  Schema.TaggedStruct("slice", { dimension: Schema.String, mapping: Between }),
  /** For dimensions of upstream, the dimension of downstream that they are mapped from. */
  Schema.TaggedStruct("dimensions", {
    dimensions: Schema.Record(Schema.String, Schema.Struct({ dimension: Schema.String, mapping: Between }))
  })
])

/** A mapping between partitions of one dimension, as plain data. */
export type OneDimensionMapping = typeof OneDimension.Type

/**
 * A mapping between partitions as plain data that is valid JSON.
 *
 * @since 0.1.0
 */
export type PartitionMappingDescription = typeof schema.Type

/**
 * Schema of mappings as data.
 *
 * @since 0.1.0
 */
export const PartitionMappingDescription = { schema }
