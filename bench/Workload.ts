/** The work that a system did, and the measured seconds. */
export interface Done {
  readonly steps: number
  readonly seconds: number
}

/**
 * One workload, implemented for several systems.
 *
 * A system loads its modules when it runs, so that a measurement includes only its own memory.
 */
export interface Workload {
  readonly name: string
  readonly sizes: ReadonlyArray<number>
  /** The systems that run inside a process of `measure.ts`, by name. */
  readonly systems?: { readonly [system: string]: (n: number) => Promise<Done> }
  /** Programs, by system, whose whole process is measured. */
  readonly programs?: { readonly [system: string]: string }
}
