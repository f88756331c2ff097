import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { MemoryStore } from "./internal/MemoryStore.ts"
import type { PoolState, SlotClaim, SlotHolder } from "./PoolState.ts"
import type { StorageError } from "./StorageError.ts"

/**
 * A limit that is no whole number from 0 on, or a pool without a name.
 *
 * @since 0.1.0
 */
export class PoolLimitInvalid extends Schema.TaggedError<PoolLimitInvalid>()("PoolLimitInvalid", {
  pool: Schema.String,
  limit: Schema.Number
}) {
  override get message(): string {
    return this.pool === ""
      ? "A pool needs a name"
      : `The limit of pool "${this.pool}" must be a whole number from 0 on, it is ${this.limit}`
  }
}

/** Checks a limit of a pool before it is stored. */
const checkLimit = (pool: string, limit: number): Effect.Effect<void, PoolLimitInvalid> =>
  pool !== "" && Number.isSafeInteger(limit) && limit >= 0
    ? Effect.void
    : Effect.fail(new PoolLimitInvalid({ pool, limit }))

/**
 * The pools of an instance: how many steps, of all of its runs together, may be at work on the same thing at once.
 *
 * A claim counts while its run goes on: once the run has ended, or the lease of its process has lapsed, it counts no
 * more, so that a killed run never blocks a pool.
 *
 * @since 0.1.0
 * @source Dagster concurrency pools, EventLogStorage.claim_concurrency_slot
 */
export class ConcurrencySlots extends Context.Service<
  ConcurrencySlots,
  {
    /** Gives a pool a limit, from 0 on. Who holds a slot keeps it. Fails with `PoolLimitInvalid`. */
    readonly setLimit: (pool: string, limit: number) => Effect.Effect<void, PoolLimitInvalid | StorageError>
    /** Removes the limit of a pool. The default limit then applies, if there is one. */
    readonly unsetLimit: (pool: string) => Effect.Effect<void, StorageError>
    /** The limit of all pools that have none of their own; `undefined` for none. Fails with `PoolLimitInvalid`. */
    readonly setDefaultLimit: (limit: number | undefined) => Effect.Effect<void, PoolLimitInvalid | StorageError>
    /** The limit of all pools that have none of their own. */
    readonly defaultLimit: Effect.Effect<number | undefined, StorageError>
    /** Lists the pools that have a limit of their own, or that steps of runs which go on hold or wait for, by name. */
    readonly list: Effect.Effect<ReadonlyArray<PoolState>, StorageError>
    /**
     * Asks for a slot, and tells whether the attempt has it. Where nothing limits the pool the answer is yes, and nothing
     * is recorded. Who does not get one waits in line from then on, until it asks again and gets it, or releases. Asking
     * again for what one has changes nothing.
     */
    readonly claim: (claim: SlotClaim) => Effect.Effect<boolean, StorageError>
    /** Gives back what an attempt holds, or waits for; nothing happens when that is nothing. */
    readonly release: (holder: SlotHolder) => Effect.Effect<void, StorageError>
  }
>()("@heddle/storage/ConcurrencySlots") {
  /**
   * Layer that keeps pools in memory; nothing survives the process.
   */
  static readonly layerMemory: Layer.Layer<ConcurrencySlots, never, MemoryStore> = Layer.effect(
    ConcurrencySlots,
    Effect.map(MemoryStore, ({ pools }) =>
      ConcurrencySlots.of({
        setLimit: (pool, limit) =>
          Effect.andThen(
            checkLimit(pool, limit),
            Effect.sync(() => pools.setLimit(pool, limit))
          ),
        unsetLimit: (pool) => Effect.sync(() => pools.setLimit(pool, undefined)),
        setDefaultLimit: (limit) =>
          Effect.andThen(
            limit === undefined ? Effect.void : checkLimit("*", limit),
            Effect.sync(() => {
              pools.defaultLimit = limit
            })
          ),
        defaultLimit: Effect.sync(() => pools.defaultLimit),
        list: Effect.map(Clock.currentTimeMillis, (now) => pools.list(now)),
        claim: (claim) => Effect.map(Clock.currentTimeMillis, (now) => pools.claim(claim, now)),
        release: (holder) => Effect.sync(() => pools.release(holder))
      })
    )
  )

  /** Checks a limit of a pool, for stores. Fails with `PoolLimitInvalid`. */
  static readonly checkLimit = checkLimit
}
