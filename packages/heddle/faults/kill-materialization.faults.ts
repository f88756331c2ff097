import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { assert, describe, it } from "@effect/vitest"
import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import { HeddleEvent } from "@heddle/events/HeddleEvent"
import { AssetLog } from "@heddle/storage/AssetLog"
import { EventLog } from "@heddle/storage/EventLog"
import { buildInputContext } from "@heddle/testing/buildInputContext"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { text } from "node:stream/consumers"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Blobs, Made, made, STEPS } from "./materialization/assets.ts"
import { instanceOf, managersOf } from "./materialization/home.ts"

const host = fileURLToPath(new URL("./materialization/host.ts", import.meta.url))
const HOMES = 4
const KILLS = 25

/** Runs of a home are numbered, so that a later one can be told. */
const runName = (n: number): string => `run-${n}`
const runNumber = (runId: string): number => Number(runId.slice("run-".length))

/** Materializes the assets in another process, which is killed at a moment. */
const materialize = (home: string, run: number, moment: number) =>
  Effect.promise(async () => {
    const child = spawn(process.execPath, [host, home, runName(run), String(moment)], {
      stdio: ["ignore", "pipe", "inherit"],
      // Most of the time of a run goes into loading its code.
      env: { ...process.env, NODE_COMPILE_CACHE: join(home, "compiled") }
    })
    const said = text(child.stdout)
    const [code, signal] = (await once(child, "close")) as [number | null, string | null]
    assert.isTrue(code === 0 || signal === "SIGKILL", `moment ${moment}: code ${code}, signal ${signal}`)
    return { isKilled: signal === "SIGKILL", moments: Number(await said) }
  })

/** What a step that takes the asset would get; nothing if there is no value. Fails for a file that is not whole. */
const load = (manager: IOManagerShape, asset: string, schema: Schema.Top): Effect.Effect<unknown, unknown> =>
  manager.loadInput(buildInputContext({ upstream: { asset }, schema })).pipe(
    Effect.catchIf(
      (error) => (error as { readonly _tag?: string })._tag === "ValueNotFound",
      () => Effect.undefined
    )
  )

const decodeBytes = Schema.decodeUnknownEffect(Schema.fromJsonString(Made))

const loadMade = Effect.fnUntraced(function* (asset: string) {
  if (asset !== "picture") return (yield* load(yield* IOManager, asset, Made)) as Made | undefined
  const bytes = (yield* load(yield* Blobs, asset, Schema.Uint8Array)) as Uint8Array | undefined
  return bytes === undefined ? undefined : yield* decodeBytes(new TextDecoder().decode(bytes))
})

/** The run of the latest materialization of an asset; 0 before the first. */
const recordedRun = (asset: string) =>
  Effect.map(
    AssetLog.use((log) => log.latest([asset])),
    (latest) => runNumber(latest.get(asset)?.materialization?.runId ?? runName(0))
  )

/**
 * Checks each value beside what the log says of it.
 *
 * @returns the assets whose value this run stored, and whose event was still on its way when its process was killed
 */
const unrecorded = Effect.fnUntraced(function* (run: number, why: string) {
  const found: Array<string> = []
  for (const [asset, stepKey] of STEPS) {
    const value = yield* loadMade(asset)
    const recorded = yield* recordedRun(asset)
    if (value === undefined) {
      assert.strictEqual(recorded, 0, `${why}: ${asset} has an event and no value`)
      continue
    }
    assert.isTrue(value.text === made(asset, value.runId).text, `${why}: ${asset} is half-written`)
    const stored = runNumber(value.runId)
    assert.isAtMost(recorded, stored, `${why}: the value of ${asset} is older than its event`)
    if (recorded === stored) continue
    // Only between the file and its event: the attempt that wrote the file never ended.
    const log = yield* Stream.runCollect(EventLog.readAll(value.runId))
    const ends = log.filter((event) => HeddleEvent.isStepEnd(event) && event.stepKey === stepKey)
    assert.deepStrictEqual(ends, [], `${why}: step ${stepKey} ended and did not record ${asset}`)
    if (stored === run) found.push(asset)
  }
  return found
})

describe("a process that is killed in the middle of a materialization", () => {
  it.live("leaves values that are whole, and an event for each whose step has ended", () =>
    Effect.gen(function* () {
      let [runs, between] = [0, 0]
      const killIn = Effect.fnUntraced(function* (name: string) {
        const home = mkdtempSync(join(tmpdir(), "heddle-faults-"))
        const managers = Layer.provide(managersOf(home), [NodeFileSystem.layer, NodePath.layer])
        const inHome = Effect.provide(Layer.merge(instanceOf(home), managers))
        let killed = 0
        let run = 0
        // As in all later runs of the home, every folder is there in the second.
        yield* materialize(home, ++run, Infinity)
        const { moments } = yield* materialize(home, ++run, Infinity)
        while (killed < KILLS) {
          const moment = yield* Random.nextIntBetween(0, moments)
          const { isKilled } = yield* materialize(home, ++run, moment)
          if (isKilled) killed++
          between += (yield* inHome(unrecorded(run, `${name}, run ${run}, moment ${moment}`))).length
        }
        yield* materialize(home, ++run, Infinity)
        assert.deepStrictEqual(yield* inHome(unrecorded(run, `${name}, after the kills`)), [])
        for (const [asset] of STEPS) assert.strictEqual(yield* inHome(recordedRun(asset)), run)
        runs += run
        rmSync(home, { recursive: true })
        return moments
      })
      const names = Array.from({ length: HOMES }, (_, i) => `home ${i}`)
      const moments = yield* Effect.forEach(names, (name) => Random.withSeed(killIn(name), name), { concurrency: 2 })
      assert.isAbove(Math.min(...moments), 50)
      console.log(
        `materialization: killed ${HOMES * KILLS} of ${runs} runs, of ${moments.join(", ")} moments; ` +
          `${between} values were whole before their event was there`
      )
    })
  )
})
