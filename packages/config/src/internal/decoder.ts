import type * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"

const decoders = new WeakMap<Schema.Top, (input: unknown) => Result.Result<unknown, SchemaIssue.Issue>>()

/**
 * The decoder of a schema, made once for each schema. It reports every issue and rejects unknown fields.
 *
 * The services that decoding may need are erased here. Config is decoded synchronously, without services; a schema that needs
 * any dies with Effect's own message.
 */
export const decoder = (schema: Schema.Top): ((input: unknown) => Result.Result<unknown, SchemaIssue.Issue>) => {
  let decode = decoders.get(schema)
  if (decode === undefined) {
    decode = SchemaParser.decodeUnknownResult(schema as unknown as Schema.ConstraintDecoder<unknown>, {
      errors: "all",
      onExcessProperty: "error"
    })
    decoders.set(schema, decode)
  }
  return decode
}
