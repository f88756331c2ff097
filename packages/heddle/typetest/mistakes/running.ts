import { executeInProcess, Job } from "heddle"
import { Effect } from "effect"
import {
  addOne, both, bound, closed, etl, hooked, lake, MailTest, offering, open, ops, readRows, readT, WarehouseTest, withInputs
} from "./app.ts"

// mistake: missing service | names: Warehouse | known: the line is that of Effect's own functions, which print the whole effect twice; the Effect plugin adds one that names the service
closed(executeInProcess(etl, { layer: MailTest, runConfig: { ops } }))

// mistake: missing service, awaited as a promise | names: Warehouse | known: the line is that of Effect's own functions, which print the whole effect twice; the Effect plugin adds one that names the service
Effect.runPromise(executeInProcess(etl, { layer: MailTest, runConfig: { ops } }))

// mistake: missing IO manager | names: Lake | known: the line is that of Effect's own functions, which print the whole effect twice; the Effect plugin adds one that names the service
closed(executeInProcess(lake))

// mistake: missing hook service | names: Mail | known: the line is that of Effect's own functions, which print the whole effect twice; the Effect plugin adds one that names the service
closed(executeInProcess(hooked, { layer: WarehouseTest, runConfig: { ops: { once_more: { config: { table: "t" } } } } }))

// mistake: missing run config | names: runConfig
executeInProcess(etl, { layer: both })

// mistake: missing options altogether | names: runConfig
executeInProcess(etl)

// mistake: wrong config type | names: table
executeInProcess(etl, { runConfig: { ops: { ...ops, read_rows: { config: { table: 1 } } } } })

// mistake: misspelt config field | names: tabel
executeInProcess(etl, { runConfig: { ops: { ...ops, read_rows: { config: { tabel: "t" } } } } })

// mistake: missing config field | names: table
executeInProcess(etl, { runConfig: { ops: { ...ops, read_rows: { config: {} } } } })

// mistake: wrong config of an executor | names: maxConcurrent
executeInProcess(offering, { runConfig: { execution: { inProcess: { config: { maxConcurrent: "2" } } } } })

// mistake: misspelt executor | names: multiproces | known: the name comes first, then TypeScript prints the type in full
executeInProcess(offering, { runConfig: { execution: { multiproces: {} } } })

// mistake: unknown op in run config | names: nope | known: the name comes first, then TypeScript prints the type in full
executeInProcess(etl, { runConfig: { ops: { ...ops, nope: {} } } })

// mistake: op missing in run config | names: read_rows | known: the name comes first, then TypeScript prints both types in full
executeInProcess(etl, { runConfig: { ops: { clean: ops.clean } } })

// mistake: nested config missing | names: clean | known: the name comes first, then TypeScript prints both types in full
executeInProcess(etl, { runConfig: { ops: readT } })

// mistake: config of a nested op missing | names: more
executeInProcess(etl, { runConfig: { ops: { ...readT, clean: { ops: {} } } } })

// mistake: unknown option | names: runconfig | known: the name comes first and the nearest option last, between them TypeScript prints the type of the options
executeInProcess(etl, { layer: both, runconfig: { ops } })

// mistake: input from config missing | names: runConfig
executeInProcess(open)

// mistake: input from config empty | names: n
executeInProcess(open, { runConfig: { ops: { add_one: { inputs: {} } } } })

// mistake: input from config of the wrong type | names: n
executeInProcess(open, { runConfig: { ops: { add_one: { inputs: { n: "3" } } } } })

// mistake: missing input value | names: runConfig
executeInProcess(withInputs)

// mistake: missing input value beside run config | names: inputs | known: the name comes first, then TypeScript prints both types in full
executeInProcess(withInputs, { runConfig: {} })

// mistake: input value of the wrong type | names: q
executeInProcess(withInputs, { inputValues: { q: "2" } })

// mistake: output before success | names: output
Effect.map(executeInProcess(open, { runConfig: { ops: { add_one: { inputs: { n: 1 } } } } }), (result) => result.output)

// mistake: config missing in a direct invocation | names: config
readRows.invoke({})

// mistake: input missing in a direct invocation | names: n
addOne.invoke({})

// mistake: missing resource config | names: resources | known: the name comes first, then TypeScript prints both types in full
executeInProcess(bound, { runConfig: { ops: readT } })

// mistake: missing field of a resource's config | names: url
executeInProcess(bound, { runConfig: { ops: readT, resources: { warehouse: { config: {} } } } })

// mistake: wrong replacement | names: warehouse
executeInProcess(bound, { resources: { warehouse: MailTest }, runConfig: { ops: readT } })

// mistake: replacement of an unknown resource | names: wharehouse | known: the name comes first and the nearest key last, between them TypeScript prints the type in full
executeInProcess(bound, { resources: { wharehouse: WarehouseTest }, runConfig: { ops: readT } })
