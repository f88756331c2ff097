import { Result, resultCode } from "./resultCode.ts"

/** Milliseconds of the first wait, and of the longest. */
const FIRST = 10
const LONGEST = 250

const SECOND = 1_000

/** How long operations wait for what may pass: the lock of another process, a disk without room. */
export class Patience {
  readonly #busy: number
  readonly #full: number

  /**
   * @param busy - milliseconds to wait for a lock in all
   * @param full - milliseconds to wait for room on the disk in all
   */
  constructor(busy: number, full: number) {
    this.#busy = busy
    this.#full = full
  }

  /** Operations on which somebody waits. */
  static readonly usual = new Patience(30 * SECOND, 0)

  /** Appends of a run: what a step did is worth a long wait, as long as the run is held. */
  static readonly ofRun = new Patience(30 * 60 * SECOND, 60 * SECOND)

  /**
   * Milliseconds to wait before the next try; `undefined` when there is none.
   *
   * @param cause - what SQLite threw
   * @param waited - milliseconds that were waited so far
   */
  next(cause: unknown, waited: number): number | undefined {
    const code = resultCode(cause)
    const most = code === Result.BUSY || code === Result.LOCKED ? this.#busy : code === Result.FULL ? this.#full : 0
    return waited >= most ? undefined : Math.min(LONGEST, Math.max(FIRST, waited))
  }
}
