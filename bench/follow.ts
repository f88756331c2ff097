/**
 * Measures how long an event of another process takes to reach a follower, on SQLite: from the stamp of the event, in the
 * process of the run, until `Runs.follow` gives it here. Both processes read the clock of one machine.
 *
 *     node bench/follow.ts [lines]
 *
 * Prints the median, the 95th percentile and the maximum for a body that logs seldom, often, all the time, and in bursts.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { loadavg } from "node:os"
import { join } from "node:path"
import { executeInProcess, Runs } from "heddle"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { talking } from "./jobs/talk.ts"
import { inNewFolder } from "./systems/sqlite.ts"

const KINDS = {
  seldom: { lines: 1, pause: 60 },
  often: { lines: 1, pause: 12 },
  "all the time": { lines: 1, pause: 3 },
  "in bursts": { lines: 20, pause: 40 }
}

const [role, ...rest] = process.argv.slice(2)

if (role === "run") {
  const [filename = "", config = "{}"] = rest
  await Effect.runPromise(
    executeInProcess(talking, { runId: "r", runConfig: { ops: { talk: { config: JSON.parse(config) } } } }).pipe(
      Effect.provide(SqliteInstance.layer({ filename }))
    )
  )
} else {
  const count = Number(role ?? 200)
  const format = (millis: number | undefined) => `${(millis ?? Number.NaN).toFixed(0)} ms`.padStart(7)
  console.log(`load ${loadavg()[0]?.toFixed(2)}; from the stamp of a line to its arrival in another process`)
  for (const [kind, { lines, pause }] of Object.entries(KINDS)) {
    await inNewFolder(async (folder) => {
      const filename = join(folder, "heddle.db")
      const config = JSON.stringify({ bursts: Math.ceil(count / lines), lines, pause })
      const child = spawn(process.execPath, [import.meta.filename, "run", filename, config], { stdio: "inherit" })
      const exited = once(child, "exit")
      const delays: Array<number> = []
      const followed = Runs.follow("r").pipe(
        Stream.runForEach((event) =>
          Effect.sync(() => void (event._tag === "LOG_MESSAGE" && delays.push(Date.now() - event.timestamp)))
        )
      )
      await Effect.runPromise(
        followed.pipe(
          Effect.retry({ while: ({ _tag }) => _tag === "RunNotFound", schedule: Schedule.spaced("20 millis") }),
          Effect.provide(SqliteInstance.layer({ filename }))
        )
      )
      await exited
      const sorted = delays.toSorted((a, b) => a - b)
      const at = (part: number) => format(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))])
      console.log(`${kind.padEnd(14)} median ${at(0.5)}   95 % ${at(0.95)}   max ${at(1)}   ${sorted.length} lines`)
    })
  }
}
