import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, detachedOutputContext, ValueNotFound } from "@heddle/definitions"
import { FileIOError, FileIOManager } from "@heddle/io-fs"
import { Arbitrary, Effect, Fiber, Layer, Path, Schema, SchemaGetter } from "effect"
import { TestClock } from "effect/testing"
import { spawnSync } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync
} from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { MemoryFileSystem } from "./memoryFileSystem.ts"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-io-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const output = (schema: Schema.Top) => detachedOutputContext({ runId: "r", stepKey: "step", output: "result", schema })
const input = (schema: Schema.Top) =>
  detachedInputContext({
    input: "n",
    stepKey: "next",
    runId: "r",
    upstream: { runId: "r", stepKey: "step", output: "result" },
    schema
  })

const Everything = Schema.Struct({
  when: Schema.Date,
  bytes: Schema.Uint8Array,
  big: Schema.BigInt,
  maybe: Schema.Option(Schema.String),
  list: Schema.Array(Schema.NullOr(Schema.Finite)),
  map: Schema.ReadonlyMap(Schema.String, Schema.Boolean)
})

/** The IO manager of a folder of a file system in memory. */
const inMemory = (files: MemoryFileSystem) =>
  Effect.provide(FileIOManager.make("/values"), Layer.mergeAll(files.layer, Path.layer))

/** A schema that counts how often a value of it is decoded. */
const counting = () => {
  let count = 0
  const schema = Schema.Number.pipe(
    Schema.decodeTo(Schema.Number, {
      decode: SchemaGetter.transform((n: number) => {
        count++
        return n
      }),
      encode: SchemaGetter.passthrough()
    })
  )
  return { schema, decoded: () => count }
}

