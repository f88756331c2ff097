import type { PoolState, SlotClaim, SlotHolder } from "../PoolState.ts"

interface StoredClaim extends SlotClaim {
  isGranted: boolean
}

const isSame = (a: SlotHolder, b: SlotHolder): boolean =>
  a.runId === b.runId && a.stepKey === b.stepKey && a.attempt === b.attempt

const holderOf = ({ attempt, runId, stepKey }: SlotHolder): SlotHolder => ({ runId, stepKey, attempt })

/** Plain maps of limits and claims. */
export class MemoryPools {
  defaultLimit: number | undefined
  readonly #limits = new Map<string, number>()
  /** By pool, in the order in which they asked. */
  readonly #claims = new Map<string, ReadonlyArray<StoredClaim>>()
  readonly #goesOn: (runId: string, now: number) => boolean

  /**
   * @param goesOn - tells whether a run goes on, so that what it claims counts
   */
  constructor(goesOn: (runId: string, now: number) => boolean) {
    this.#goesOn = goesOn
  }

  setLimit(pool: string, limit: number | undefined): void {
    if (limit === undefined) this.#limits.delete(pool)
    else this.#limits.set(pool, limit)
  }

  claim(claim: SlotClaim, now: number): boolean {
    const limit = this.#limitOf(claim.pool)
    if (limit === undefined) {
      this.#drop(claim.pool, claim)
      return true
    }
    const claims = this.#counting(claim.pool, now)
    let own = claims.find((other) => isSame(other, claim))
    if (own === undefined) this.#claims.set(claim.pool, [...claims, (own = { ...claim, isGranted: false })])
    if (!own.isGranted) {
      const { priority } = own
      const granted = claims.filter(({ isGranted }) => isGranted).length
      const at = claims.indexOf(own)
      const ahead = claims.filter(
        (other, i) =>
          !other.isGranted &&
          other !== own &&
          (other.priority > priority || (other.priority === priority && (at === -1 || i < at)))
      ).length
      own.isGranted = granted + ahead < limit
    }
    return own.isGranted
  }

  release(holder: SlotHolder): void {
    for (const pool of this.#claims.keys()) this.#drop(pool, holder)
  }

  list(now: number): ReadonlyArray<PoolState> {
    return [...new Set([...this.#limits.keys(), ...this.#claims.keys()])]
      .toSorted((a, b) => (a < b ? -1 : 1))
      .flatMap((pool) => {
        const claims = this.#counting(pool, now)
        if (claims.length === 0 && !this.#limits.has(pool)) return []
        return [
          {
            pool,
            limit: this.#limitOf(pool),
            holders: claims.filter(({ isGranted }) => isGranted).map(holderOf),
            waiting: claims
              .filter(({ isGranted }) => !isGranted)
              .toSorted((a, b) => b.priority - a.priority)
              .map(holderOf)
          }
        ]
      })
  }

  #limitOf(pool: string): number | undefined {
    return this.#limits.get(pool) ?? this.defaultLimit
  }

  #drop(pool: string, holder: SlotHolder): void {
    this.#keep(pool, (claim) => !isSame(claim, holder))
  }

  #keep(pool: string, stays: (claim: StoredClaim) => boolean): ReadonlyArray<StoredClaim> {
    const claims = this.#claims.get(pool)?.filter(stays) ?? []
    if (claims.length === 0) this.#claims.delete(pool)
    else this.#claims.set(pool, claims)
    return claims
  }

  /** The claims of a pool without those of runs that go on no more, which are forgotten. */
  #counting(pool: string, now: number): ReadonlyArray<StoredClaim> {
    return this.#keep(pool, ({ runId }) => this.#goesOn(runId, now))
  }
}
