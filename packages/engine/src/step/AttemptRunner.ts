import type { BodyPartition } from "@heddle/definitions/BodyPartition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { StepEntry, StepTable } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import { RetryDecision, type RetryMode } from "../plan/RetryDecision.ts"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { AtOnce } from "./AtOnce.ts"
import { Attempt } from "./Attempt.ts"
import { AttemptEnd } from "./AttemptEnd.ts"
import type { BodySurroundings } from "./BodySurroundings.ts"
import type { LocalServices } from "./LocalServices.ts"
import { runPartition } from "./runPartition.ts"
import { StepEvents } from "./StepEvents.ts"
import { HookedOutputs, StepHooks } from "./StepHooks.ts"
import { StepOutcome } from "./StepOutcome.ts"

/** What attempts of one run are run with. */
export interface AttemptRunnerParts {
  readonly job: JobDefinition
  readonly request: RunRequest
  readonly local: LocalServices
  readonly clock: Clock.Clock
  /** Takes the events of attempts. */
  readonly lines: ConstructorParameters<typeof StepEvents>[3]
  readonly table: StepTable
  readonly surroundings: BodySurroundings
}

/** Makes what it is given interruptible. */
type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Runs attempts of one run, each from its start to its last event. */
export class AttemptRunner {
  readonly #parts: AttemptRunnerParts
  readonly #around: BodySurroundings
  readonly #retries: RetryMode
  readonly #partition: BodyPartition

  constructor(parts: AttemptRunnerParts) {
    this.#parts = parts
    this.#around = parts.surroundings
    this.#partition = runPartition(parts.job, parts.request)
    this.#retries = parts.request.retries ?? "enabled"
  }

  /**
   * Begins one attempt at once. All that happens goes to the sink, and it never fails.
   *
   * @returns what is left of the attempt; it has ended if nothing of it had to be waited for
   */
  run(step: StepRequest): Effect.Effect<void> {
    const { clock, lines, request } = this.#parts
    const events = new StepEvents(request.runId, step, clock, lines)
    try {
      const rest = this.#begin(step, events)
      if (AtOnce.isOver(rest)) return rest
      return Effect.catchCause(rest, (cause) => Effect.sync(() => this.#endAnyway(step, events, Cause.squash(cause))))
    } catch (error) {
      this.#endAnyway(step, events, error)
      return Effect.void
    }
  }

  /** Whatever else goes wrong, the attempt has an end. */
  #endAnyway(step: StepRequest, events: StepEvents, error: unknown): void {
    if (events.endAnyway(ErrorInfo.fromUnknown(error))) {
      this.#parts.local.observer?.failure(step.stepKey, StepOutcome.ofFramework(error))
    }
  }

  #begin(step: StepRequest, events: StepEvents): Effect.Effect<void> {
    const entry = this.#parts.table.get(step.nodePath)
    const hooked = entry === undefined || entry.hooks.length === 0 ? undefined : new HookedOutputs(entry)
    const startedAt = events.now
    if (step.attempt > 1) this.#parts.local.observer?.restart(step.stepKey)
    events.emit(step.attempt === 1 ? "STEP_START" : "STEP_RESTARTED", {})
    const work = this.#work(step, entry, events, hooked)
    const finish = (exit: Exit.Exit<void, unknown>, restore: Restore) =>
      this.#finish(step, events, hooked, startedAt, exit, restore)
    if (!AtOnce.isOver(work)) {
      events.release()
      const around = Effect.provideContext(Effect.scoped(work), this.#around.services)
      return Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Effect.exit(restore(around)), (exit) => finish(exit, restore))
      )
    }
    // Hooks may have to wait.
    return hooked === undefined
      ? finish(work, (effect) => effect)
      : Effect.uninterruptibleMask((restore) => finish(work, restore))
  }

  /** Begins what an attempt does between its first and its last event. What it throws is a defect of it. */
  #work(
    step: StepRequest,
    entry: StepEntry | undefined,
    events: StepEvents,
    hooked: HookedOutputs | undefined
  ): Effect.Effect<void, unknown, unknown> {
    const { job, local, request: run } = this.#parts
    if (entry === undefined) return Effect.die(new Error(`Job "${job.name}" has no step "${step.nodePath}"`))
    const { observer } = local
    try {
      const [around, partition] = [this.#around, this.#partition]
      return new Attempt({ run, step, entry, events, around, partition, observer, hooked }).begin()
    } catch (defect) {
      return Effect.die(defect)
    }
  }

  #finish(
    step: StepRequest,
    events: StepEvents,
    given: HookedOutputs | undefined,
    startedAt: number,
    exit: Exit.Exit<void, unknown>,
    restore: Restore
  ): Effect.Effect<void> {
    const { local, request } = this.#parts
    const outcome = StepOutcome.fromExit(exit)
    /** The last event of the attempt, and the hooks that it names. */
    const end = (
      hooked: HookedOutputs | undefined,
      tellEnd: (hooks?: ReadonlyArray<string>, stored?: () => void) => void
    ): Effect.Effect<void> => {
      if (hooked !== undefined) {
        return StepHooks.finish(this.#around.hooks, step, hooked, outcome, events, restore, tellEnd)
      }
      tellEnd()
      return Effect.void
    }
    if (outcome._tag === "Success") {
      // The clock of a machine may be set back meanwhile.
      const durationMillis = Math.max(0, events.now - startedAt)
      return end(given, (hooks, stored) => events.end("STEP_SUCCESS", { durationMillis }, hooks, stored))
    }
    return Effect.flatMap(Random.next, (random) => {
      const answer = RetryDecision.answer(this.#retries, step.retry, outcome, step.attempt, random)
      const ended = AttemptEnd.of(outcome, answer)
      if (ended._tag === "STEP_FAILURE") {
        local.observer?.failure(step.stepKey, outcome)
        const runsHooks = outcome.kind !== "interrupted" && request.raiseOnError !== true
        return end(runsHooks ? given : undefined, (hooks, stored) =>
          events.end("STEP_FAILURE", ended.said, hooks, stored)
        )
      }
      events.end("STEP_UP_FOR_RETRY", ended.said)
      if (given !== undefined) StepHooks.skip(given, events)
      return Effect.void
    })
  }
}
