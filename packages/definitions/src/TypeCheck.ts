import type { MetadataInput } from "@heddle/events/MetadataValue"
import type * as Schema from "effect/Schema"
import { typeCheckFilter } from "./internal/typeCheckFilter.ts"
import type { TypeCheckFunction, TypeCheckResult } from "./TypeCheckContext.ts"

/**
 * Checks of values at the inputs and outputs of steps, beside what their schemas say.
 *
 * @since 0.1.0
 * @source Dagster DagsterType
 */
export const TypeCheck = {
  /**
   * Gives a schema whose values are also checked by a function, at every input and output of a step, wherever in a value
   * the schema stands. Decoding and encoding with the schema do not run the function.
   *
   * @param schema - what a value must be before it is checked
   * @param check - looks at a decoded value
   * @returns the schema with the check
   */
  make: <S extends Schema.Top>(schema: S, check: TypeCheckFunction<S["Type"]>): S["Rebuild"] =>
    schema.check(typeCheckFilter(check as TypeCheckFunction<unknown>)),

  /** The result of a check that passed. */
  pass: (said: Omit<TypeCheckResult, "passed"> = {}): TypeCheckResult => ({ ...said, passed: true }),

  /** The result of a check that failed. */
  fail: (description: string, metadata?: { readonly [name: string]: MetadataInput }): TypeCheckResult => ({
    passed: false,
    description,
    ...(metadata === undefined ? {} : { metadata })
  })
}
