/** An attempt of a step of a run. */
export interface SlotHolder {
  readonly runId: string
  readonly stepKey: string
  readonly attempt: number
}

/** The claim of an attempt on a pool, made before it starts. */
export interface SlotClaim extends SlotHolder {
  readonly pool: string
  /** The highest of those that wait goes first; among equals, the one that asked first. */
  readonly priority: number
}

/** A pool that has a limit, or whose slots are claimed. */
export interface PoolState {
  readonly pool: string
  /** How many attempts may hold a slot at once; absent if the pool has no limit. */
  readonly limit: number | undefined
  /** The attempts that hold a slot. */
  readonly holders: ReadonlyArray<SlotHolder>
  /** The attempts that wait for a slot, in the order in which they will get one. */
  readonly waiting: ReadonlyArray<SlotHolder>
}
