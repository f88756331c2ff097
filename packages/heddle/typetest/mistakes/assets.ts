import { Asset, materialize } from "heddle"
import { Effect, Schema } from "effect"
import { closed, counted, dayConfig, mean, part, prices, WarehouseTest } from "./app.ts"

// mistake: missing service of an asset | names: Warehouse | known: the line is that of Effect's own functions, which print the whole effect twice; the Effect plugin adds one that names the service
closed(materialize([prices, mean], { runConfig: dayConfig }))

// mistake: missing upstream asset | names: prices
materialize([mean])

// mistake: unknown asset | names: nope
Effect.map(materialize([prices, mean], { layer: WarehouseTest, runConfig: dayConfig }), (r) => r.assetValue("nope"))

// mistake: missing partition | names: partitionKey
materialize([part])

// mistake: missing partition beside options | names: partitionKey
materialize([part], { layer: WarehouseTest })

// mistake: unknown partition | names: z
materialize([part], { partitionKey: "z" })

// mistake: missing asset config | names: runConfig
materialize([prices], { layer: WarehouseTest })

// mistake: asset config of the wrong type | names: day
materialize([prices], { layer: WarehouseTest, runConfig: { ops: { prices: { config: { day: 1 } } } } })

// mistake: asset body of the wrong type | names: string
Asset.make("wrong", { output: Schema.Number, run: () => "x" })

// mistake: asset input that is not there | names: price
Asset.make("wrong", { inputs: { prices }, output: Schema.Number, run: ({ price }) => price[0] ?? 0 })

// mistake: check that the graph of an asset does not give | names: ful
Asset.graph("wrong", { graph: counted, checks: ["ful"] })

// mistake: output of a graph that is neither the asset nor a check | names: full | known: the line prints the type of the graph before the names
Asset.graph("wrong", { graph: counted })

// mistake: output of a graph that is no result of a check | names: rows
Asset.graph("wrong", { graph: counted, checks: ["rows"] })
