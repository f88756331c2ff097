// How many events a second an instance in a file appends, beside bare node:sqlite that writes the same rows into the
// same tables: node packages/storage-sqlite/bench/append.ts
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { EventLog } from "@heddle/storage/EventLog"
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"

const ROUNDS = 5
const DURABILITIES = ["full", "relaxed"] as const
/** Events in a batch, and events in all. */
const SIZES = [
  { batch: 10_000, events: 10_000 },
  { batch: 100, events: 10_000 },
  { batch: 1, events: 10_000 }
]

const stepEvents = (runId: string, count: number): ReadonlyArray<HeddleEvent> =>
  Array.from({ length: count }, (_, n): HeddleEvent => {
    const stepKey = `load_${Math.trunc(n / 4)}`
    const of = { id: `${stepKey}~1~${n % 4}`, runId, timestamp: 1_700_000_000_000 + n, stepKey, attempt: 1 }
    switch (n % 4) {
      case 0:
        return { ...of, _tag: "STEP_START" }
      case 1:
        return {
          ...of,
          _tag: "STEP_OUTPUT",
          output: "result",
          metadata: { rows: { _tag: "int", value: n }, table: { _tag: "text", value: "flights_of_the_day" } }
        }
      case 2:
        return {
          ...of,
          _tag: "HANDLED_OUTPUT",
          output: "result",
          ioManager: "ioManager",
          metadata: { path: { _tag: "path", value: `/var/lib/heddle/storage/${runId}/${stepKey}/result` } }
        }
      default:
        return { ...of, _tag: "STEP_SUCCESS", durationMillis: 12.5 }
    }
  })

const batches = <A>(items: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

const bare = (filename: string, durability: "full" | "relaxed", all: ReadonlyArray<ReadonlyArray<HeddleEvent>>) => {
  const rows = all.map((events) =>
    events.map((event) => [
      event.runId,
      event.id,
      event._tag,
      "stepKey" in event ? (event.stepKey ?? null) : null,
      event.timestamp,
      JSON.stringify(event)
    ])
  )
  const database = new DatabaseSync(filename)
  database.exec(`pragma synchronous = ${durability === "full" ? "full" : "normal"}`)
  const [begin, commit] = [database.prepare("begin immediate"), database.prepare("commit")]
  const insert = database.prepare(
    "insert into events (run_id, event_id, type, step_key, timestamp, body) values (?, ?, ?, ?, ?, ?)"
  )
  const from = performance.now()
  for (const batch of rows) {
    begin.run()
    for (const row of batch) insert.run(...row)
    commit.run()
  }
  const millis = performance.now() - from
  database.close()
  return millis
}

const instance = (all: ReadonlyArray<ReadonlyArray<HeddleEvent>>) =>
  Effect.gen(function* () {
    const log = yield* EventLog
    const from = performance.now()
    for (const batch of all) yield* log.append(batch)
    return performance.now() - from
  })

const read = (runId: string) =>
  Effect.gen(function* () {
    const log = yield* EventLog
    const from = performance.now()
    yield* log.read(runId, { limit: 10_000 })
    return performance.now() - from
  })

const median = (values: ReadonlyArray<number>): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

const home = mkdtempSync(join(tmpdir(), "heddle-bench-"))
try {
  for (const durability of DURABILITIES) {
    for (const { batch, events } of SIZES) {
      const millis = { bare: Array<number>(), instance: Array<number>() }
      for (let round = 0; round < ROUNDS; round++) {
        // A new file for each: one that has grown is slower. It is made by the instance, with its tables and indices.
        for (const kind of ["bare", "instance"] as const) {
          const filename = join(home, `${durability}-${batch}-${round}-${kind}.db`)
          const all = batches(stepEvents("6f1d3c1e-8a52-4b0e-9d0c-0a3c8f6f2b11", events), batch)
          const layer = SqliteInstance.layer({ filename, durability })
          const prepare = Effect.provide(Effect.void, layer)
          await Effect.runPromise(prepare)
          millis[kind].push(
            kind === "bare"
              ? bare(filename, durability, all)
              : await Effect.runPromise(Effect.provide(instance(all), layer))
          )
        }
      }
      const rate = (kind: "bare" | "instance") => Math.round((events / median(millis[kind])) * 1000)
      console.log(
        `${durability.padEnd(7)} batches of ${String(batch).padStart(6)}: ` +
          `${rate("instance").toLocaleString("en").padStart(8)} events/s, ` +
          `bare ${rate("bare").toLocaleString("en").padStart(8)}, ` +
          `${(median(millis.instance) / median(millis.bare)).toFixed(2)} times its time`
      )
    }
  }
  const filename = join(home, "full-10000-0-instance.db")
  const times = Array<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const layer = SqliteInstance.layer({ filename })
    times.push(await Effect.runPromise(Effect.provide(read("6f1d3c1e-8a52-4b0e-9d0c-0a3c8f6f2b11"), layer)))
  }
  console.log(`reading a run of 10,000: ${Math.round(10_000_000 / median(times)).toLocaleString("en")} events/s`)
} finally {
  rmSync(home, { recursive: true })
}
