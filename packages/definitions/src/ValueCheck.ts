import { MetadataValue } from "@heddle/events/MetadataValue"
import { Storable } from "@heddle/events/Storable"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import { hasTypeChecks, listening, outerTypeChecks } from "./internal/typeCheckFilter.ts"
import type { TypeCheckContext, TypeCheckResult } from "./TypeCheckContext.ts"
import { TypeCheckFailed } from "./TypeCheckFailed.ts"
import { TypeCheckRaised } from "./TypeCheckRaised.ts"

/** What a check found of one value, as it stands in an event. */
export interface ValueCheckOutcome {
  readonly passed: boolean
  readonly description?: string
  readonly metadata?: { readonly [name: string]: MetadataValue }
}

/**
 * Checks one value: `undefined` when it passed and there is nothing to say of it. Throws `TypeCheckRaised` when a type
 * check threw.
 */
type Check = (value: unknown, context: TypeCheckContext, subject: string) => ValueCheckOutcome | undefined

const format = SchemaIssue.makeFormatterDefault()

const checks = new WeakMap<Schema.Top, Check>()
const withTypeChecks = new WeakMap<Schema.Top, boolean>()

const passes: Check = () => undefined

const isNothing: Check = (value) =>
  value === undefined || value === null ? undefined : { passed: false, description: "Expected no value" }

const carries = (schema: Schema.Top): boolean => {
  let carried = withTypeChecks.get(schema)
  if (carried === undefined) withTypeChecks.set(schema, (carried = hasTypeChecks(schema.ast)))
  return carried
}

const outcome = ({ description, metadata, passed }: TypeCheckResult): ValueCheckOutcome => ({
  passed: passed === true,
  ...(description === undefined ? {} : { description: Storable.text(description) }),
  ...(metadata === undefined ? {} : { metadata: MetadataValue.fromRecord(metadata) })
})

/** A schema with type checks in it: they run once for each value, one after the other, up to the first that fails. */
const makeWithTypeChecks = (type: Schema.Top): Check => {
  const decode = SchemaParser.decodeUnknownResult(type as unknown as Schema.ConstraintDecoder<unknown>)
  const outer = outerTypeChecks(type.ast)
  return (value, context, subject) => {
    let problem: string | undefined
    const said = listening(context, () => {
      const result = decode(value)
      if (result._tag === "Failure") problem = format(result.failure)
    })
    if (said.raised !== undefined) throw new TypeCheckRaised({ subject, cause: said.raised.error })
    if (problem !== undefined) {
      return said.failed === undefined ? { passed: false, description: Storable.text(problem) } : outcome(said.failed)
    }
    for (const run of outer) {
      const result = said.passed.get(run)
      if (result !== undefined && (result.description !== undefined || result.metadata !== undefined)) {
        return outcome(result)
      }
    }
    return undefined
  }
}

const make = (schema: Schema.Top): Check => {
  const tag = schema.ast._tag
  const type = Schema.toType(schema)
  if (carries(schema)) return makeWithTypeChecks(type)
  if (tag === "Void") return isNothing
  if (tag === "Any" || tag === "Unknown") return passes
  const is = SchemaParser.is(type)
  const decode = SchemaParser.decodeUnknownResult(type as unknown as Schema.ConstraintDecoder<unknown>, {
    errors: "all"
  })
  return (value) => {
    if (is(value)) return undefined
    const result = decode(value)
    return {
      passed: false,
      description: result._tag === "Failure" ? Storable.text(format(result.failure)) : "the value does not fit"
    }
  }
}

/**
 * Checks values against the decoded side of a schema.
 *
 * @since 0.1.0
 */
export const ValueCheck = {
  /** The check of a schema, made once for each schema. */
  of: (schema: Schema.Top): Check => {
    let check = checks.get(schema)
    if (check === undefined) checks.set(schema, (check = make(schema)))
    return check
  },

  /**
   * What is wrong with a value by a schema that has no type checks; `undefined` for a value that fits.
   *
   * @param schema - the schema
   * @param value - the value
   */
  problem: (schema: Schema.Top, value: unknown): string | undefined => {
    const result = SchemaParser.decodeUnknownResult(
      Schema.toType(schema) as unknown as Schema.ConstraintDecoder<unknown>
    )(value)
    return result._tag === "Failure" ? Storable.text(format(result.failure)) : undefined
  },

  /** The error of a value whose check failed. */
  error: (subject: string, { description, metadata }: ValueCheckOutcome): TypeCheckFailed =>
    new TypeCheckFailed({
      subject,
      description: description ?? "the type check failed",
      ...(metadata === undefined ? {} : { metadata })
    }),

  /** Tells whether a type check stands anywhere in a schema. */
  hasTypeChecks: carries,

  /** Tells whether a schema stands for no value at all. */
  isNothing: (schema: Schema.Top): boolean => schema.ast._tag === "Void"
}
