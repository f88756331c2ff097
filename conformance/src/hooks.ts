import { Hook } from "@heddle/definitions/Hook"
import * as Effect from "effect/Effect"
import type { HookWords } from "./Case.ts"
import { runPlain } from "./bodies.ts"
import type { Scope } from "./expressions.ts"
import { missing } from "./missing.ts"
import { resourceTag } from "./resources.ts"
import type { Surroundings } from "./Surroundings.ts"

/** The error of a failed step as a hook sees it. */
const errorOf = (error: unknown): unknown =>
  error instanceof Error ? { class: error.name, message: error.message } : null

/** The hook that words stand for. */
export const hook = (name: string, words: HookWords, surroundings: Surroundings): Hook<any> => {
  const make = words.on === "success" ? Hook.onSuccess : Hook.onFailure
  return make(name, (context) =>
    Effect.gen(function* () {
      const required: Record<string, unknown> = {}
      for (const key of words.requires ?? []) required[key] = yield* resourceTag(key)
      const scope: Scope = {
        vars: {},
        resource: (key) => required[key],
        context: (what) =>
          ({ step_key: context.stepKey, job_name: context.jobName, hook_error: errorOf(context.error) })[what]
      }
      yield* runPlain(
        words.body,
        scope,
        { trace: (value) => void surroundings.trace.push(value), log: () => missing("hook.log") },
        surroundings
      )
    })
  )
}
