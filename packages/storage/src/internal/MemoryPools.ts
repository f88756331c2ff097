import type { PoolState, SlotClaim, SlotHolder } from "../PoolState.ts"

interface StoredClaim extends SlotClaim {
  /** Its position among all claims, in the order in which they were made. */
  readonly order: number
}

/** The claims that hold slots of a pool and those that wait for one, by key. */
interface Pool {
  readonly granted: Map<string, StoredClaim>
  readonly waiting: Map<string, StoredClaim>
  /** The waiting claims by descending priority; among equals, in the order in which they were made. */
  readonly line: Array<StoredClaim>
}

const keyOf = ({ attempt, runId, stepKey }: SlotHolder): string => JSON.stringify([runId, stepKey, attempt])

const holderOf = ({ attempt, runId, stepKey }: SlotHolder): SlotHolder => ({ runId, stepKey, attempt })

const isBefore = (a: StoredClaim, b: StoredClaim): boolean =>
  a.priority > b.priority || (a.priority === b.priority && a.order < b.order)

/** The position of a claim in a line, or the one that it would have. */
const placeIn = (line: ReadonlyArray<StoredClaim>, claim: StoredClaim): number => {
  let from = 0
  let to = line.length
  while (from < to) {
    const middle = (from + to) >> 1
    if (isBefore(line[middle]!, claim)) from = middle + 1
    else to = middle
  }
  return from
}

/** Plain maps of limits and claims. */
export class MemoryPools {
  defaultLimit: number | undefined
  readonly #limits = new Map<string, number>()
  readonly #pools = new Map<string, Pool>()
  readonly #goesOn: (runId: string, now: number) => boolean
  #asked = 0

  /** @param goesOn - tells whether a run is active, so that its claims count */
  constructor(goesOn: (runId: string, now: number) => boolean) {
    this.#goesOn = goesOn
  }

  setLimit(pool: string, limit: number): void {
    this.#limits.set(pool, limit)
  }

  /** Removes the limit of a pool, and returns whether it had one. */
  unsetLimit(pool: string): boolean {
    return this.#limits.delete(pool)
  }

  claim(claim: SlotClaim, now: number): boolean {
    const limit = this.#limitOf(claim.pool)
    const key = keyOf(claim)
    if (limit === undefined) {
      this.#drop(claim.pool, key)
      return true
    }
    const pool = this.#pool(claim.pool)
    if (pool.granted.has(key)) return true
    let own = pool.waiting.get(key)
    if (own === undefined) {
      own = { ...claim, order: this.#asked++ }
      pool.waiting.set(key, own)
      pool.line.splice(placeIn(pool.line, own), 0, own)
    }
    if (pool.granted.size >= limit) this.#sweep(pool, pool.granted.values(), now)
    const room = limit - pool.granted.size
    if (room <= 0) return false
    // Only checks those that would get a slot first.
    if (placeIn(pool.line, own) >= room) this.#sweep(pool, pool.line.slice(0, placeIn(pool.line, own)), now)
    if (placeIn(pool.line, own) >= room) return false
    this.#leave(pool, key)
    pool.granted.set(key, own)
    return true
  }

  release(holder: SlotHolder): void {
    const key = keyOf(holder)
    for (const pool of this.#pools.keys()) this.#drop(pool, key)
  }

  list(now: number): ReadonlyArray<PoolState> {
    return [...new Set([...this.#limits.keys(), ...this.#pools.keys()])]
      .toSorted((a, b) => (a < b ? -1 : 1))
      .flatMap((name) => {
        const pool = this.#pools.get(name)
        const counting = (claims: Iterable<StoredClaim>) =>
          [...claims].filter(({ runId }) => this.#goesOn(runId, now)).map(holderOf)
        const holders = counting(pool?.granted.values() ?? [])
        const waiting = counting(pool?.line ?? [])
        if (holders.length + waiting.length === 0 && !this.#limits.has(name)) return []
        return [{ pool: name, limit: this.#limitOf(name), holders, waiting }]
      })
  }

  #limitOf(pool: string): number | undefined {
    return this.#limits.get(pool) ?? this.defaultLimit
  }

  #pool(name: string): Pool {
    let pool = this.#pools.get(name)
    if (pool === undefined) this.#pools.set(name, (pool = { granted: new Map(), waiting: new Map(), line: [] }))
    return pool
  }

  /** Removes the claims of runs that are no longer active. */
  #sweep(pool: Pool, claims: Iterable<StoredClaim>, now: number): void {
    for (const claim of claims) {
      if (this.#goesOn(claim.runId, now)) continue
      const key = keyOf(claim)
      pool.granted.delete(key)
      this.#leave(pool, key)
    }
  }

  #leave(pool: Pool, key: string): void {
    const claim = pool.waiting.get(key)
    if (claim === undefined) return
    pool.waiting.delete(key)
    pool.line.splice(placeIn(pool.line, claim), 1)
  }

  #drop(name: string, key: string): void {
    const pool = this.#pools.get(name)
    if (pool === undefined) return
    pool.granted.delete(key)
    this.#leave(pool, key)
    if (pool.granted.size + pool.waiting.size === 0) this.#pools.delete(name)
  }
}
