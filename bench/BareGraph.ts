/** A step of a bare graph: only a body and its inputs. */
export interface BareStep {
  /** Indexes of the steps whose values are its inputs. */
  readonly needs: ReadonlyArray<number>
  readonly run: (values: ReadonlyArray<any>) => unknown
}

/** The graph of a workload for the lower bounds, without names, events or checks. */
export interface BareGraph {
  readonly steps: ReadonlyArray<BareStep>
  /** The steps that a dynamic step adds, given its value. */
  readonly grow?: (step: number, value: unknown) => ReadonlyArray<BareStep>
}

/** Maximum number of concurrent steps in a lower bound, the same as in `executeInProcess`. */
export const MAX_CONCURRENT = 16

/** The queue of ready steps of a bare graph, in order. */
export class ReadyQueue {
  readonly #graph: BareGraph
  readonly #steps: Array<BareStep> = []
  readonly #values: Array<unknown> = []
  readonly #missing: Array<number> = []
  readonly #waiting: Array<Array<number>> = []
  readonly #settled: Array<boolean> = []
  #ready: Array<number> = []
  #from = 0
  /** Number of finished steps. */
  done = 0

  constructor(graph: BareGraph) {
    this.#graph = graph
    this.#add(graph.steps)
  }

  #add(steps: ReadonlyArray<BareStep>): void {
    for (const step of steps) {
      const place = this.#steps.push(step) - 1
      this.#waiting.push([])
      this.#settled.push(false)
      let missing = 0
      for (const need of step.needs) {
        // A step comes after the steps that it needs.
        if (this.#settled[need] === true) continue
        missing++
        this.#waiting[need]!.push(place)
      }
      this.#missing.push(missing)
      if (missing === 0) this.#ready.push(place)
    }
  }

  /** The next ready step, if there is one. */
  next(): number | undefined {
    if (this.#from === this.#ready.length) {
      this.#ready = []
      this.#from = 0
      return undefined
    }
    return this.#ready[this.#from++]
  }

  /** Runs the body of a step that `next` returned. */
  run(place: number): unknown {
    const step = this.#steps[place]!
    return step.run(step.needs.map((need) => this.#values[need]))
  }

  settle(place: number, value: unknown): void {
    this.done++
    this.#settled[place] = true
    this.#values[place] = value
    for (const waiting of this.#waiting[place]!) if (--this.#missing[waiting]! === 0) this.#ready.push(waiting)
    const grown = this.#graph.grow?.(place, value)
    if (grown !== undefined) this.#add(grown)
  }
}
