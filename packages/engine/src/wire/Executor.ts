import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { TagLimit } from "@heddle/events/TagLimit"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { RunRequest, StepRequest } from "./StepRequest.ts"

/**
 * Takes events of attempts back to the half that decides; it returns at once and keeps their order. `stored` is called
 * once they are in the log, and never when they cannot be: who sends them from elsewhere keeps them until then.
 */
export type EventSink = (events: ReadonlyArray<HeddleEvent>, stored?: () => void) => void

/** The facts about an attempt that are visible from outside. */
export type StepHealth = { readonly healthy: true } | { readonly healthy: false; readonly reason: string }

/**
 * The way to the bodies of one run's steps. Whatever a body does comes back as events through the sink that the wire
 * was opened with; every launched attempt ends with `STEP_SUCCESS`, `STEP_FAILURE` or `STEP_UP_FOR_RETRY`. Where that
 * event names hooks, one event of each follows, and until then the attempt holds its place and is not over
 * (`AttemptProgress`).
 *
 * @since 0.1.0
 */
export interface StepWire {
  /** Starts an attempt and returns, without waiting for it. */
  readonly launch: (request: StepRequest) => Effect.Effect<void>
  /** Asks an attempt to end: its body is interrupted and its finalizers run. Does nothing if the attempt is over. */
  readonly terminate: (stepKey: string, attempt: number) => Effect.Effect<void>
  /** Tells whether an attempt that has not ended can still end. */
  readonly health: (stepKey: string, attempt: number) => Effect.Effect<StepHealth>
}

/**
 * A wire that could not be opened: a resource that failed to start, a process that could not.
 *
 * @since 0.1.0
 */
export class WireNotOpened extends Schema.TaggedError<WireNotOpened>()("WireNotOpened", {
  error: ErrorInfo.schema
}) {
  override get message(): string {
    return `The executor could not start: ${ErrorInfo.summary(this.error)}`
  }
}

/**
 * Brings steps to where their bodies run: this process, another, or another machine.
 *
 * @since 0.1.0
 * @source Dagster Executor and StepHandler, as one small contract
 */
export class Executor extends Context.Service<
  Executor,
  {
    /** Name of the executor, as it stands in run config. */
    readonly name: string
    /** How many steps may run at once, ≥ 1. */
    readonly maxConcurrent: number
    /** How many steps of a run may run at once that have a tag. */
    readonly limits?: ReadonlyArray<TagLimit>
    /** Whether a step waits until its upstream steps have succeeded, and not only until it has their outputs; true by default. */
    readonly requireUpstreamStepSuccess?: boolean
    /** Gets ready to run steps of one run; the wire closes with the scope. */
    readonly open: (request: RunRequest, sink: EventSink) => Effect.Effect<StepWire, WireNotOpened, Scope.Scope>
  }
>()("@heddle/engine/Executor") {}
