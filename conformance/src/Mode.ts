/** How cases are run. */
export interface Mode {
  /** Maximum number of concurrent steps in one process; 1 gives the order of the records. */
  readonly width: number
  /** Seed for random delays in bodies. Without it there are no delays. */
  readonly delays: number | undefined
  /** Whether steps run in worker processes, wherever the call allows it. */
  readonly overProcesses: boolean
}
