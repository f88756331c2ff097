import type { Socket } from "node:net"

/** How many events of a worker may be on their way to the log before reading from it pauses. */
const HIGH_WATER = 4_000

/** Pauses reading from a process that sends more events than the log can take. */
export class Backpressure {
  readonly #sources: ReadonlyArray<Socket>
  /** Events on their way to the log. */
  #underway = 0
  #isHeld = false
  #isOff = false

  /** @param sources - the streams of the process */
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

  /** Reads everything that still comes, without pausing. */
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
