import { AssetMaterialization } from "@heddle/definitions/AssetMaterialization"
import { AssetObservation } from "@heddle/definitions/AssetObservation"
import type { BodyEvent } from "@heddle/definitions/BodyEvent"
import { ExpectationResult } from "@heddle/definitions/ExpectationResult"
import { StepFailure } from "@heddle/definitions/StepFailure"
import { RetryRequested } from "@heddle/definitions/RetryRequested"
import type { MetadataValue } from "@heddle/events/MetadataValue"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Body, EventWords, Statement } from "./Case.ts"
import { evaluate, holds, type Scope } from "./expressions.ts"
import { metadataOf } from "./metadata.ts"
import type { Surroundings } from "./Surroundings.ts"
import { isOfEngine } from "./errors.ts"
import { UserError } from "./UserError.ts"

/** What a body needs from its caller. */
export type Act =
  | {
      readonly _tag: "Output"
      readonly output: string
      readonly key: string | undefined
      readonly value: unknown
      readonly metadata: Metadata | undefined
    }
  | { readonly _tag: "Asset"; readonly emission: AssetEmission; readonly checks: ReadonlyArray<CheckEmission> }
  | { readonly _tag: "Check"; readonly check: CheckEmission }
  | { readonly _tag: "Event"; readonly event: BodyEvent }
  | { readonly _tag: "Sleep"; readonly seconds: number }

type Metadata = { readonly [name: string]: MetadataValue }

/** An asset that a body gives, by its key where it names it. */
export interface AssetEmission {
  readonly asset?: string
  readonly value?: unknown
  readonly metadata?: Metadata
  readonly tags?: { readonly [key: string]: string }
  readonly dataVersion?: string
}

/** What a body found in a check. */
export interface CheckEmission {
  readonly asset?: string
  readonly check?: string
  readonly passed: boolean
  readonly severity: "ERROR" | "WARN"
  readonly description?: string
  readonly metadata?: Metadata
}

/** What a plain body returns. */
export type Returned =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Outputs"; readonly values: ReadonlyArray<unknown> }
  | { readonly _tag: "Dynamic"; readonly items: ReadonlyArray<readonly [string, unknown]> }

/** The side effects of statements. */
export interface Effects {
  readonly trace: (value: unknown) => void
  readonly log: (level: string, message: string) => void
  /** What only the context of an op provides. */
  readonly context?: {
    readonly logEvent: (event: BodyEvent) => void
    readonly addOutputMetadata: (metadata: Metadata, at: { readonly output?: string }) => void
  }
  /** What a body does to its own run. */
  readonly run?: {
    readonly interrupt: () => void
    readonly markCanceling: () => void
  }
}

const eventOf = (words: EventWords, scope: Scope): BodyEvent => {
  const text = (name: "description" | "label" | "partition") =>
    words[name] === undefined ? {} : { [name]: String(evaluate(words[name], scope)) }
  const metadata = metadataOf(words.metadata, scope)
  const said = { ...text("description"), ...(metadata === undefined ? {} : { metadata }) }
  if (words.kind === "expectation") {
    return ExpectationResult.make({ success: evaluate(words.success, scope) === true, ...text("label"), ...said })
  }
  const facts = { asset: (words.asset ?? []).join("/"), ...text("partition"), ...said }
  return words.kind === "materialization" ? AssetMaterialization.make(facts) : AssetObservation.make(facts)
}

