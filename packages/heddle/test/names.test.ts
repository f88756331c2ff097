import * as heddle from "heddle"
import * as vitest from "vitest"
import { assert, describe, it } from "vitest"

const names = Object.keys(heddle)
const namespaces = ["Authoring", "Config", "Events", "Execution", "Partitioning", "Storage"]

describe("names of heddle", () => {
  it("are those that most programs need, and a namespace for each package with more", () => {
    assert.deepStrictEqual(
      names.filter((name) => !namespaces.includes(name)).toSorted(),
      [
        "Asset",
        "AssetExecutionContext",
        "AssetJob",
        "AssetKey",
        "AssetMaterialization",
        "AssetObservation",
        "AssetSelection",
        "BackfillControl",
        "ConfigSchema",
        "Definitions",
        "ExecutorDefinition",
        "ExpectationResult",
        "FileIOManager",
        "Graph",
        "HeddleEvent",
        "Hook",
        "IOManager",
        "InputManager",
        "Instance",
        "Job",
        "Logger",
        "MetadataValue",
        "MultiprocessExecutor",
        "Op",
        "OpExecutionContext",
        "OpRejected",
        "Out",
        "PartitionMapping",
        "Partitions",
        "ReexecutionOptions",
        "Resource",
        "RetryPolicy",
        "RetryRequested",
        "RunConfigError",
        "RunControl",
        "RunSignals",
        "Runs",
        "SqliteInstance",
        "StepFailure",
        "TestRun",
        "TypeCheck",
        "TypeLoader",
        "backfill",
        "buildAssetContext",
        "buildInputContext",
        "buildOpContext",
        "buildOutputContext",
        "buildTypeCheckContext",
        "consoleLogger",
        "executeInProcess",
        "executeJob",
        "fromConfig",
        "inProcessExecutor",
        "instanceForTest",
        "launch",
        "launchDetached",
        "materialize",
        "materializeToMemory",
        "multiOrInProcessExecutor",
        "multiprocessExecutor",
        "reconstructable",
        "validateRunConfig"
      ].toSorted()
    )
    for (const name of namespaces) assert.include(names, name)
  })

  it("do not collide with those of vitest", () => {
    const taken = new Set(Object.keys(vitest))
    assert.deepStrictEqual(
      names.filter((name) => taken.has(name)),
      []
    )
  })

  it("are the same entry points in the namespace of execution", () => {
    assert.strictEqual(heddle.Execution.executeJob, heddle.executeJob)
    assert.strictEqual(heddle.Execution.launch, heddle.launch)
    assert.strictEqual(heddle.Execution.launchDetached, heddle.launchDetached)
  })
})
