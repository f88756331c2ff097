import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import { RunSignals } from "@heddle/execution/RunSignals"
import type { Instance } from "@heddle/storage/Instance"
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Call, Case, Definition } from "./Case.ts"
import { configErrorRecords } from "./configErrors.ts"
import { isOfEngine, raisedRecord } from "./errors.ts"
import type { Mode } from "./Mode.ts"
import type { Outcome } from "./Outcome.ts"
import { UserError } from "./UserError.ts"
import { isObject } from "./values.ts"

/** The state that all calls of one case share. */
export interface Session {
  readonly case: Case
  /** Path of the case's file. */
  readonly file: string
  readonly instance: Context.Context<Instance>
  /** The folder for values that are kept after a call. */
  readonly values: string
  readonly mode: Mode
  /** Aborted when the case takes too long. */
  readonly signal: AbortSignal
  /** Ids of the runs of earlier calls. */
  readonly runs: Array<string | undefined>
}

/** Converts an error to the outcome of a call. Rethrows errors of the runner itself. */
export const outcomeOf = (thrown: unknown, definition: Definition): Outcome => {
  if (isObject(thrown) && thrown["_tag"] === "RunConfigError") {
    return {
      outcome: "invalid_config",
      errors: configErrorRecords(thrown["problems"] as ReadonlyArray<ConfigProblem>, definition)
    }
  }
  const tag = isObject(thrown) && typeof thrown["_tag"] === "string" ? thrown["_tag"] : ""
  if (thrown instanceof UserError || isOfEngine(tag) || tag === "RetryRequested")
    return { outcome: "raised", error: raisedRecord(thrown) }
  throw thrown
}

/** Runs the effect of a call. Its failure or defect becomes the outcome of the call. */
export const run = async <A>(
  effect: Effect.Effect<A, unknown, Instance>,
  session: Session,
  then: (value: A) => Outcome | Promise<Outcome>
): Promise<Outcome> => {
  const exit = await Effect.runPromiseExit(
    effect.pipe(
      // What the original does at a signal to its process.
      Effect.provide(RunSignals.layer({ signals: ["SIGINT"], action: "interrupt" })),
      Effect.provideContext(session.instance)
    ),
    { signal: session.signal }
  )
  if (Exit.isSuccess(exit)) return then(exit.value)
  return outcomeOf(Cause.squash(exit.cause), session.case.definition)
}

/** A call that ends at the first failure runs one step at a time, so that the first failure is always the same. */
export const widthOf = (call: Call, session: Session): number => (call.raise_on_error === true ? 1 : session.mode.width)
