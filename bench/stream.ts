/**
 * Measures the memory of a large value that streams through two steps: one makes it, the next reads it from its file and
 * writes half of it. Prints the peak of the process before the run and after it.
 *
 *     node bench/stream.ts [megabytes]
 */
import { statSync } from "node:fs"
import { loadavg } from "node:os"
import { join } from "node:path"
import { IOManager } from "@heddle/definitions/IOManager"
import { ByteStream } from "@heddle/io-fs/ByteStream"
import { PathFormat } from "@heddle/io-fs/PathFormat"
import { PathIOManager } from "@heddle/io-fs/PathIOManager"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { Asset, materialize } from "heddle"
import { inNewFolder } from "./systems/sqlite.ts"

const CHUNK = 64 * 1024
const megabytes = Number(process.argv[2] ?? 1024)
const chunks = (megabytes * 1024 * 1024) / CHUNK

const archive = Asset.make("archive", {
  output: ByteStream,
  run: () =>
    Effect.succeed(
      Stream.range(1, chunks).pipe(
        // A stream maps what comes together at once.
        Stream.rechunk(1),
        Stream.map((n) => new Uint8Array(CHUNK).fill(n % 251))
      )
    )
})
const sample = Asset.make("sample", {
  inputs: { archive },
  output: ByteStream,
  run: ({ archive }) => Effect.succeed(Stream.map(archive, (part) => part.subarray(0, part.length / 2)))
})

const peak = (): number => process.resourceUsage().maxRSS / 1024

await inNewFolder(async (folder) => {
  const layer = Layer.succeed(IOManager, PathIOManager.makeNode({ folder, format: PathFormat.stream }))
  const before = peak()
  const start = performance.now()
  const result = await Effect.runPromise(materialize([archive, sample], { layer }))
  const seconds = (performance.now() - start) / 1000
  const sizes = ["archive", "sample"].map((name) => statSync(join(folder, "assets", name)).size)
  console.log(`load ${loadavg()[0]?.toFixed(2)}; ${result.success ? "success" : "failure"}; ${seconds.toFixed(1)} s`)
  console.log(`written: ${sizes.map((size) => `${Math.round(size / 1024 / 1024)} MB`).join(" and ")}`)
  console.log(
    `peak memory: ${before.toFixed(0)} MB before, ${peak().toFixed(0)} MB after: ${(peak() - before).toFixed(0)} MB more`
  )
})
