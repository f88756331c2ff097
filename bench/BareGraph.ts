/** A step without anything around it. */
export interface BareStep {
  /** Places of the steps, in the order of the graph, whose values it takes. */
  readonly needs: ReadonlyArray<number>
  readonly run: (values: ReadonlyArray<any>) => unknown
}

/** The graph of a workload, for the lower bounds: what is to be done, with no names, events or checks. */
export interface BareGraph {
  readonly steps: ReadonlyArray<BareStep>
  /** The steps that a dynamic step adds, by its value. */
  readonly grow?: (step: number, value: unknown) => ReadonlyArray<BareStep>
}

/** How many steps a lower bound has under way at once, as `executeInProcess` has. */
export const MAX_CONCURRENT = 16

/** The queue of a run of a bare graph: which steps may start, in their order. */
export class ReadyQueue {
  readonly #graph: BareGraph
  readonly #steps: Array<BareStep> = []
  readonly #values: Array<unknown> = []
  readonly #missing: Array<number> = []
  readonly #waiting: Array<Array<number>> = []
  readonly #settled: Array<boolean> = []
  #ready: Array<number> = []
  #from = 0
  /** Steps that are done. */
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
        // A step stands behind those that it needs.
        if (this.#settled[need] === true) continue
        missing++
        this.#waiting[need]!.push(place)
      }
      this.#missing.push(missing)
      if (missing === 0) this.#ready.push(place)
    }
  }

  /** The next step that may start, if there is one. */
  next(): number | undefined {
    if (this.#from === this.#ready.length) {
      this.#ready = []
      this.#from = 0
      return undefined
    }
    return this.#ready[this.#from++]
  }

  /** Runs the body of a step that came out of `next`. */
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
