/**
 * Counts the work of runs of one workload, in a process of its own: prints a line of JSON with the counts for each step, by
 * size.
 *
 *     node --expose-gc --no-opt --no-maglev bench/guard/count.ts WORKLOAD N...
 *
 * Without the optimizing compilers counts are the same each time, however busy the machine is. They also leave out what
 * those compilers would save, such as objects that never leave a function.
 */
import { setImmediate } from "node:timers/promises"
import { getHeapStatistics } from "node:v8"
import type { Counts, CountsBySize } from "./Counts.ts"
import { EntryCounter } from "./EntryCounter.ts"
import { StatementCounter } from "./StatementCounter.ts"

const [workload = "", ...sizes] = process.argv.slice(2)
const collect = globalThis.gc
if (collect === undefined) throw new Error("start Node with --expose-gc")

// Before anything of ours is loaded.
const entries = new EntryCounter()
const sqlite = new StatementCounter()

const Effect = await import("effect/Effect")
const { EventLog } = await import("@heddle/storage/EventLog")
const { Instance } = await import("@heddle/storage/Instance")
const { runOf } = await import("../systems/runs.ts")
const { inInstance } = await import("../systems/sqlite.ts")

/** What was entered since the last reading: numbers alone, for the reading itself would count among what is held. */
const enteredSince = () => {
  const entered = entries.read()
  return {
    transitions: entered.calls("/engine/src/run/transition.ts", "transition"),
    launches: entered.calls("/executor-in-process/src/inProcessExecutor.ts", "launch"),
    own: entered.within("/packages/"),
    effect: entered.within("/node_modules/effect/")
  }
}

/** What a run costs for each step. */
const count = async (n: number): Promise<Counts> => {
  // Away from the stack of the run before, which still holds it.
  await setImmediate()
  const run = runOf(workload, n)
  const counted = Effect.gen(function* () {
    const log = yield* EventLog
    let [appends, events, steps] = [0, 0, 0]
    const counting = EventLog.of({
      ...log,
      append: (batch, ...lease) => {
        appends++
        events += batch.length
        for (const { _tag } of batch) if (_tag === "STEP_SUCCESS") steps++
        return log.append(batch, ...lease)
      }
    })
    collect()
    const before = { ...getHeapStatistics(), statements: sqlite.statements, transactions: sqlite.transactions }
    entries.read()
    const result = yield* Effect.provideService(run, EventLog, counting)
    const { total_allocated_bytes } = getHeapStatistics()
    const { statements, transactions } = sqlite
    const entered = enteredSince()
    collect()
    const { used_heap_size } = getHeapStatistics()
    // Only now is the result let go of.
    if (!result.success) throw new Error(`the run did not succeed: ${result.reason}`)
    const counts: Counts = {
      events: events / steps,
      appends: appends / steps,
      transitions: entered.transitions / steps,
      launches: entered.launches / steps,
      statements: (statements - before.statements) / steps,
      transactions: (transactions - before.transactions) / steps,
      own: entered.own / steps,
      effect: entered.effect / steps,
      allocated: (total_allocated_bytes - before.total_allocated_bytes) / steps,
      held: (used_heap_size - before.used_heap_size) / steps
    }
    for (const [metric, value] of Object.entries(counts)) {
      if (!Number.isFinite(value)) throw new Error(`this Node does not report "${metric}": use the Node of the project`)
    }
    return counts
  })
  return workload === "chain-sqlite"
    ? inInstance(counted)
    : Effect.runPromise(Effect.provide(counted, Instance.layerMemory))
}

// What the first run of a process loads and compiles is not work of a step.
await count(Number(sizes[0]))
const counts: { [n: string]: Counts } = {}
for (const n of sizes) counts[n] = await count(Number(n))
console.log(JSON.stringify(counts satisfies CountsBySize))
