const TILDE = 126
const ZERO = 48
const NINE = 57
/** Longer numbers are not exact. */
const MOST_DIGITS = 15

/** The events of one step that were seen: of each attempt, how many from the first on without a gap. */
type Runs = Array<number | undefined>

/**
 * The ids of the events of a run. Nearly all are `step~attempt~n` and come in order, so that a number for each attempt says
 * which were seen; a set of strings holds the others.
 */
export class SeenIds {
  readonly #steps = new Map<string, Runs>()
  readonly #others = new Set<string>()

  /**
   * Adds the id of an event.
   *
   * @param id - the id
   * @param stepKey - the step of the event, if it has one
   * @returns false if it was there before
   */
  add(id: string, stepKey: string | undefined): boolean {
    const second = numberStart(id, id.length)
    const first = second === -1 ? -1 : numberStart(id, second - 1)
    if (first === -1) return this.#addOther(id)
    const attempt = Number(id.slice(first, second - 1))
    const n = Number(id.slice(second))
    const isOfStep = stepKey?.length === first - 1 && id.startsWith(stepKey)
    // The key of the event is the same string for all events of a step, whose hash is known.
    const runs = this.#runsOf(isOfStep ? stepKey : id.slice(0, first - 1))
    // Attempts count from 1; a large number would make a sparse list.
    if (attempt > runs.length + 1) return this.#addOther(id)
    const next = runs[attempt] ?? 0
    if (n < next) return false
    if (n > next) return this.#addOther(id)
    runs[attempt] = next + 1
    // It may have come before, when it was not its turn.
    return this.#others.size === 0 || !this.#others.has(id)
  }

  #runsOf(step: string): Runs {
    let runs = this.#steps.get(step)
    if (runs === undefined) this.#steps.set(step, (runs = []))
    return runs
  }

  #addOther(id: string): boolean {
    const { size } = this.#others
    this.#others.add(id)
    return this.#others.size > size
  }
}

/** Where the whole number that ends at a place starts; -1 if there is none, or no tilde before it. */
const numberStart = (text: string, end: number): number => {
  let at = end
  while (at > 0) {
    const code = text.charCodeAt(at - 1)
    if (code < ZERO || code > NINE) break
    at--
  }
  const digits = end - at
  if (digits === 0 || digits > MOST_DIGITS || at === 0 || text.charCodeAt(at - 1) !== TILDE) return -1
  // One number has one form.
  return digits > 1 && text.charCodeAt(at) === ZERO ? -1 : at
}
