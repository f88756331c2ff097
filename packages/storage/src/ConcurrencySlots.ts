import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { MemoryStore } from "./internal/MemoryStore.ts"
import type { PoolState, SlotClaim, SlotHolder } from "./PoolState.ts"
import type { StorageError } from "./StorageError.ts"

/** Stands for all pools without a limit of their own in `PoolLimitInvalid`. */
const DEFAULT = "*"

/**
 * The limit of a pool is not a whole number of at least 0, or the name of the pool is empty.
 *
 * @since 0.1.0
 */
export class PoolLimitInvalid extends Schema.TaggedError<PoolLimitInvalid>()("PoolLimitInvalid", {
  pool: Schema.String,
  limit: Schema.Number
}) {
  override get message(): string {
    if (this.pool === "") return `Cannot set the limit ${this.limit} of pool "": give the pool a name`
    const subject = this.pool === DEFAULT ? "default limit of pools" : `limit of pool "${this.pool}"`
    return `The ${subject} must be a whole number of at least 0, got ${this.limit}: 0 runs none of its steps, 1 runs one at a time`
  }
}

/** Checks the limit of a pool before it is stored. */
const checkLimit = (pool: string, limit: number): Effect.Effect<void, PoolLimitInvalid> =>
  pool !== "" && Number.isSafeInteger(limit) && limit >= 0
    ? Effect.void
    : Effect.fail(new PoolLimitInvalid({ pool, limit }))

/**
 * The pools of an instance. A pool limits how many steps may run at the same time, across all runs of the instance.
 *
 * A claim counts while its run is active. It stops counting when the run ends or when the lease of its process expires,
 * so a killed run never blocks a pool.
 *
 * @since 0.1.0
 * @source Dagster concurrency pools, EventLogStorage.claim_concurrency_slot
 */
export class ConcurrencySlots extends Context.Service<
  ConcurrencySlots,
  {
    /** Sets the limit of a pool, at least 0. Steps that hold a slot keep it. Fails with `PoolLimitInvalid`. */
    readonly setLimit: (pool: string, limit: number) => Effect.Effect<void, PoolLimitInvalid | StorageError>
    /**
     * Removes the limit of a pool, and returns whether it had one. The default limit then applies, if there is one.
     */
    readonly unsetLimit: (pool: string) => Effect.Effect<boolean, StorageError>
    /** Sets the limit of all pools without a limit of their own, or removes it. Fails with `PoolLimitInvalid`. */
    readonly setDefaultLimit: (limit: number | undefined) => Effect.Effect<void, PoolLimitInvalid | StorageError>
    /** The limit of all pools without a limit of their own. */
    readonly defaultLimit: Effect.Effect<number | undefined, StorageError>
    /** Lists, by name, the pools that have a limit of their own or that steps of active runs hold or wait for. */
    readonly list: Effect.Effect<ReadonlyArray<PoolState>, StorageError>
    /**
     * Asks for a slot, and returns whether the attempt has one. If the pool has no limit, it returns `true` and records
     * nothing. An attempt that gets no slot waits in line until it asks again and gets one, or until it is released.
     * An attempt that already holds a slot keeps it.
     */
    readonly claim: (claim: SlotClaim) => Effect.Effect<boolean, StorageError>
    /** Releases the slot that an attempt holds or waits for, if any. */
    readonly release: (holder: SlotHolder) => Effect.Effect<void, StorageError>
  }
>()("@heddle/storage/ConcurrencySlots") {
  /** Layer that keeps pools in memory. They end with the process. */
  static readonly layerMemory: Layer.Layer<ConcurrencySlots, never, MemoryStore> = Layer.effect(
    ConcurrencySlots,
    Effect.map(MemoryStore, ({ pools }) =>
      ConcurrencySlots.of({
        setLimit: (pool, limit) =>
          Effect.andThen(
            checkLimit(pool, limit),
            Effect.sync(() => pools.setLimit(pool, limit))
          ),
        unsetLimit: (pool) => Effect.sync(() => pools.unsetLimit(pool)),
        setDefaultLimit: (limit) =>
          Effect.andThen(
            limit === undefined ? Effect.void : checkLimit(DEFAULT, limit),
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
