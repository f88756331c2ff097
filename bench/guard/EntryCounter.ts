import { type Profiler, Session } from "node:inspector"

/** The code of a module that was entered. */
interface Module {
  readonly url: string
  readonly functions: ReadonlyArray<{ readonly name: string; readonly entries: ReadonlyArray<number> }>
}

const sum = (numbers: Iterable<number>): number => {
  let total = 0
  for (const number of numbers) total += number
  return total
}

/** Entries into code since the previous `read`. */
export class Entries {
  readonly #modules: ReadonlyArray<Module>

  constructor(modules: ReadonlyArray<Module>) {
    this.#modules = modules
  }

  /** Number of entries into functions, branches and loop bodies of the modules whose URL contains a text. */
  within(part: string): number {
    const modules = this.#modules.filter(({ url }) => url.includes(part))
    return sum(modules.flatMap(({ functions }) => functions.flatMap(({ entries }) => entries)))
  }

  /** Number of calls of a function. Throws if the module is loaded and has no such function. */
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
 * Counts entries into functions, branches and loop bodies, like a coverage report. The counts are exact for modules loaded
 * later, if the optimizing compilers are off: inlined code is not counted.
 */
export class EntryCounter {
  readonly #session = new Session()

  constructor() {
    this.#session.connect()
    this.#session.post("Profiler.enable")
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true })
  }

  /** Returns the entries since the last call. */
  read(): Entries {
    let coverage: ReadonlyArray<Profiler.ScriptCoverage> = []
    // A session with the same thread calls back before `post` returns.
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
