/**
 * A process that runs the job twice with one instance, and once more with another in the same file, and says which events
 * have been acknowledged: a line for every append with a durable event, once the append has returned.
 *
 *     node host.ts <file of the instance> <file for the lines> <durability>
 */
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { executeInProcess } from "@heddle/execution/executeInProcess"
import { EventLog } from "@heddle/storage/EventLog"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { openSync, writeSync } from "node:fs"
import { job } from "./job.ts"

const [filename, voice, durability] = process.argv.slice(2)
const lines = openSync(voice!, "a")

const acknowledge = (events: ReadonlyArray<HeddleEvent>) =>
  Effect.sync(() => {
    if (!events.some(HeddleEvent.isDurable)) return
    writeSync(lines, `${JSON.stringify(events.map(({ _tag, id, runId }) => ({ _tag, id, runId })))}\n`)
  })

const acknowledging = Layer.effect(
  EventLog,
  Effect.map(EventLog, (log) =>
    EventLog.of({
      ...log,
      append: (...given) => Effect.tap(log.append(...given), () => acknowledge(given[0]))
    })
  )
)

const run = Effect.fnUntraced(function* (runId: string) {
  const { success } = yield* executeInProcess(job, { runId, maxConcurrent: 4 })
  if (!success) throw new Error(`run "${runId}" failed`)
})

for (const runIds of [["first", "second"], ["third"]]) {
  const instance = Layer.provideMerge(
    acknowledging,
    SqliteInstance.layer({ filename: filename!, durability: durability === "relaxed" ? "relaxed" : "full" })
  )
  await Effect.runPromise(Effect.provide(Effect.forEach(runIds, run), instance))
}
