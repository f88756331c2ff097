/** A process that runs the job with a short lease, and says on standard output how that ended. */
import { reconstructable } from "@heddle/definitions/Reconstructable"
import { executeJob } from "../../test/runs.ts"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import { job } from "./job.ts"
import { LEASE } from "./lease.ts"

const [executor] = process.argv.slice(2)
const home = process.env["HEDDLE_FAULTS_HOME"]!
const outcome = await Effect.runPromise(
  executeJob(reconstructable(new URL("./job.ts", import.meta.url).href, "job", job), {
    runId: "stopped",
    values: `${home}/storage`,
    runConfig: { execution: { [executor!]: {} } }
  }).pipe(
    Effect.match({
      onSuccess: ({ success }) => (success ? "success" : "failure"),
      onFailure: (error) => `${error._tag}: ${error.message}`
    }),
    Effect.provide(SqliteInstance.layerHome({ home, lease: LEASE }))
  )
)
process.stdout.write(`${outcome}\n`)
