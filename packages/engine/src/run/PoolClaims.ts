import { EventId } from "@heddle/events/EventId"
import { MetadataValue } from "@heddle/events/MetadataValue"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import type { Instance } from "@heddle/storage/Instance"
import type { SlotClaim } from "@heddle/storage/PoolState"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { PRIORITY_TAG } from "../plan/priorityTag.ts"
import type { RunRequest } from "../wire/StepRequest.ts"
import type { Command, DecidedEvent } from "../machine/Command.ts"
import { PoolLine } from "./PoolLine.ts"

type ClaimPool = Extract<Command, { readonly _tag: "ClaimPool" }>
type ReleasePool = Extract<Command, { readonly _tag: "ReleasePool" }>

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
}): Effect.fn.Return<PoolClaims, never, Instance> {
  const context = yield* Effect.context<Instance>()
  const slots = yield* ConcurrencySlots
  const clock = yield* Clock.Clock
  const { fail, record, request, scope } = options
  const { runId } = request
  /** The lines in which steps of the run wait, by pool. */
  const lines = new Map<string, PoolLine>()

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

  /** Begins to ask for a line in which nobody waited. */
  const ask = (pool: string, line: PoolLine): Effect.Effect<unknown> => {
    const over = Effect.sync(() => {
      if (line.isEmpty && lines.get(pool) === line) lines.delete(pool)
    })
    return line.asking.pipe(
      Effect.catch(fail),
      Effect.ensuring(over),
      Effect.provideContext(context),
      Effect.forkIn(scope)
    )
  }

  return {
    claim: Effect.fnUntraced(function* ({ attempt, pool, priority, stepKey }) {
      const claim = { runId, stepKey, attempt, pool, priority: priorityOf(request) + priority }
      if (yield* slots.claim(claim)) return granted(claim)
      const there = lines.get(pool)
      const line = there === undefined || there.isEmpty ? new PoolLine(pool, runId, { granted, refused }) : there
      line.add(claim, clock.currentTimeMillisUnsafe())
      if (line === there) return
      lines.set(pool, line)
      yield* ask(pool, line)
    }),
    release: Effect.fnUntraced(function* ({ attempt, pool, stepKey }) {
      const line = lines.get(pool)
      if (line === undefined) return yield* slots.release({ runId, stepKey, attempt })
      yield* Effect.provideContext(line.leave(stepKey, attempt), context)
      line.wake()
    })
  }
})

/** Constructor of a run's claims. */
export const PoolClaims = { make }
