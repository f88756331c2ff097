import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"

const format = SchemaIssue.makeFormatterDefault()

type Check = (value: unknown) => string | undefined

const checks = new WeakMap<Schema.Top, Check>()

const passes: Check = () => undefined

const make = (schema: Schema.Top): Check => {
  const tag = schema.ast._tag
  // What any value passes, and `void`, of which TypeScript lets a body give anything.
  if (tag === "Any" || tag === "Unknown" || tag === "Void") return passes
  const type = Schema.toType(schema)
  const is = SchemaParser.is(type)
  const decode = SchemaParser.decodeUnknownResult(type as unknown as Schema.ConstraintDecoder<unknown>, {
    errors: "all"
  })
  return (value) => {
    if (is(value)) return undefined
    const result = decode(value)
    return result._tag === "Failure" ? format(result.failure) : "the value does not fit"
  }
}

/**
 * Checks values against the decoded side of a schema.
 *
 * @since 0.1.0
 */
export const ValueCheck = {
  /** The check of a schema, made once for each schema; it gives what is wrong with a value, or `undefined`. */
  of: (schema: Schema.Top): Check => {
    let check = checks.get(schema)
    if (check === undefined) checks.set(schema, (check = make(schema)))
    return check
  },

  /** Tells whether a schema stands for no value at all. */
  isNothing: (schema: Schema.Top): boolean => schema.ast._tag === "Void"
}
