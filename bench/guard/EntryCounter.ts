import { type Profiler, Session } from "node:inspector"

/** What was entered in a module. */
interface Module {
  readonly url: string
  readonly functions: ReadonlyArray<{ readonly name: string; readonly entries: ReadonlyArray<number> }>
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Entries into code, as a `read` found them. */
export class Entries {
  readonly #modules: ReadonlyArray<Module>

  constructor(modules: ReadonlyArray<Module>) {
    this.#modules = modules
  }

  /** How often functions, branches and loop bodies were entered in the modules whose address has this part. */
  within(part: string): number {
    const modules = this.#modules.filter(({ url }) => url.includes(part))
    return sum(modules.flatMap(({ functions }) => functions.flatMap(({ entries }) => entries)))
  }

  /** How often a function was called. Throws when the module has been loaded and holds no such function. */
  calls(module: string, name: string): number {
    const found = this.#modules
      .filter(({ url }) => url.endsWith(module))
      .flatMap(({ functions }) => functions.filter((it) => it.name === name))
    if (found.length === 0) {
      throw new Error(`no function "${name}" of "${module}" was called: update the name in the guard`)
    }
    return sum(found.map(({ entries }) => entries[0] ?? 0))
  }
}

/**
 * Counts how often code is entered: each function, and in it each branch and loop body, as for a report of coverage. Exact
 * for modules that are loaded later, in a process whose optimizing compilers are off: what they inline is not counted.
 */
export class EntryCounter {
  readonly #session = new Session()

  constructor() {
    this.#session.connect()
    this.#session.post("Profiler.enable")
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true })
  }

  /** What was entered since the last call. */
  read(): Entries {
    let coverage: ReadonlyArray<Profiler.ScriptCoverage> = []
    // A session with the own thread answers before it returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, { result }) => {
      if (error !== null) throw error
      coverage = result
    })
    return new Entries(
      coverage.map(({ functions, url }) => ({
        url,
        functions: functions.map(({ functionName, ranges }) => ({
          name: functionName,
          entries: ranges.map(({ count }) => count)
        }))
      }))
    )
  }
}
