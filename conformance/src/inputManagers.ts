import { InputManager, type InputManagerShape } from "@heddle/definitions/InputManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Definition, InputManagerWords, InputWords } from "./Case.ts"
import { runPlain } from "./bodies.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate, type Scope } from "./expressions.ts"
import type { Surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"

/** The service under which an input manager is bound. */
export const inputManagerTag = (key: string): Context.Key<unknown, InputManagerShape> =>
  Context.Service<unknown, InputManagerShape>(key)

/** The input manager that words stand for. */
export const inputManager = (words: InputManagerWords, surroundings: Surroundings): InputManagerShape => ({
  loadInput: (context) =>
    Effect.gen(function* () {
      const scope: Scope = {
        config: context.config,
        vars: {},
        context: (what) =>
          ({
            input_name: context.input,
            step_key: context.stepKey,
            upstream_step: context.upstreamStep?.stepKey ?? null,
            upstream_output: context.upstreamStep?.output ?? null
          })[what]
      }
      const effects = {
        trace: (value: unknown) => void surroundings.trace.push(value),
        log: () => {}
      }
      yield* runPlain(words.body ?? [], scope, effects, surroundings)
      return yield* Effect.try({ try: () => evaluate(words.value, scope), catch: UserError.from })
    })
})

/** The schema of an input, with the manager that it names. */
export const managed = (schema: Schema.Top, words: InputWords, definition: Definition): Schema.Top => {
  const key = words.input_manager
  if (key === undefined) return schema
  const entry = definition.job?.resources?.[key]
  const config = typeof entry === "string" ? configSchema(definition.input_managers?.[entry]?.config) : undefined
  return InputManager.loads(schema, inputManagerTag(key), config === undefined ? {} : { config })
}
