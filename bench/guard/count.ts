/**
 * Counts the work of runs of one workload, and prints the counts per step, by size, as a line of JSON.
 *
 *     node --expose-gc --no-opt --no-maglev bench/guard/count.ts WORKLOAD N...
 *
 * Without the optimizing compilers, the counts are the same each time, at any load. The counts then include work that the
 * compilers would remove, such as objects that never leave a function.
 */
import { setImmediate } from "node:timers/promises"
import { getHeapStatistics } from "node:v8"
import type { Counts, CountsBySize } from "./Counts.ts"
import { EntryCounter } from "./EntryCounter.ts"
import { StatementCounter } from "./StatementCounter.ts"

const [workload = "", ...sizes] = process.argv.slice(2)
const collect = globalThis.gc
if (collect === undefined) throw new Error("start Node with --expose-gc")

// Before any module of Heddle is loaded.
const entries = new EntryCounter()
const sqlite = new StatementCounter()

const Effect = await import("effect/Effect")
const { EventLog } = await import("@heddle/storage/EventLog")
const { Instance } = await import("@heddle/storage/Instance")
const { runOf } = await import("../systems/runs.ts")
const { inInstance } = await import("../systems/sqlite.ts")

/** Entries since the last reading, as numbers only: the reading itself would count as memory kept. */
const enteredSince = () => {
  const entered = entries.read()
  return {
    handled: entered.calls("/engine/src/machine/RunMachine.ts", "handle"),
    launches: entered.calls("/executor-in-process/src/inProcessExecutor.ts", "launch"),
    own: entered.within("/packages/"),
    effect: entered.within("/node_modules/effect/")
  }
}

/** Collects what can be collected, in several turns: a finalizer or a promise may hold something until the next one. */
const collectAll = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn++) {
    await setImmediate()
    collect()
  }
}

/** The cost of a run, per step. */
const count = async (n: number): Promise<Counts> => {
  // The stack of the previous run still references it, and so may what that run left to be done in a later turn.
  await collectAll()
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
    yield* Effect.promise(collectAll)
    const { used_heap_size } = getHeapStatistics()
    // The result can be collected from here on.
    if (!result.success) throw new Error(`the run did not succeed: ${result.reason}`)
    const counts: Counts = {
      events: events / steps,
      appends: appends / steps,
      handled: entered.handled / steps,
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

// The first run of a process also loads and compiles code, so it is not counted.
await count(Number(sizes[0]))
const counts: { [n: string]: Counts } = {}
for (const n of sizes) counts[n] = await count(Number(n))
console.log(JSON.stringify(counts satisfies CountsBySize))
