import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Runs } from "@heddle/execution/Runs"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import { Instance } from "@heddle/storage/Instance"
import { InstanceTraits } from "@heddle/storage/InstanceTraits"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { makeCall } from "./calls.ts"
import type { Case } from "./Case.ts"
import { compare, type Difference } from "./compare.ts"
import { ProductLacks } from "./missing.ts"
import type { Mode } from "./Mode.ts"
import type { Outcome } from "./Outcome.ts"
import { recordOf } from "./record.ts"
import type { Session } from "./Session.ts"
import { surroundings } from "./Surroundings.ts"
import { isObject } from "./values.ts"
import { unknownWords } from "./words.ts"

/** The outcome of a case. */
export type Verdict =
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Unsupported"; readonly words: ReadonlyArray<string> }
  | { readonly _tag: "Lacking"; readonly words: ReadonlyArray<string>; readonly message: string }
  | { readonly _tag: "Error"; readonly error: string }
  | { readonly _tag: "Differs"; readonly differences: ReadonlyArray<Difference> }

/** A case with its outcome, and everything needed to compare it again. */
export interface CaseRun {
  readonly id: string
  readonly category: string
  readonly verdict: Verdict
  /** The events of each call, in the order of arrival. */
  readonly events: ReadonlyArray<ReadonlyArray<HeddleEvent>>
  /** Whether the events of a call are compared in partial order. */
  readonly loose: ReadonlyArray<boolean>
  /** Compares again, with events that were changed before the projection. */
  readonly again: (call: number, events: ReadonlyArray<HeddleEvent>) => Promise<ReadonlyArray<Difference>>
}

const LIMIT_MILLIS = 60_000

