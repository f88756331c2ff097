/** Tells a worker which of its batches are in the log; batches that are stored together are acknowledged together. */
export class Acknowledgements {
  readonly #send: (seq: number) => void
  /** Number of the last batch that is in the log, and of the last one that the worker was told of. */
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
