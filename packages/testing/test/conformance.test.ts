import { Instance } from "@heddle/storage/Instance"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AssetLogSuite } from "@heddle/testing/conformance/AssetLogSuite"
import { ConcurrencySlotsSuite } from "@heddle/testing/conformance/ConcurrencySlotsSuite"
import { DynamicPartitionsSuite } from "@heddle/testing/conformance/DynamicPartitionsSuite"
import { EventLogSuite } from "@heddle/testing/conformance/EventLogSuite"
import { RunLeaseSuite } from "@heddle/testing/conformance/RunLeaseSuite"
import { RunStorageSuite } from "@heddle/testing/conformance/RunStorageSuite"

const sqliteFile = Layer.unwrap(
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ),
    (home) => SqliteInstance.layerHome({ home, lease: "300 millis" })
  )
)

EventLogSuite.suite("memory", Instance.layerMemory)
EventLogSuite.suite("SQLite, a file", sqliteFile)
EventLogSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))

AssetLogSuite.suite("memory", Instance.layerMemory)
AssetLogSuite.suite("SQLite, a file", sqliteFile)
AssetLogSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))

ConcurrencySlotsSuite.suite("memory", Instance.layerMemory)
ConcurrencySlotsSuite.suite("SQLite, a file", sqliteFile)
ConcurrencySlotsSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))

DynamicPartitionsSuite.suite("memory", Instance.layerMemory)
DynamicPartitionsSuite.suite("SQLite, a file", sqliteFile)
DynamicPartitionsSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))

RunStorageSuite.suite("memory", Instance.layerMemory)
RunStorageSuite.suite("SQLite, a file", sqliteFile)
RunStorageSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))

RunLeaseSuite.suite("memory", Instance.layerMemory)
RunLeaseSuite.suite("SQLite, a file", sqliteFile)
RunLeaseSuite.suite("SQLite, in memory", SqliteInstance.layer({ filename: ":memory:" }))
