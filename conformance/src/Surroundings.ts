import { FileValues, type StoredValues } from "./StoredValues.ts"

/**
 * What surrounds the user code of a case in one process: the trace that it writes, and the delays that are put into it.
 */
export class Surroundings {
  trace: Array<unknown> = []
  #delays: (() => number) | undefined
  #folder: string | undefined
  readonly #stores = new Map<string, StoredValues>()

  /** Puts a random delay of up to 3 milliseconds into every body. */
  delayBodies(seed: number): void {
    const random = seeded(seed)
    this.#delays = () => Math.floor(random() * 4) / 1000
  }

  /** Requests to cancel runs of the case go here; set in the process that carries its runs. */
  requestCancel: ((runId: string) => void) | undefined

  /** Sends the interrupt signal to the process that carries the runs of the case. */
  interrupt(): void {
    process.kill(this.requestCancel === undefined ? process.ppid : process.pid, "SIGINT")
  }

  /** Seconds to wait before a body. */
  delay(): number {
    return this.#delays?.() ?? 0
  }

  /** The values stored by an IO manager of the case. */
  store(name: string): StoredValues {
    let store = this.#stores.get(name)
    if (store === undefined) {
      store = this.#folder === undefined ? new Map<string, unknown>() : new FileValues(this.#folder, name)
      this.#stores.set(name, store)
    }
    return store
  }

  /** Keeps the values that IO managers of the case store in a folder, where other processes find them. */
  keepValuesIn(folder: string): void {
    this.#folder = folder
  }

  /** Starts a case. */
  clear(): void {
    this.trace = []
    this.#stores.clear()
    this.#folder = undefined
  }

  /** Returns what was traced since the last call. */
  takeTrace(): ReadonlyArray<unknown> {
    const { trace } = this
    this.trace = []
    return trace
  }
}

/** The surroundings of this process: modules that rebuild jobs find them here. */
export const surroundings = new Surroundings()

/** A seeded sequence of random numbers in [0, 1). */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
