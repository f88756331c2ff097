/** Tells senders of events when what they sent is stored; everything is stored in the order in which it came. */
export class Receipts {
  #came = 0
  #stored = 0
  #expected: Array<{ readonly after: number; readonly stored: () => void }> = []

  /** Hears of events that came, and who wants to know when they are stored. */
  expect(count: number, stored: (() => void) | undefined): void {
    this.#came += count
    if (stored !== undefined) this.#expected.push({ after: this.#came, stored })
  }

  /** Marks this moment, and returns a function that tells whether all events up to it are stored. */
  mark(): () => boolean {
    const came = this.#came
    return () => this.#stored >= came
  }

  /** Hears that the next events, of those that came, are stored. */
  give(count: number): void {
    this.#stored += count
    if (this.#expected.length === 0) return
    const due = this.#expected.findIndex(({ after }) => after > this.#stored)
    for (const { stored } of this.#expected.splice(0, due === -1 ? this.#expected.length : due)) stored()
  }
}
