/** Tells a worker which of its batches are in the log. Batches that are stored together are acknowledged together. */
export class Acknowledgements {
  readonly #send: (seq: number) => void
  /** The numbers of the last batch in the log, and of the last acknowledged one. */
  #stored = 0
  #told = 0

  constructor(send: (seq: number) => void) {
    this.#send = send
  }

  stored(seq: number): void {
    if (this.#stored === this.#told) {
      queueMicrotask(() => {
        this.#told = this.#stored
        this.#send(this.#told)
      })
    }
    this.#stored = seq
  }
}