const assetEmission = (s: Statement, scope: Scope): AssetEmission => {
  const metadata = metadataOf(s.metadata, scope)
  return {
    ...(s.asset === undefined ? {} : { asset: s.asset.join("/") }),
    ...(s.value === undefined ? {} : { value: evaluate(s.value, scope) }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(s.tags === undefined ? {} : { tags: evaluate(s.tags, scope) as { readonly [key: string]: string } }),
    ...(s.data_version === undefined ? {} : { dataVersion: String(evaluate(s.data_version, scope)) })
  }
}

const checkEmission = (s: Statement, scope: Scope): CheckEmission => {
  const metadata = metadataOf(s.metadata, scope)
  return {
    ...(s.asset === undefined ? {} : { asset: s.asset.join("/") }),
    ...(s.check === undefined ? {} : { check: s.check }),
    passed: holds(s.passed, scope),
    severity: s.severity === "WARN" ? "WARN" : "ERROR",
    ...(s.description === undefined ? {} : { description: String(evaluate(s.description, scope)) }),
    ...(metadata === undefined ? {} : { metadata })
  }
}

const steered = (effects: Effects): NonNullable<Effects["run"]> => {
  if (effects.run === undefined) throw new TypeError("only the body of an op can end its run")
  return effects.run
}

const offered = (effects: Effects): NonNullable<Effects["context"]> => {
  if (effects.context === undefined) throw new TypeError("there is no context here")
  return effects.context
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
      yield {
        _tag: "Output",
        output: s.output ?? "result",
        key: undefined,
        value: evaluate(s.value, scope),
        metadata: metadataOf(s.metadata, scope)
      }
      return undefined
    case "yield_materialize_result": {
      const emission = assetEmission(s, scope)
      const checks = (s.checks ?? []).map((check) => {
        const found = checkEmission({ do: "yield_check_result", ...check } as Statement, scope)
        return found.asset === undefined && emission.asset !== undefined ? { ...found, asset: emission.asset } : found
      })
      yield { _tag: "Asset", emission, checks }
      return undefined
    }
    case "yield_check_result":
      yield { _tag: "Check", check: checkEmission(s, scope) }
      return undefined
    case "yield_event":
      yield { _tag: "Event", event: eventOf(s.event!, scope) }
      return undefined
    case "log_event":
      offered(effects).logEvent(eventOf(s.event!, scope))
      return undefined
    case "add_output_metadata":
      offered(effects).addOutputMetadata(
        metadataOf(s.metadata, scope) ?? {},
        s.output === undefined ? {} : { output: s.output }
      )
      return undefined
    case "yield_dynamic":
      yield {
        _tag: "Output",
        output: s.output ?? "result",
        key: String(evaluate(s.key, scope)),
        value: evaluate(s.value, scope),
        metadata: metadataOf(s.metadata, scope)
      }
      return undefined
    case "raise":
      throw new UserError(s.error ?? "Error", s.message === undefined ? "" : String(evaluate(s.message, scope)))
    case "raise_failure": {
      const metadata = metadataOf(s.metadata, scope)
      throw new StepFailure({
        ...(s.description === undefined ? {} : { description: String(evaluate(s.description, scope)) }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(s.allow_retries === undefined ? {} : { allowRetries: s.allow_retries })
      })
    }
    case "request_retry":
      throw new RetryRequested({
        maxRetries: s.max_retries ?? 1,
        ...(s.seconds === undefined ? {} : { wait: s.seconds * 1000 })
      })
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
    case "interrupt":
      steered(effects).interrupt()
      return undefined
    case "mark_canceling":
      steered(effects).markCanceling()
      return undefined
    case "exit_process":
      process.exit(s.code ?? 0)
  }
  throw new Error(`no such statement: ${s.do}`)
}

/** Converts what a body threw to an error of the case. Rethrows errors of the engine. */
const raised = (thrown: unknown): UserError | StepFailure | RetryRequested => {
  if (thrown instanceof StepFailure || thrown instanceof RetryRequested) return thrown
  if (thrown instanceof Error && "_tag" in thrown && isOfEngine(String(thrown._tag))) throw thrown
  return UserError.from(thrown)
}

const next = (body: Generator<Act, Returned | undefined, void>) => Effect.try({ try: () => body.next(), catch: raised })

const wait = (seconds: number): Effect.Effect<void> => Effect.sleep(seconds * 1000)

/** Runs a body that returns once, or whose outputs are not consumed. */
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

/** Runs the body of a check. Gives what it found, or what it returned instead. */
export const runCheck = (
  body: Body,
  scope: Scope,
  effects: Effects,
  surroundings: Surroundings
): Effect.Effect<unknown, unknown> =>
  Effect.gen(function* () {
    const delay = surroundings.delay()
    if (delay > 0) yield* wait(delay)
    const running = runBody(body, scope, effects)
    let found: CheckEmission | undefined
    let step = yield* next(running)
    while (step.done !== true) {
      if (step.value._tag === "Sleep") yield* wait(step.value.seconds)
      else if (step.value._tag === "Check") found = step.value.check
      else return yield* Effect.fail(new UserError("Error", "a check gives what it found"))
      step = yield* next(running)
    }
    return found ?? step.value
  })

/** What a streaming body yields. */
type Emitted =
  | BodyEvent
  | AssetEmission
  | CheckEmission
  | { readonly output: string; readonly key?: string; readonly value: unknown; readonly metadata?: Metadata }

/** Runs a body that yields. The consumer of its outputs decides when it continues. */
export const runStream = (
  body: Body,
  scope: Scope,
  effects: Effects,
  surroundings: Surroundings
): Stream.Stream<Emitted, unknown> =>
  Stream.unwrap(
    Effect.sync(() => {
      const running = runBody(body, scope, effects)
      /** Results of checks that came with an asset, and come after it. */
      const waiting: Array<CheckEmission> = []
      const pull = Effect.fnUntraced(function* (
        started: boolean
      ): Effect.fn.Return<readonly [Emitted, boolean] | undefined, unknown> {
        const result = waiting.shift()
        if (result !== undefined) return [result, true]
        const delay = started ? 0 : surroundings.delay()
        if (delay > 0) yield* wait(delay)
        let step = yield* next(running)
        while (step.done !== true) {
          if (step.value._tag === "Output") {
            const { key, metadata, output, value } = step.value
            return [
              {
                output,
                ...(key === undefined ? {} : { key }),
                value,
                ...(metadata === undefined ? {} : { metadata })
              },
              true
            ]
          }
          if (step.value._tag === "Event") return [step.value.event, true]
          if (step.value._tag === "Check") return [step.value.check, true]
          if (step.value._tag === "Asset") {
            waiting.push(...step.value.checks)
            return [step.value.emission, true]
          }
          yield* wait(step.value.seconds)
          step = yield* next(running)
        }
        return undefined
      })
      return Stream.unfold(false, pull)
    })
  )
