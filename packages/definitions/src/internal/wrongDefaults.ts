import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import type { DefinitionProblem } from "../DefinitionError.ts"
import { InputDefault } from "../InputDefault.ts"
import { ValueCheck } from "../ValueCheck.ts"

/** The problems of a value. Type checks need a run, so they are not run here. */
const fault = (schema: Schema.Top, value: unknown): string | undefined => {
  if (ValueCheck.hasTypeChecks(schema) || ValueCheck.isNothing(schema)) return undefined
  return ValueCheck.problem(schema, value)
}

/**
 * Finds default values of inputs that do not match their schemas. A default that cannot be made synchronously is only checked
 * by the run.
 *
 * @param inputs - the schemas of the inputs, by name
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
 * Finds preset values of inputs that do not match their schemas.
 *
 * @param inputs - schema of each input by name
 * @param values - the preset values, by name
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
