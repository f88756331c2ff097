import * as Schema from "effect/Schema"

/** Encodes and decodes the values of a schema as JSON. */
export interface JsonCodec {
  readonly encode: (value: unknown) => unknown
  readonly decode: (json: unknown) => unknown
}

const codecs = new WeakMap<Schema.Top, JsonCodec>()

/**
 * The JSON codec of a schema, made once for each schema.
 *
 * The services that a codec may need are erased here: values are encoded synchronously, and a schema that needs services fails
 * with Effect's own message.
 */
export const jsonCodec = (schema: Schema.Top): JsonCodec => {
  let codec = codecs.get(schema)
  if (codec === undefined) {
    const json = Schema.toCodecJson(schema) as unknown as Schema.Codec<unknown>
    codec = { encode: Schema.encodeUnknownSync(json), decode: Schema.decodeUnknownSync(json) }
    codecs.set(schema, codec)
  }
  return codec
}
