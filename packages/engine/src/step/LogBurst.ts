import type * as Schema from "effect/Schema"

/** What an attempt may log before the event loop has had a turn, in which the lines can be stored. */
const MOST_LINES = 100_000
const MOST_CHARACTERS = 64 * 1_024 * 1_024
/** Lines whose data is not measured: most bodies log less in a turn. */
const FEW_LINES = 1_000

const nextTurn: (then: () => void) => void =
  typeof setImmediate === "function" ? (then) => void setImmediate(then) : (then) => void setTimeout(then, 0)

/** Bounds the memory of a body that logs endlessly without letting the event loop run. */
export class LogBurst {
  readonly #tell: (message: string) => void
  #lines = 0
  #characters = 0
  #dropped = 0

  /** @param tell - takes the line that says how many lines are missing */
  constructor(tell: (message: string) => void) {
    this.#tell = tell
  }

  /** Whether a line may be kept. */
  admits(message: string, data: Schema.Json | undefined): boolean {
    if (this.#lines === 0) nextTurn(() => this.settle())
    if (this.#lines >= MOST_LINES || this.#characters >= MOST_CHARACTERS) {
      this.#dropped++
      return false
    }
    this.#lines++
    this.#characters += message.length
    if (data !== undefined && this.#lines > FEW_LINES) this.#characters += JSON.stringify(data).length
    return true
  }

  /** Starts anew, and tells what was dropped. */
  settle(): void {
    const [lines, dropped] = [this.#lines, this.#dropped]
    this.#lines = this.#characters = this.#dropped = 0
    if (dropped === 0) return
    this.#tell(
      `${dropped} log lines were dropped: the body logged more than ${lines} lines without letting the event loop run. Await something from time to time, or log less`
    )
  }
}
