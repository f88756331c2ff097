/** An attempt of a step of a run. */
export interface SlotHolder {
  readonly runId: string
  readonly stepKey: string
  readonly attempt: number
}

/** What an attempt asks for before it starts. */
export interface SlotClaim extends SlotHolder {
  readonly pool: string
  /** Among those that wait the highest goes first, and among equals the one that asked first. */
  readonly priority: number
}

/** A pool that has a limit, or of which something is known. */
export interface PoolState {
  readonly pool: string
  /** How many attempts may hold a slot at once; nothing where nothing limits them. */
  readonly limit: number | undefined
  /** Who holds a slot. */
  readonly holders: ReadonlyArray<SlotHolder>
  /** The attempts that wait for a slot, in the order in which they will get one. */
  readonly waiting: ReadonlyArray<SlotHolder>
}
