/** How cases are run. */
export interface Mode {
  /** How many steps may run at once in a run of one process: 1 for the order of the records. */
  readonly width: number
  /** Seed of random delays in bodies; none without it. */
  readonly delays: number | undefined
}
