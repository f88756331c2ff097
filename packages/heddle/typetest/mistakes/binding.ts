import { Definitions, Job, reconstructable } from "heddle"
import { bound, etl, readRows, warehouse } from "./app.ts"

// mistake: two keys for one service | names: a
Job.make("twice", { resources: { a: warehouse, b: warehouse } }, function* () {
  return yield* readRows()
})

// mistake: open job in reconstructable | names: Warehouse
reconstructable(import.meta.url, "etl", etl)

// mistake: open job in definitions | names: Warehouse
Definitions.make({ jobs: [bound, etl] })
