import { assert, describe, it } from "@effect/vitest"
import { AssetLog } from "@heddle/storage/AssetLog"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { text } from "node:stream/consumers"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assets, KEYS } from "./backfill/assets.ts"
import { instanceOf } from "./materialization/home.ts"

const host = fileURLToPath(new URL("./backfill/host.ts", import.meta.url))
const HOMES = 2
/** The moments of a few dozen runs: a backfill of 200 runs is killed some ten times. */
const MOMENTS = 700

/** What a process that gets to the end of the backfill says. */
interface Ended {
  readonly moments: number
  readonly made: number
}

/** Backfills in another process, which is killed at a moment. Gives what it says; nothing if it was killed. */
const resume = (home: string, moment: number) =>
  Effect.promise(async (): Promise<Ended | undefined> => {
    const child = spawn(process.execPath, [host, home, String(moment)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: join(home, "compiled") }
    })
    const said = text(child.stdout)
    const [code, signal] = (await once(child, "close")) as [number | null, string | null]
    if (signal === "SIGKILL") return undefined
    assert.strictEqual(code, 0, `moment ${moment}: code ${code}, signal ${signal}`)
    return JSON.parse(await said) as Ended
  })

/** How often each partition of an asset was materialized. */
const timesMade = Effect.fnUntraced(function* (asset: string) {
  const times = new Map<string | undefined, number>()
  let before: string | undefined
  do {
    const page = yield* AssetLog.use((log) => log.history("materialization", asset, { before }))
    for (const { partition } of page.events) times.set(partition, (times.get(partition) ?? 0) + 1)
    before = page.next
  } while (before !== undefined)
  return times
})

describe("a backfill of 200 partitions that is killed and resumed", () => {
  it.live("makes each partition once", () =>
    Effect.gen(function* () {
      assert.lengthOf(KEYS, 200)
      let [kills, runs] = [0, 0]
      const killIn = Effect.fnUntraced(function* (name: string) {
        const home = mkdtempSync(join(tmpdir(), "heddle-faults-"))
        let killed = 0
        for (;;) {
          const ended = yield* resume(home, yield* Random.nextIntBetween(0, MOMENTS))
          if (ended !== undefined) break
          killed++
        }
        yield* Effect.gen(function* () {
          for (const { key } of assets) {
            const times = yield* timesMade(key)
            assert.deepStrictEqual([...times.keys()].toSorted(), [...KEYS], `${name}: partitions of ${key}`)
            const twice = [...times].filter(([, count]) => count !== 1)
            assert.deepStrictEqual(twice, [], `${name}: partitions of ${key} that were not made once`)
          }
          const all = yield* RunStorage.use((storage) => storage.list({ limit: 1000 }))
          const resumed = all.filter(({ parentRunId }) => parentRunId !== undefined)
          assert.strictEqual(all.filter(({ status }) => status === "SUCCESS").length, KEYS.length)
          assert.strictEqual(resumed.length, all.length - KEYS.length, `${name}: only what was killed is run again`)
          runs += all.length
        }).pipe(Effect.provide(instanceOf(home)))
        // Nothing is left to make.
        assert.deepInclude(yield* resume(home, Infinity), { made: 0 })
        rmSync(home, { recursive: true })
        kills += killed
        return killed
      })
      const names = Array.from({ length: HOMES }, (_, i) => `home ${i}`)
      const killed = yield* Effect.forEach(names, (name) => Random.withSeed(killIn(name), name), { concurrency: 2 })
      assert.isAbove(Math.min(...killed), 1)
      console.log(`backfill: killed ${kills} processes and resumed ${HOMES} backfills, of ${runs} runs`)
    })
  )
})