/** Sets environment variables for a while. */
const withEnvironment = async <A>(
  variables: { readonly [name: string]: string },
  body: () => Promise<A>
): Promise<A> => {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  try {
    return await body()
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}

interface Called {
  readonly outcome: Outcome
  readonly trace: ReadonlyArray<unknown>
}

/** An instance in memory whose values of assets are kept where processes find them. */
const instanceLayer = (valuesFolder: string): Layer.Layer<Instance> =>
  Layer.merge(Instance.layerMemory, Layer.succeed(InstanceTraits, { isShared: false, valuesFolder }))

/** Makes the calls of a case, one after the other, on one instance. */
const makeCalls = async (
  given: Case,
  file: string,
  mode: Mode,
  signal: AbortSignal
): Promise<{ readonly called: ReadonlyArray<Called>; readonly close: () => Promise<void> }> => {
  surroundings.clear()
  const scope = Scope.makeUnsafe()
  const values = mkdtempSync(join(tmpdir(), "heddle-conformance-"))
  const close = async () => {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    rmSync(values, { recursive: true, force: true })
  }
  try {
    const instance = await Effect.runPromise(Layer.buildWithScope(instanceLayer(values), scope))
    for (const [pool, limit] of Object.entries(given.definition.instance?.pools ?? {})) {
      const set = ConcurrencySlots.use((slots) => slots.setLimit(pool, limit))
      await Effect.runPromise(Effect.provideContext(set, instance))
    }
    surroundings.requestCancel = (runId) => void Effect.runFork(Effect.provideContext(Runs.cancel(runId), instance))
    const session: Session = { case: given, file, instance, values, mode, signal, runs: [] }
    const called: Array<Called> = []
    for (const call of given.definition.calls) {
      surroundings.takeTrace()
      const outcome = await makeCall(call, session)
      called.push({ outcome, trace: surroundings.takeTrace() })
    }
    return { called, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

/** Interrupts an effect that takes too long, without waiting for it to end. */
const inTime = <A>(body: (signal: AbortSignal) => Promise<A>): Promise<A> => {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it took longer than ${LIMIT_MILLIS / 1000} s`))
      abort.abort()
    }, LIMIT_MILLIS)
  })
  return Promise.race([body(abort.signal), limit]).finally(() => clearTimeout(timer))
}

const errorText = (thrown: unknown): string =>
  thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : JSON.stringify(thrown)

/** Reads a case. Returns an error if the file is not a valid case. */
const readCase = (file: string): Case | Error => {
  try {
    const read: unknown = JSON.parse(readFileSync(file, "utf8"))
    if (!isObject(read) || typeof read["id"] !== "string") return new Error("the file holds no case")
    return { category: "", definition: { calls: [] }, expected: [], ...read } as unknown as Case
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}

/**
 * Runs a case from its file, and keeps the results of its calls until `use` is done.
 *
 * @param file - path of the file
 * @param mode - how to run it
 * @param use - receives the case with its outcome
 */
export const runCase = async <A>(file: string, mode: Mode, use: (run: CaseRun) => A | Promise<A>): Promise<A> => {
  const given = readCase(file)
  const ended = (verdict: Verdict): CaseRun => ({
    id: given instanceof Error ? basename(file, ".json") : given.id,
    category: given instanceof Error ? "" : given.category,
    verdict,
    events: [],
    loose: [],
    again: async () => []
  })
  if (given instanceof Error) return use(ended(verdictOf(given)))
  const words = given.format === 1 ? unknownWords(given.definition) : [`format ${String(given.format)}`]
  if (words.length > 0) return use(ended({ _tag: "Unsupported", words }))
  return withEnvironment(given.definition.env ?? {}, async () => {
    if (mode.delays !== undefined) surroundings.delayBodies(mode.delays)
    let called: ReadonlyArray<Called>
    let close: () => Promise<void>
    try {
      ;({ called, close } = await inTime((signal) => makeCalls(given, file, mode, signal)))
    } catch (thrown) {
      return use(ended(verdictOf(thrown)))
    }
    const differencesOf = async (
      i: number,
      events?: ReadonlyArray<HeddleEvent>
    ): Promise<ReadonlyArray<Difference>> => {
      const call = given.definition.calls[i]!
      const { outcome, trace } = called[i]!
      const expected = given.expected[i]
      if (expected === undefined) throw new Error(`the case has no record of call ${i}`)
      const record = await recordOf(outcome, expected, call.ask, (own) => events ?? own)
      const concurrently = mode.width > 1
      const differences = compare(expected, record, {
        definition: given.definition,
        call,
        outcome,
        trace,
        concurrently
      })
      return differences.map((one) => ({ ...one, path: `call ${i} ${one.path}` }))
    }
    try {
      const differences: Array<Difference> = []
      let failed: unknown
      for (const i of called.keys()) {
        try {
          differences.push(...(await differencesOf(i)))
        } catch (thrown) {
          failed ??= thrown
        }
      }
      const verdict: Verdict =
        failed !== undefined
          ? verdictOf(failed)
          : differences.length === 0
            ? { _tag: "Passed" }
            : { _tag: "Differs", differences }
      return await use({
        id: given.id,
        category: given.category,
        verdict,
        events: called.map(({ outcome }) => (outcome.outcome === "completed" ? outcome.events : [])),
        loose: called.map(
          ({ outcome }, i) =>
            mode.width > 1 ||
            (outcome.outcome === "completed" && outcome.moved) ||
            (outcome.outcome === "completed" &&
              isObject(given.expected[i]?.["events"]) &&
              given.expected[i]["events"]["order"] === "partial")
        ),
        again: (i, events) => differencesOf(i, events)
      })
    } finally {
      await close()
    }
  })
}

const verdictOf = (thrown: unknown): Verdict =>
  thrown instanceof ProductLacks
    ? { _tag: "Lacking", words: thrown.words, message: thrown.message }
    : isObject(thrown) && thrown["_tag"] === "NotBuilt"
      ? {
          _tag: "Lacking",
          words: [String(thrown["feature"])],
          message: `the product has not built ${String(thrown["feature"])}`
        }
      : { _tag: "Error", error: errorText(thrown) }
