import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, detachedOutputContext } from "@heddle/definitions/detachedContext"
import { FileIOManager } from "@heddle/io-fs/FileIOManager"
import { Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-partitions-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const options = { start: "2024-10-26", timeZone: "Europe/Berlin", end: "2024-10-28" }
const awkward = [
  "a",
  "A",
  "aA",
  "Aa",
  "con",
  "CON",
  "nul.txt",
  ".",
  "..",
  ".hidden",
  "a.",
  "a ",
  " a",
  "a/b",
  "a\\b",
  "../a",
  "/a",
  "C:",
  "a:b",
  "a|b",
  "a%2Fb",
  "%",
  "~",
  "a~b",
  '*?"<>',
  "ä",
  "a\u0308",
  "日本",
  "🧵",
  "partition=a",
  "a.json",
  "x".repeat(300),
  "X".repeat(300)
]
const kinds = {
  fixed: Partitions.fixed(awkward),
  hourly: Partitions.hourly(options),
  withOffset: Partitions.hourly({ ...options, format: "%Y-%m-%dT%H:%M%z" }),
  daily: Partitions.daily({ ...options, start: "2023-12-30" }),
  weekly: Partitions.weekly({ ...options, start: "2023-12-01" }),
  monthly: Partitions.monthly({ ...options, start: "2023-01-01", format: "%Y/%m" }),
  cron: Partitions.cron("*/30 * * * *", options),
  dynamic: Partitions.dynamic("names"),
  multi: Partitions.multi({
    day: Partitions.daily(options),
    name: Partitions.dynamic("names"),
    hour: Partitions.fixed(["a/b", "A/b", ".."])
  })
}

describe("values of partitions in files", () => {
  it.effect("are read back under every key of every kind, each from a file of its own", () =>
    Effect.gen(function* () {
      for (const [kind, partitions] of Object.entries(kinds)) {
        const folder = yield* temporaryFolder
        const io = FileIOManager.makeNode(folder)
        const keys = [...partitions.at({ now: Date.UTC(2025, 0, 1), dynamic: { names: awkward } }).keys()]
        const schema = Schema.String
        for (const key of keys) {
          const address = { asset: "sales", partition: key }
          yield* io.handleOutput(detachedOutputContext({ address, schema }), key)
        }
        for (const key of keys) {
          const upstream = { asset: "sales", partition: key }
          assert.strictEqual(yield* io.loadInput(detachedInputContext({ upstream, schema })), key, kind)
        }
        const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
        // Also where `a` and `A` are one file.
        const names = new Set(
          files.map(({ name, parentPath }) => join(parentPath, name).toLowerCase().normalize("NFC"))
        )
        assert.strictEqual(names.size, keys.length, kind)
      }
    }).pipe(Effect.scoped)
  )
})
