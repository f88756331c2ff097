import { EventId } from "@heddle/events/EventId"
import { MetadataValue } from "@heddle/events/MetadataValue"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import type { SlotClaim } from "@heddle/storage/PoolState"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import { PRIORITY_TAG } from "../plan/priorityTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"
import type { Command, DecidedEvent } from "./Command.ts"

type ClaimPool = Extract<Command, { readonly _tag: "ClaimPool" }>
type ReleasePool = Extract<Command, { readonly _tag: "ReleasePool" }>

/** Milliseconds before a pool is asked again for the first time; they grow with each answer. */
const FIRST_WAIT = 1000
const GROWTH = 1.1
const LONGEST_WAIT = 15_000

/** Milliseconds after which it is told again that a step is blocked. */
const TOLD_AGAIN = 300_000

/** A step that is blocked, and is to have the next slot that its own run gives back to the pool. */
interface Blocked {
  readonly claim: SlotClaim
  readonly retry: Latch.Latch
  readonly fiber: Fiber.Fiber<unknown>
}

/** What the steps of one run claim of the instance's pools. */
export interface PoolClaims {
  readonly claim: (command: ClaimPool) => Effect.Effect<void, StorageError>
  readonly release: (command: ReleasePool) => Effect.Effect<void, StorageError>
}

/** The priority of a run, which is added to that of its steps. */
const priorityOf = ({ tags }: RunRequest): number => {
  const priority = Number(tags[PRIORITY_TAG] ?? 0)
  return Number.isInteger(priority) ? priority : 0
}

/**
 * Makes the claims of a run.
 *
 * @param options - `request`: the run; `record`: takes what becomes known; `fail`: takes the error of a pool that cannot
 *   be asked again; `scope`: of the run, with which the asking ends
 */
const make = Effect.fnUntraced(function* (options: {
  readonly request: RunRequest
  readonly record: (event: DecidedEvent) => void
  readonly fail: (error: StorageError) => Effect.Effect<unknown>
  readonly scope: Scope.Scope
}): Effect.fn.Return<PoolClaims, never, ConcurrencySlots> {
  const slots = yield* ConcurrencySlots
  const clock = yield* Clock.Clock
  const { fail, record, request, scope } = options
  /** In the order in which they were blocked, by key of the step. */
  const blocked = new Map<string, Blocked>()

  const granted = ({ attempt, pool, stepKey }: SlotClaim): void =>
    record({ _tag: "POOL_CLAIMED", id: EventId.ofStep(stepKey, attempt, -2), stepKey, attempt, pool })

  const refused = ({ attempt, pool, stepKey }: SlotClaim, times: number, millis: number): void =>
    record({
      _tag: "ENGINE_EVENT",
      id: EventId.ofStep(stepKey, attempt, -3 - times),
      stepKey,
      message:
        times === 0
          ? `Blocked by the limit of pool "${pool}"`
          : `Still blocked by the limit of pool "${pool}" after ${Math.round(millis / 1000)} seconds`,
      metadata: { pool: MetadataValue.text(pool) },
      blocked: { attempt, pool }
    })

  const askAgain = Effect.fnUntraced(function* (claim: SlotClaim, retry: Latch.Latch) {
    const since = clock.currentTimeMillisUnsafe()
    let told = 0
    let wait = FIRST_WAIT
    while (true) {
      yield* Effect.timeoutOption(retry.await, wait)
      wait = Math.min(wait * GROWTH, LONGEST_WAIT)
      retry.closeUnsafe()
      if (yield* slots.claim(claim)) break
      const millis = clock.currentTimeMillisUnsafe() - since
      if (millis < (told + 1) * TOLD_AGAIN) continue
      told += 1
      refused(claim, told, millis)
    }
    blocked.delete(claim.stepKey)
    granted(claim)
  })

  /** Who of this run is next when it gives a slot back. */
  const nextOf = (pool: string): Blocked | undefined => {
    let next: Blocked | undefined
    for (const one of blocked.values()) {
      if (one.claim.pool !== pool) continue
      if (next === undefined || one.claim.priority > next.claim.priority) next = one
    }
    return next
  }

  return {
    claim: Effect.fnUntraced(function* ({ attempt, pool, priority, stepKey }) {
      const { runId } = request
      const claim = { runId, stepKey, attempt, pool, priority: priorityOf(request) + priority }
      if (yield* slots.claim(claim)) return granted(claim)
      refused(claim, 0, 0)
      const retry = Latch.makeUnsafe()
      const asking = askAgain(claim, retry).pipe(Effect.catch(fail))
      blocked.set(stepKey, { claim, retry, fiber: yield* Effect.forkIn(asking, scope) })
    }),
    release: Effect.fnUntraced(function* ({ attempt, pool, stepKey }) {
      const asking = blocked.get(stepKey)
      // Before what it holds is given back: its last question may be answered with yes.
      if (asking !== undefined) yield* Fiber.interrupt(asking.fiber)
      blocked.delete(stepKey)
      yield* slots.release({ runId: request.runId, stepKey, attempt })
      nextOf(pool)?.retry.openUnsafe()
    })
  }
})

/** Constructor of a run's claims. */
export const PoolClaims = { make }
