import type { Socket } from "node:net"

/** Events of a worker that may be on their way to the log before no more of it is read. */
const HIGH_WATER = 4_000

/** Stops reading from a process that floods its executor with events, until the log has caught up. */
export class Backpressure {
  readonly #sources: ReadonlyArray<Socket>
  /** Events on their way to the log. */
  #underway = 0
  #isHeld = false
  #isOff = false

  /** @param sources - what is read from the process */
  constructor(sources: ReadonlyArray<Socket>) {
    this.#sources = sources
  }

  /** Counts events until the returned function is called, which then calls `then`. */
  onItsWay(count: number, then: () => void): () => void {
    this.#add(count)
    return () => {
      this.#add(-count)
      then()
    }
  }

  /** Reads all that still comes, however much it is. */
  turnOff(): void {
    this.#isOff = true
    this.#add(0)
  }

  #add(count: number): void {
    this.#underway += count
    const hold = !this.#isOff && this.#underway > (this.#isHeld ? HIGH_WATER / 2 : HIGH_WATER)
    if (hold === this.#isHeld) return
    this.#isHeld = hold
    for (const source of this.#sources) {
      if (hold) source.pause()
      else source.resume()
    }
  }
}
