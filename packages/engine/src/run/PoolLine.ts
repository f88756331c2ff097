import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import type { SlotClaim } from "@heddle/storage/PoolState"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import { LostRun } from "./LostRun.ts"
import { RunLiveness } from "./RunLiveness.ts"

/** Milliseconds before the pool is asked again for the first time; they grow with each refusal. */
const FIRST_WAIT = 1000
const GROWTH = 1.1
const LONGEST_WAIT = 15_000

/** Milliseconds after which an event repeats that a step is blocked. */
const TOLD_AGAIN = 300_000

/** A step that waits for a slot. */
interface Waiting {
  readonly claim: SlotClaim
  readonly since: number
  told: number
}

/** What a line tells of. */
export interface PoolLineListener {
  /** A step has its slot. */
  readonly granted: (claim: SlotClaim) => void
  /** A step waits, for the nth time that this is told, after so many milliseconds. */
  readonly refused: (claim: SlotClaim, times: number, millis: number) => void
}

/**
 * The steps of one run that wait for slots of one pool. Only the first of them asks, because the others cannot get a slot
 * before it: however many wait, a question costs the same.
 */
export class PoolLine {
  readonly #pool: string
  readonly #runId: string
  readonly #listener: PoolLineListener
  /** By descending priority; equal ones in the order in which they came. */
  readonly #waiting: Array<Waiting> = []
  readonly #wake = Latch.makeUnsafe()
  /** Requests and releases run one at a time. */
  readonly #turn = Semaphore.makeUnsafe(1)

  constructor(pool: string, runId: string, listener: PoolLineListener) {
    this.#pool = pool
    this.#runId = runId
    this.#listener = listener
  }

  /** Whether no step waits. */
  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Adds a step that was refused a slot just now, at a time in milliseconds since the epoch. */
  add(claim: SlotClaim, now: number): void {
    let at = this.#waiting.length
    while (at > 0 && this.#waiting[at - 1]!.claim.priority < claim.priority) at--
    this.#waiting.splice(at, 0, { claim, since: now, told: 0 })
    this.#listener.refused(claim, 0, 0)
  }

  /** Takes a step out of the line, and gives back what it holds or waits for. */
  leave(stepKey: string, attempt: number): Effect.Effect<void, StorageError, ConcurrencySlots> {
    return this.#turn.withPermit(
      Effect.suspend(() => {
        const at = this.#waiting.findIndex(({ claim }) => claim.stepKey === stepKey && claim.attempt === attempt)
        if (at !== -1) this.#waiting.splice(at, 1)
        return ConcurrencySlots.use((slots) => slots.release({ runId: this.#runId, stepKey, attempt }))
      })
    )
  }

  /** Has the first of the line ask at once: a slot may be free. */
  wake(): void {
    this.#wake.openUnsafe()
  }

  /** Asks until no step waits any more. Slots of runs whose process is gone are released. */
  get asking(): Effect.Effect<
    void,
    StorageError,
    ConcurrencySlots | RunStorage | Effect.Services<ReturnType<typeof LostRun.takeOver>>
  > {
    return Effect.gen({ self: this }, function* () {
      let wait = FIRST_WAIT
      let isWoken = false
      while (!this.isEmpty) {
        // A released slot wakes the line. If none is released, the holders may be gone.
        if (!isWoken && (yield* this.#freeLost)) yield* this.#ask
        if (this.isEmpty) return
        isWoken = Option.isSome(yield* Effect.timeoutOption(this.#wake.await, wait))
        this.#wake.closeUnsafe()
        wait = (yield* this.#ask) ? FIRST_WAIT : Math.min(wait * GROWTH, LONGEST_WAIT)
        this.#tellAgain(yield* Clock.currentTimeMillis)
      }
    })
  }

  /** Has the first ask, and the next when it gets a slot. Tells whether one did. */
  get #ask(): Effect.Effect<boolean, StorageError, ConcurrencySlots> {
    return this.#turn.withPermit(
      Effect.gen({ self: this }, function* () {
        const slots = yield* ConcurrencySlots
        let gotOne = false
        for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
          if (!(yield* slots.claim(first.claim))) return gotOne
          gotOne = true
          this.#waiting.shift()
          this.#listener.granted(first.claim)
        }
        return gotOne
      })
    )
  }

  /** Ends the runs that hold slots of the pool and whose process is gone. Tells whether there was one. */
  get #freeLost() {
    return Effect.gen({ self: this }, function* () {
      const pools = yield* ConcurrencySlots.use((slots) => slots.list)
      const holders = pools.find(({ pool }) => pool === this.#pool)?.holders ?? []
      const others = new Set(holders.map(({ runId }) => runId).filter((runId) => runId !== this.#runId))
      let freed = false
      for (const runId of others) {
        const ended = yield* RunStorage.use((runs) => runs.get(runId)).pipe(
          Effect.flatMap((run) =>
            Effect.flatMap(RunLiveness.now(run), (status) =>
              status === "LOST" ? Effect.as(LostRun.takeOver(run), true) : Effect.succeed(false)
            )
          ),
          // The process is alive after all, or another process ends the run.
          Effect.catchTags({ RunHeld: () => Effect.succeed(false), RunNotFound: () => Effect.succeed(false) })
        )
        freed ||= ended
      }
      return freed
    })
  }

  #tellAgain(now: number): void {
    for (const waiting of this.#waiting) {
      const millis = now - waiting.since
      if (millis < (waiting.told + 1) * TOLD_AGAIN) continue
      waiting.told++
      this.#listener.refused(waiting.claim, waiting.told, millis)
    }
  }
}
