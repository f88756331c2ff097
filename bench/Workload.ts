/** What a system did, and the seconds of it that count. */
export interface Done {
  readonly steps: number
  readonly seconds: number
}

/**
 * The same work for several systems.
 *
 * A system loads its modules when it runs, so that a measurement holds in memory only what it measures.
 */
export interface Workload {
  readonly name: string
  readonly sizes: ReadonlyArray<number>
  /** The systems that run inside a process of `measure.ts`, by name. */
  readonly systems?: { readonly [system: string]: (n: number) => Promise<Done> }
  /** Programs beside this file whose whole process is measured, by system. */
  readonly programs?: { readonly [system: string]: string }
}
