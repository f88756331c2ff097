import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { BodyNeeds } from "./BodyGives.ts"
import type { HookContext } from "./HookContext.ts"
import { optionsAndBody, subjectOf } from "./internal/definitionArguments.ts"
import { OptionNames } from "./OptionNames.ts"
import type { Ids, Tags } from "./OpExecutionContext.ts"

/**
 * Runs after a step, on its success or on its failure. `R` is what it needs; a hook that fails does not change the run.
 *
 * @since 0.1.0
 * @source Dagster HookDefinition
 */
export interface Hook<out R> {
  readonly name: string
  readonly on: "success" | "failure"
  /** The resources that it names; `undefined` for a hook that may use any of the job's. */
  readonly resources: Tags | undefined
  readonly run: (context: HookContext<any>) => Effect.Effect<unknown, unknown, R>
}

/** The combined requirements of hooks. */
export type HooksNeeds<H extends ReadonlyArray<Hook<any>>> = [H[number]] extends [never]
  ? never
  : H[number] extends Hook<infer R>
    ? R
    : never

/** What a hook with this body needs; a scope is given to it. */
type NeedsOfHook<X> = Exclude<BodyNeeds<X>, Scope.Scope>

/**
 * Options of a hook.
 *
 * @since 0.1.0
 */
export interface HookOptions<T extends Tags> {
  /**
   * The services that the body reads from `context.resources`, by the keys under which jobs bind them.
   *
   * @default the body may use every resource of the job
   * @example
   * Hook.onFailure("notify", { resources: { mail: Mail } }, ({ resources }) => resources.mail.send("it failed"))
   */
  readonly resources?: T
}

/** Makes a hook of a body, which gives an Effect, a promise or nothing. */
interface MakeHook {
  <const X>(name: string, run: (context: HookContext) => X): Hook<NeedsOfHook<X>>
  <T extends Tags = {}, const X = unknown>(
    name: string,
    options: HookOptions<T>,
    run: (context: HookContext<T>) => X
  ): Hook<NeedsOfHook<X> | Ids<T>>
}

const optionNames: OptionNames<HookOptions<Tags>> = { resources: "optional" }

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"

const makeOn = (on: Hook<unknown>["on"]): MakeHook =>
  ((name: string, second: unknown, third?: unknown): Hook<unknown> => {
    const subject = subjectOf("hook", name)
    const { body, options } = optionsAndBody<HookContext<any>>(subject, second, third)
    OptionNames.check(subject, options, optionNames)
    return {
      name,
      on,
      resources: options.resources,
      run: (context) =>
        Effect.suspend(() => {
          const given = body(context)
          if (Effect.isEffect(given)) return given
          return isPromise(given)
            ? // What it was rejected with is told of as it is.
              Effect.callback<unknown, unknown>((resume) => {
                given.then(
                  () => resume(Effect.void),
                  (error: unknown) => resume(Effect.fail(error))
                )
              })
            : Effect.void
        })
    }
  }) as MakeHook

/**
 * Constructors of hooks.
 *
 * @since 0.1.0
 */
export const Hook: {
  /**
   * Makes a hook that runs after a step has succeeded.
   *
   * @param name - name of the hook, which its events bear
   * @param options - `resources`: the services that it reads, by the keys under which jobs bind them
   * @param run - the body; an Effect, a promise or a plain function
   */
  readonly onSuccess: MakeHook
  /** Makes a hook that runs after a step has failed for good, as `onSuccess` does; it is not run after an interrupt. */
  readonly onFailure: MakeHook
} = { onSuccess: makeOn("success"), onFailure: makeOn("failure") }
