import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import type { Done } from "../Workload.ts"
import type { Task } from "./fork.ts"

const PROGRAM = join(import.meta.dirname, "fork.ts")

/** A bare child process that runs one task at a time. */
class Fork {
  readonly #child: ChildProcess = fork(PROGRAM, [], { serialization: "json" })

  async run(task: Task): Promise<number> {
    this.#child.send(task)
    const [answer] = await once(this.#child, "message")
    return Number(answer)
  }

  async close(): Promise<void> {
    const ended = once(this.#child, "exit")
    this.#child.disconnect()
    await ended
  }
}

/**
 * The lower bound for a run across processes: starts bare child processes, runs `burns` tasks that use the CPU for `ms`
 * milliseconds each and one task that sums their results, and stops the processes.
 *
 * @param concurrent - number of concurrent processes
 * @param warm - whether a process runs many tasks, or each task gets its own process
 */
export const forks = async (options: {
  readonly burns: number
  readonly ms: number
  readonly concurrent: number
  readonly warm: boolean
}): Promise<Done> => {
  const from = performance.now()
  const { burns, concurrent, ms, warm } = options
  const answers: Array<number> = []
  let next = 0
  const kept: Array<Fork> = []
  const work = async (): Promise<void> => {
    const forked = warm ? new Fork() : undefined
    if (forked !== undefined) kept.push(forked)
    while (next < burns) {
      next++
      const fresh = forked ?? new Fork()
      answers.push(await fresh.run({ _tag: "Burn", ms }))
      if (forked === undefined) await fresh.close()
    }
  }
  await Promise.all(Array.from({ length: concurrent }, work))
  const last = kept[0] ?? new Fork()
  const sum = await last.run({ _tag: "Total", xs: answers })
  await Promise.all([...new Set([last, ...kept])].map((forked) => forked.close()))
  if (sum !== burns) throw new Error(`the tasks gave ${sum}`)
  return { steps: burns + 1, seconds: (performance.now() - from) / 1000 }
}
