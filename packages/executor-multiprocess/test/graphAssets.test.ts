import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { Instance } from "@heddle/storage"
import { Effect } from "effect"
import { counted } from "./fixtures/graphAssets.ts"
import { fixture } from "./fixtures/notes.ts"
import { executeJob } from "./runs.ts"

const module = new URL("./fixtures/graphAssets.ts", import.meta.url).href

describe("checks in the graph of an asset, over processes", () => {
  it.live("are evaluated in workers, and hold back what is downstream", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const run = (least: number) =>
        executeJob(reconstructable(module, "counted", counted), {
          values,
          runConfig: {
            execution: { multiprocess: { config: { maxConcurrent: 2 } } },
            ops: { rows_graph: { ops: { inspect: { config: { least } } } } }
          }
        })
      const passed = yield* run(2)
      assert.isTrue(passed.success)
      const failed = yield* run(3)
      assert.isFalse(failed.success)
      const told = failed.allEvents
      const [evaluation] = told.filter(HeddleEvent.is("ASSET_CHECK_EVALUATION"))
      assert.deepInclude(evaluation, { asset: "rows", check: "long_enough", passed: false, description: "2 rows" })
      assert.notDeepEqual(evaluation?.metadata, { process: { _tag: "int", value: process.pid } })
      assert.deepStrictEqual(
        told.filter(HeddleEvent.is("ASSET_MATERIALIZATION")).map(({ asset }) => asset),
        ["rows"]
      )
      const [failure] = told.filter(HeddleEvent.is("STEP_FAILURE"))
      assert.match(
        failure?.error.message ?? "",
        /^Blocking check "long_enough" of asset "rows" failed: 2 rows\n {2}process = \d+$/
      )
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
