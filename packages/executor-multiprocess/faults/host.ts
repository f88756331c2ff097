/**
 * A process that runs the job and kills itself once append number `k` of the run is in the log. The events of one append
 * become readable together, so that killing after each append is killing after each event.
 */
import { reconstructable } from "@heddle/definitions/Reconstructable"
import { executeJob } from "../test/runs.ts"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import { job } from "./job.ts"

const [executor, home, k] = process.argv.slice(2)
const kill = Number(k)
let count = 0
await Effect.runPromise(
  executeJob(reconstructable(new URL("./job.ts", import.meta.url).href, "job", job), {
    runId: "killed",
    values: `${home}/storage`,
    runConfig: { execution: { [executor!]: { config: { maxConcurrent: 2 } } } },
    onEvents: () => {
      if (count++ === kill) process.kill(process.pid, "SIGKILL")
    }
  }).pipe(Effect.provide(SqliteInstance.layerHome({ home: home! })))
)