describe("FileIOManager", () => {
  it.effect("returns every value as it was stored", () =>
    Effect.gen(function* () {
      const io = FileIOManager.makeNode(yield* temporaryFolder)
      const equal = Schema.toEquivalence(Everything)
      const checked = yield* Arbitrary.checkEffect(
        Arbitrary.schema(Everything),
        (value) =>
          Effect.gen(function* () {
            yield* io.handleOutput(output(Everything), value)
            return equal((yield* io.loadInput(input(Everything))) as typeof value, value)
          }),
        { runs: 50, seed: 1 }
      )
      assert.isUndefined(Arbitrary.formatCheckFailure(checked))
    })
  )

  it.effect("reports which value is missing, which file is broken, and which value has no JSON form", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const io = FileIOManager.makeNode(folder)
      assert.instanceOf(yield* Effect.flip(io.loadInput(input(Schema.Number))), ValueNotFound)
      yield* io.handleOutput(output(Schema.Number), 1)
      const path = join(folder, "r/step/result.json")
      assert.strictEqual(readFileSync(path, "utf8"), "1")
      writeFileSync(path, '"half')
      const broken = yield* Effect.flip(io.loadInput(input(Schema.Number)))
      assert.instanceOf(broken, FileIOError)
      assert.include(String((broken as FileIOError).message), `Cannot read output "result" of step "step" in "${path}"`)
      const Live = Schema.declare((u): u is () => void => typeof u === "function")
      const refused = yield* Effect.flip(io.handleOutput(output(Live), () => {}))
      assert.include(String((refused as FileIOError).message), "Give the output a schema whose values have a JSON form")
    })
  )

  it.effect("leaves no half-written file if it cannot write", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "r"), "a file in the place of the run's folder")
      const error = yield* Effect.flip(FileIOManager.makeNode(folder).handleOutput(output(Schema.Number), 1))
      assert.instanceOf(error, FileIOError)
      assert.deepStrictEqual(readdirSync(folder).toSorted(), [".tmp", "r"])
      assert.deepStrictEqual(readdirSync(join(folder, ".tmp")), [])
    })
  )

  it.effect("removes temporary files of a dead process after an hour, and all others after a day", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const hour = 60 * 60 * 1000
      const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, "_")
      const { pid } = spawnSync(process.execPath, ["--eval", ""])
      const writers = {
        dead: `${host}.${pid}`,
        alive: `${host}.${process.ppid}`,
        // A container that has the host name and the process id of this one.
        twin: `${host}.${process.pid}`,
        elsewhere: `other_machine.${pid}`
      }
      mkdirSync(join(folder, ".tmp"))
      for (const [writer, name] of Object.entries(writers)) {
        for (const [age, hours] of Object.entries({ new: 0.9, old: 1.1, abandoned: 25 })) {
          const path = join(folder, ".tmp", `${name}.${writer}-${age}.0`)
          writeFileSync(path, "half")
          utimesSync(path, 0, (30 - hours) * 60 * 60)
        }
      }
      yield* TestClock.setTime(30 * hour)
      yield* FileIOManager.makeNode(folder).handleOutput(output(Schema.Number), 1)
      assert.deepStrictEqual(
        readdirSync(join(folder, ".tmp"))
          .map((name) => name.split(".")[2])
          .toSorted(),
        ["alive-new", "alive-old", "dead-new", "elsewhere-new", "elsewhere-old", "twin-new"]
      )
    })
  )

  it.effect("keeps values complete and confirmed ones stored through a power failure", () =>
    Effect.gen(function* () {
      const files = new MemoryFileSystem()
      const io = yield* inMemory(files)
      const path = "/values/r/step/result.json"
      yield* io.handleOutput(output(Schema.String), "first")
      const first = files.remains.length
      yield* io.handleOutput(output(Schema.String), "second")
      for (const [i, { named, synced }] of files.remains.entries()) {
        const allowed = i < first ? [undefined, '"first"'] : ['"first"', '"second"']
        assert.include(allowed, synced.get(path))
        assert.include(allowed, named.get(path))
      }
      assert.strictEqual(files.remains[first - 1]!.synced.get(path), '"first"')
      assert.strictEqual(files.remains.at(-1)!.synced.get(path), '"second"')
    })
  )

  it.effect("fails on a full disk without leaving a file, and keeps the earlier value", () =>
    Effect.gen(function* () {
      const files = new MemoryFileSystem({ capacity: 20 })
      const io = yield* inMemory(files)
      yield* io.handleOutput(output(Schema.String), "small")
      const error = yield* Effect.flip(io.handleOutput(output(Schema.String), "x".repeat(100)))
      assert.instanceOf(error, FileIOError)
      assert.strictEqual(
        error.message,
        'Cannot write output "result" of step "step" in "/values/r/step/result.json": ENOSPC: no space left on device, write'
      )
      assert.deepStrictEqual(files.files, ["/values/r/step/result.json"])
      assert.strictEqual(yield* io.loadInput(input(Schema.String)), "small")
    })
  )

  it.effect("fails in a read-only folder without leaving a file, and says why", () =>
    Effect.gen(function* () {
      for (const readOnly of ["/values", "/values/.tmp", "/values/r/step"]) {
        const files = new MemoryFileSystem({ readOnly })
        const error = yield* Effect.flip((yield* inMemory(files)).handleOutput(output(Schema.Number), 1))
        assert.instanceOf(error, FileIOError)
        assert.include(error.message, "EACCES: permission denied")
        assert.deepStrictEqual(files.files, [])
      }
    })
  )

  it.live("finishes a write in progress when it is interrupted", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const io = FileIOManager.makeNode(folder)
      const text = "x".repeat(4_000_000)
      yield* io.handleOutput(output(Schema.String), "first")
      for (let i = 0; i < 10; i++) {
        const fiber = yield* Effect.forkChild(io.handleOutput(output(Schema.String), text), { startImmediately: true })
        for (let turn = 0; turn < i; turn++) yield* Effect.promise(() => new Promise((next) => setImmediate(next)))
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(readdirSync(join(folder, ".tmp")), [])
        assert.include([7, 4_000_002], readFileSync(join(folder, "r/step/result.json")).length)
      }
    })
  )

  it.effect("keeps all names distinct on case-insensitive file systems with short names", () =>
    Effect.gen(function* () {
      const files = new MemoryFileSystem({ isCaseless: true })
      const io = yield* inMemory(files)
      const names = [
        ["a", "A", "aa", "Aa", "aA", "AA", "con", "CON", "Con", "con.json", "nul", "lpt1"],
        ["a.", "a ", "a..", ".", "..", "a/b", "a\\b", "a:b", "a%2Fb", "~", "a~1", "ä", "a\u0308", "\ud800", ""],
        ["k".repeat(240), "K".repeat(240), `${"k".repeat(239)}l`, "x".repeat(2_000)]
      ].flat()
      const places = names.flatMap((name) => [
        { runId: name, stepKey: "s", output: "o" },
        { runId: "r", stepKey: `m[${name}]`, output: "o" },
        { runId: "r", stepKey: "s", output: "o", mappingKey: name }
      ])
      for (const [i, place] of places.entries()) {
        yield* io.handleOutput(detachedOutputContext({ ...place, schema: Schema.Number }), i)
      }
      for (const [i, upstream] of places.entries()) {
        const context = detachedInputContext({ input: "n", stepKey: "n", runId: "r", upstream, schema: Schema.Number })
        assert.strictEqual(yield* io.loadInput(context), i)
      }
      for (const path of files.files) {
        for (const part of path.split("/").slice(2)) {
          assert.isAtMost(part.length, 130)
          assert.notMatch(part, /[. ]$|[<>:"\\|?*]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
        }
      }
    })
  )

  it.effect("decodes a value once for all steps that load it, and notices when the value is replaced", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { decoded, schema } = counting()
      const io = FileIOManager.makeNode(folder)
      const another = FileIOManager.makeNode(folder)
      const load = () => io.loadInput(input(schema))
      yield* io.handleOutput(output(schema), 1)
      assert.deepStrictEqual(
        yield* Effect.all(Array.from({ length: 50 }, load), { concurrency: 16 }),
        Array(50).fill(1)
      )
      assert.strictEqual(decoded(), 1)
      yield* another.handleOutput(output(schema), 2)
      assert.strictEqual(yield* load(), 2)
      writeFileSync(join(folder, "r/step/result.json"), '"broken')
      assert.instanceOf(yield* Effect.flip(load()), FileIOError)
      yield* another.handleOutput(output(schema), 3)
      assert.strictEqual(yield* load(), 3)
      assert.strictEqual(decoded(), 3)
    })
  )

  it.effect("caches a limited number of values", () =>
    Effect.gen(function* () {
      const { decoded, schema } = counting()
      const io = FileIOManager.makeNode(yield* temporaryFolder)
      const keys = Array.from({ length: 100 }, (_, i) => `k${i}`)
      for (const mappingKey of keys) {
        yield* io.handleOutput(detachedOutputContext({ mappingKey, schema }), 1)
        const { output, runId, stepKey } = detachedOutputContext()
        yield* io.loadInput(detachedInputContext({ upstream: { output, runId, stepKey, mappingKey }, schema }))
      }
      assert.strictEqual(decoded(), 100)
      const { output, runId, stepKey } = detachedOutputContext()
      for (const mappingKey of ["k99", "k0"]) {
        yield* io.loadInput(detachedInputContext({ upstream: { output, runId, stepKey, mappingKey }, schema }))
      }
      assert.strictEqual(decoded(), 101)
    })
  )

  it.effect("reports that a folder cannot be created, even if the system only says that it does not exist", () =>
    Effect.gen(function* () {
      const place = existsSync("/proc/self") ? "/proc/nowhere" : "/dev/null"
      const error = yield* Effect.flip(
        FileIOManager.makeNode(join(place, "a/b")).handleOutput(output(Schema.Number), 1)
      )
      assert.instanceOf(error, FileIOError)
    })
  )
})
