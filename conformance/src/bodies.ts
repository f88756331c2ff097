import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Body, Statement } from "./Case.ts"
import { evaluate, holds, type Scope } from "./expressions.ts"
import type { Surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"

/** What a body asks of the one that runs it. */
export type Act =
  | { readonly _tag: "Output"; readonly output: string; readonly key: string | undefined; readonly value: unknown }
  | { readonly _tag: "Sleep"; readonly seconds: number }

/** What a plain body returns. */
export type Returned =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Outputs"; readonly values: ReadonlyArray<unknown> }
  | { readonly _tag: "Dynamic"; readonly items: ReadonlyArray<readonly [string, unknown]> }

/** What statements do beside computing. */
export interface Effects {
  readonly trace: (value: unknown) => void
  readonly log: (level: string, message: string) => void
}

/**
 * Runs statements one by one, handing out what they ask for.
 *
 * @returns what a `return` gave, if there was one
 */
export function* runBody(body: Body, scope: Scope, effects: Effects): Generator<Act, Returned | undefined, void> {
  for (const statement of body) {
    const returned = yield* runStatement(statement, scope, effects)
    if (returned !== undefined) return returned
  }
  return undefined
}

function* runStatement(s: Statement, scope: Scope, effects: Effects): Generator<Act, Returned | undefined, void> {
  switch (s.do) {
    case "return":
      return { _tag: "Value", value: evaluate(s.value, scope) }
    case "return_outputs":
      return { _tag: "Outputs", values: (s.values ?? []).map((value) => evaluate(value, scope)) }
    case "return_dynamic":
      return {
        _tag: "Dynamic",
        items: (s.items ?? []).map(({ key, value }) => [String(evaluate(key, scope)), evaluate(value, scope)])
      }
    case "yield_output":
      yield { _tag: "Output", output: s.output ?? "result", key: undefined, value: evaluate(s.value, scope) }
      return undefined
    case "yield_dynamic":
      yield {
        _tag: "Output",
        output: s.output ?? "result",
        key: String(evaluate(s.key, scope)),
        value: evaluate(s.value, scope)
      }
      return undefined
    case "raise":
      throw new UserError(s.error ?? "Error", s.message === undefined ? "" : String(evaluate(s.message, scope)))
    case "if":
      return yield* runBody((holds(s.cond, scope) ? s.then : s.else) ?? [], scope, effects)
    case "for_each":
      for (const one of evaluate(s.over, scope) as ReadonlyArray<unknown>) {
        const inner = { ...scope, vars: { ...scope.vars, [s.var ?? ""]: one } }
        const returned = yield* runBody(s.body ?? [], inner, effects)
        if (returned !== undefined) return returned
      }
      return undefined
    case "log":
      effects.log((s.level ?? "info").toUpperCase(), String(evaluate(s.message, scope)))
      return undefined
    case "trace":
      effects.trace(evaluate(s.value, scope))
      return undefined
    case "sleep":
      yield { _tag: "Sleep", seconds: s.seconds ?? 0 }
      return undefined
    case "exit_process":
      process.exit(s.code ?? 0)
  }
  throw new Error(`no such statement: ${s.do}`)
}

const next = (body: Generator<Act, Returned | undefined, void>) =>
  Effect.try({ try: () => body.next(), catch: UserError.from })

const wait = (seconds: number): Effect.Effect<void> => Effect.sleep(seconds * 1000)

/** A body that returns once, or one whose outputs nobody takes. */
export const runPlain = (
  body: Body,
  scope: Scope,
  effects: Effects,
  surroundings: Surroundings
): Effect.Effect<Returned, unknown> =>
  Effect.gen(function* () {
    const delay = surroundings.delay()
    if (delay > 0) yield* wait(delay)
    const running = runBody(body, scope, effects)
    let step = yield* next(running)
    while (step.done !== true) {
      if (step.value._tag === "Sleep") yield* wait(step.value.seconds)
      else return yield* Effect.fail(new UserError("Error", "a plain body cannot yield outputs"))
      step = yield* next(running)
    }
    return step.value ?? { _tag: "Value", value: null }
  })

/** A body that yields; what takes its outputs decides when it goes on. */
export const runStream = (
  body: Body,
  scope: Scope,
  effects: Effects,
  surroundings: Surroundings
): Stream.Stream<{ readonly output: string; readonly key?: string; readonly value: unknown }, unknown> =>
  Stream.unwrap(
    Effect.sync(() => {
      const running = runBody(body, scope, effects)
      const pull = Effect.fnUntraced(function* (started: boolean) {
        const delay = started ? 0 : surroundings.delay()
        if (delay > 0) yield* wait(delay)
        let step = yield* next(running)
        while (step.done !== true) {
          if (step.value._tag === "Output") {
            const { key, output, value } = step.value
            return [{ output, ...(key === undefined ? {} : { key }), value }, true] as const
          }
          yield* wait(step.value.seconds)
          step = yield* next(running)
        }
        return undefined
      })
      return Stream.unfold(false, pull)
    })
  )
