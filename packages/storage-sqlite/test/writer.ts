// A process that opens an instance and appends batches of ten until it is killed, one line for every batch that it
// was told is stored: node writer.ts <home> <run id> [<number of batches>]
import { EventLog } from "@heddle/storage/EventLog"
import * as Effect from "effect/Effect"
import { writeSync } from "node:fs"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"

const [home, runId = "", batches = "Infinity"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const log = yield* EventLog
  for (let batch = 0; batch < Number(batches); batch++) {
    yield* log.append(
      Array.from({ length: 10 }, (_, n) => ({
        _tag: "LOG_MESSAGE",
        id: `load~1~${batch * 10 + n}`,
        runId,
        timestamp: batch,
        level: "INFO",
        message: "x".repeat(2000)
      }))
    )
    writeSync(1, `${batch}\n`)
  }
})

await Effect.runPromise(Effect.provide(program, SqliteInstance.layerHome({ home })))
