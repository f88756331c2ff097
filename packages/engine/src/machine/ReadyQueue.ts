/** First in, first out; some may be put first again. */
class Fifo<A> {
  readonly priority: number
  /** Those that were put first, the next one last. */
  readonly #front: Array<A> = []
  #back: Array<A> = []
  /** How many of `#back` were taken. */
  #taken = 0

  constructor(priority: number) {
    this.priority = priority
  }

  get isEmpty(): boolean {
    return this.#front.length === 0 && this.#taken === this.#back.length
  }

  add(value: A): void {
    this.#back.push(value)
  }

  addFirst(value: A): void {
    this.#front.push(value)
  }

  take(): A | undefined {
    if (this.#front.length > 0) return this.#front.pop()
    if (this.#taken === this.#back.length) return undefined
    const value = this.#back[this.#taken++]!
    // What was taken is let go of in one piece once it is the larger part, so that taking costs constant time.
    if (this.#taken * 2 > this.#back.length) {
      this.#back = this.#back.slice(this.#taken)
      this.#taken = 0
    }
    return value
  }

  /** All, the next one first. */
  get values(): ReadonlyArray<A> {
    return [...this.#front.toReversed(), ...this.#back.slice(this.#taken)]
  }
}

/**
 * What is ready, in the order in which it will start: by descending priority, and among equals in the order in which it
 * became ready.
 */
export class ReadyQueue<A> {
  /** One queue for each priority that was seen, the highest first. */
  readonly #queues: Array<Fifo<A>> = []

  /** Adds a value behind all of its priority. */
  add(value: A, priority: number): void {
    this.#of(priority).add(value)
  }

  /** Adds a value before all of its priority. */
  addFirst(value: A, priority: number): void {
    this.#of(priority).addFirst(value)
  }

  /** The priority of the next value, if there is one. */
  get highest(): number | undefined {
    return this.#queues.find((queue) => !queue.isEmpty)?.priority
  }

  /** Takes the next value, if there is one. */
  take(): A | undefined {
    for (const queue of this.#queues) {
      if (!queue.isEmpty) return queue.take()
    }
    return undefined
  }

  /** All values, the next one first. */
  get values(): ReadonlyArray<A> {
    return this.#queues.flatMap((queue) => queue.values)
  }

  #of(priority: number): Fifo<A> {
    const at = this.#queues.findIndex((queue) => queue.priority <= priority)
    const found = this.#queues[at]
    if (found?.priority === priority) return found
    const queue = new Fifo<A>(priority)
    this.#queues.splice(at === -1 ? this.#queues.length : at, 0, queue)
    return queue
  }
}
