import { Hook } from "@heddle/definitions/Hook"
import type { Tags } from "@heddle/definitions/OpExecutionContext"
import type { LogLevel } from "@heddle/events/EngineEvent"
import * as Effect from "effect/Effect"
import type { HookWords } from "./Case.ts"
import { runPlain } from "./bodies.ts"
import { className } from "./errors.ts"
import type { Scope } from "./expressions.ts"
import { resourceTag } from "./resources.ts"
import type { Surroundings } from "./Surroundings.ts"

/** The error of a failed step as a hook sees it. */
const errorOf = (error: unknown): unknown =>
  error instanceof Error ? { class: className(error.name), message: error.message } : null

/** A missing value is null in cases. */
const plainOutputs = (outputs: { readonly [output: string]: unknown }): unknown =>
  Object.fromEntries(Object.entries(outputs).map(([output, value]) => [output, value ?? null]))

/** Builds a hook of a case. */
export const hook = (name: string, words: HookWords, surroundings: Surroundings): Hook<any> => {
  const make = words.on === "success" ? Hook.onSuccess : Hook.onFailure
  const resources: Tags = Object.fromEntries((words.requires ?? []).map((key) => [key, resourceTag(key)]))
  return make(name, { resources }, (context) =>
    Effect.gen(function* () {
      const required = context.resources as { readonly [key: string]: unknown }
      const scope: Scope = {
        vars: {},
        resource: (key) => required[key],
        context: (what) =>
          ({
            step_key: context.stepKey,
            job_name: context.jobName,
            hook_outputs: plainOutputs(context.outputs),
            hook_error: errorOf(context.error)
          })[what]
      }
      yield* runPlain(
        words.body,
        scope,
        {
          trace: (value) => void surroundings.trace.push(value),
          log: (level, message) => context.log.log(level as LogLevel, message)
        },
        surroundings
      )
    })
  )
}
