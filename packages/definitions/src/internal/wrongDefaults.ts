import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import type { DefinitionProblem } from "../DefinitionError.ts"
import { InputDefault } from "../InputDefault.ts"
import { ValueCheck } from "../ValueCheck.ts"

/** What is wrong with a value; type checks need a run, and are left to it. */
const fault = (schema: Schema.Top, value: unknown): string | undefined => {
  if (ValueCheck.hasTypeChecks(schema) || ValueCheck.isNothing(schema)) return undefined
  return ValueCheck.problem(schema, value)
}

/**
 * Finds the default values of inputs that do not fit their schemas. A default that cannot be made at once is left to the
 * run.
 *
 * @param inputs - schema of each input by name
 */
export const wrongDefaults = (inputs: { readonly [input: string]: Schema.Top }): ReadonlyArray<DefinitionProblem> =>
  Object.entries(inputs).flatMap(([input, schema]) => {
    if (!InputDefault.has(schema)) return []
    const made = Effect.runSyncExit(InputDefault.of(schema))
    const problem = Exit.isSuccess(made) ? fault(schema, made.value) : undefined
    return problem === undefined
      ? []
      : [{ place: `input "${input}"`, message: `its default does not fit its schema: ${problem}` }]
  })

/**
 * Finds the preset values of inputs that do not fit their schemas.
 *
 * @param inputs - schema of each input by name
 * @param values - the values that are preset, by name
 */
export const wrongValues = (
  inputs: { readonly [input: string]: Schema.Top },
  values: { readonly [input: string]: unknown }
): ReadonlyArray<DefinitionProblem> =>
  Object.entries(values).flatMap(([input, value]) => {
    const schema = inputs[input]
    const problem = schema === undefined ? undefined : fault(schema, value)
    return problem === undefined
      ? []
      : [{ place: `inputValues › "${input}"`, message: `the value does not fit the schema of the input: ${problem}` }]
  })
