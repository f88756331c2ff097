import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { DiskRecord } from "./DiskRecord.ts"
import { PowerLoss } from "./PowerLoss.ts"
import { readAfter } from "./readAfter.ts"
import { strace } from "./strace.ts"
import { SystemCall } from "./SystemCall.ts"

const host = fileURLToPath(new URL("./host.ts", import.meta.url))
const DATABASE = "heddle.db"
const RUNS = ["first", "second", "third"]

interface Acknowledged {
  readonly _tag: string
  readonly id: string
  readonly runId: string
}

const nameOf = ({ _tag, id, runId }: Acknowledged): string => `${runId} ${_tag} ${id}`

/** Runs the program in a folder of its own, and reads what it did to the disk. */
const recordRuns = (durability: "full" | "relaxed") =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-power-loss-"))),
    (home) =>
      Effect.sync(() => {
        const folder = join(home, "instance")
        const voice = join(home, "acknowledged")
        mkdirSync(folder)
        const record = strace.record([host, join(folder, DATABASE), voice, durability], join(home, "record"))
        return DiskRecord.make(SystemCall.read(record), folder, voice)
      }),
    (home) => Effect.sync(() => rmSync(home, { recursive: true }))
  )

/** Loses the power at each cut in turn, and says which events were gone then that had been acknowledged. */
const lostEvents = Effect.fnUntraced(function* (record: DiskRecord, lossAt: (cut: number) => PowerLoss) {
  const lost: Array<string> = []
  for (const cut of record.cuts) {
    const { events, integrity } = yield* readAfter(PowerLoss.filesAfter(record, cut, lossAt(cut)), DATABASE, RUNS)
    assert.strictEqual(integrity, "ok", `after line ${cut}`)
    const known = new Set(events.map(nameOf))
    for (const { at, text } of record.said) {
      if (at > cut) break
      const acknowledged: ReadonlyArray<Acknowledged> = JSON.parse(text)
      const gone = acknowledged.map(nameOf).filter((name) => !known.has(name))
      lost.push(...gone.map((name) => `${name}, acknowledged at line ${at}, lost at line ${cut}`))
    }
  }
  return lost
})

const LOSSES: ReadonlyArray<readonly [string, (cut: number) => PowerLoss]> = [
  ["only what was synced is left", () => PowerLoss.strict],
  ["files that were never synced are empty", () => PowerLoss.emptied],
  ["some sectors that were not synced are left", PowerLoss.torn]
]

const whyNot = strace.whyNot()
if (whyNot !== undefined) console.log(`power loss: skipped, as ${whyNot}`)

describe.skipIf(whyNot !== undefined)("a loss of power", () => {
  it.live("takes no acknowledged event", () =>
    Effect.gen(function* () {
      const record = yield* recordRuns("full")
      for (const [what, lossAt] of LOSSES) {
        const lost = yield* lostEvents(record, lossAt)
        assert.deepStrictEqual(lost.slice(0, 3), [], `${what}: ${lost.length} events are lost, the first of them`)
      }
      const acknowledged = record.said.flatMap(({ text }) => JSON.parse(text) as ReadonlyArray<Acknowledged>)
      for (const tag of ["STEP_SUCCESS", "STEP_UP_FOR_RETRY", "RUN_SUCCESS"]) {
        assert.include(
          acknowledged.map(({ _tag }) => _tag),
          tag
        )
      }
      console.log(
        `power loss: ${acknowledged.length} events in ${record.said.length} acknowledgements outlast ` +
          `${LOSSES.length} kinds of loss at ${record.cuts.length} moments`
      )
    })
  )

  it.live("takes acknowledged events of an instance with relaxed durability, and leaves the rest whole", () =>
    Effect.gen(function* () {
      const record = yield* recordRuns("relaxed")
      for (const [what, lossAt] of LOSSES) assert.isNotEmpty(yield* lostEvents(record, lossAt), what)
    })
  )
})
