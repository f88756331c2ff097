import { Result, resultCode } from "./resultCode.ts"

/** The first and the longest wait, in milliseconds. */
const FIRST = 10
const LONGEST = 250

const SECOND = 1_000

/** How long operations wait for problems that may pass: a lock of another process, or a full disk. */
export class Patience {
  readonly #busy: number
  readonly #full: number

  /**
   * @param busy - total time to wait for a lock, in milliseconds
   * @param full - total time to wait for space on the disk, in milliseconds
   */
  constructor(busy: number, full: number) {
    this.#busy = busy
    this.#full = full
  }

  /** For operations that someone waits for. */
  static readonly usual = new Patience(30 * SECOND, 0)

  /** For appends of a run: the work of a step is worth a long wait, as long as the run is held. */
  static readonly ofRun = new Patience(30 * 60 * SECOND, 60 * SECOND)

  /**
   * How long to wait before the next try, in milliseconds; `undefined` to give up.
   *
   * @param cause - the error of SQLite
   * @param waited - how long the operation has waited so far, in milliseconds
   */
  next(cause: unknown, waited: number): number | undefined {
    const code = resultCode(cause)
    const most = code === Result.BUSY || code === Result.LOCKED ? this.#busy : code === Result.FULL ? this.#full : 0
    return waited >= most ? undefined : Math.min(LONGEST, Math.max(FIRST, waited))
  }
}
