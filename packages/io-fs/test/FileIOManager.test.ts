import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, detachedOutputContext, Job, Op, Out, ValueNotFound } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { FileIOError, FileIOManager } from "@heddle/io-fs"
import { Arbitrary, ByteSize, Effect, FileSystem, Option, Schema, SchemaGetter } from "effect"
import { systemError } from "effect/PlatformError"
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"

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

/** A file system in memory in which the case of letters means nothing, as on macOS and Windows. */
const caseless = () => {
  const files = new Map<string, { readonly path: string; readonly text: string; readonly ino: number }>()
  const key = (path: string) => path.normalize("NFC").toLowerCase()
  const missing = (path: string) =>
    systemError({ _tag: "NotFound", module: "FileSystem", method: "test", pathOrDescriptor: path })
  let count = 0
  const get = (path: string) =>
    Effect.suspend(() => {
      const found = files.get(key(path))
      return found === undefined ? Effect.fail(missing(path)) : Effect.succeed(found)
    })
  const fileSystem = FileSystem.makeNoop({
    makeDirectory: () => Effect.void,
    writeFileString: (path, text) => Effect.sync(() => void files.set(key(path), { path, text, ino: count++ })),
    rename: (from, to) =>
      Effect.map(get(from), (file) => {
        files.delete(key(from))
        files.set(key(to), { ...file, path: to })
      }),
    remove: (path) => Effect.sync(() => void files.delete(key(path))),
    readFileString: (path) => Effect.map(get(path), ({ text }) => text),
    stat: (path) =>
      Effect.map(
        get(path),
        ({ ino, text }) =>
          ({
            ino: Option.some(ino),
            mtime: Option.none<Date>(),
            size: ByteSize.bytes(text.length)
          }) as unknown as FileSystem.File.Info
      )
  })
  return { fileSystem, names: () => Array.from(files.values(), ({ path }) => path) }
}

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
  it.effect("keeps what a job's steps give, by run, step, output and mapping key", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const list = Op.make("list", {
        outputs: { item: Out.dynamic(Schema.Date), count: Schema.Number },
        run: () => ({
          item: [
            ["a", new Date(1)],
            ["b", new Date(2)]
          ] as const,
          count: 2
        })
      })
      const millis = Op.make("millis", {
        inputs: { d: Schema.Date },
        output: Schema.Number,
        run: ({ d }) => d.getTime()
      })
      const sum = Op.make("sum", {
        inputs: { ns: Schema.Array(Schema.Number) },
        output: Schema.Number,
        run: ({ ns }) => ns.reduce((a, b) => a + b, 0)
      })
      const job = Job.make("dates", {}, function* () {
        const { item } = yield* list()
        return yield* sum({ ns: (yield* item.map((d) => millis({ d }))).collect() })
      })
      const result = yield* executeInProcess(job, { layer: FileIOManager.layer({ folder }), runId: "r/1" })
      assert.isTrue(result.success && result.output === 3)
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".json"))
      assert.deepStrictEqual(files.toSorted(), [
        "r_1~~4d2455107d5bb7b283735cc6/list/count.json",
        "r_1~~4d2455107d5bb7b283735cc6/list/item/a.json",
        "r_1~~4d2455107d5bb7b283735cc6/list/item/b.json",
        "r_1~~4d2455107d5bb7b283735cc6/millis[a]/result.json",
        "r_1~~4d2455107d5bb7b283735cc6/millis[b]/result.json",
        "r_1~~4d2455107d5bb7b283735cc6/sum/result.json"
      ])
      const stored = result.allEvents.find((event) => event._tag === "HANDLED_OUTPUT")
      assert.isTrue(stored?._tag === "HANDLED_OUTPUT" && stored.metadata?.["path"]?._tag === "path")
    })
  )

  it.effect("gives every value back as it was", () =>
    Effect.gen(function* () {
      const io = FileIOManager.make(yield* temporaryFolder)
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

  it.effect("says which value is not there, which file is broken, and which value has no JSON form", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const io = FileIOManager.make(folder)
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

  it.effect("leaves no half-written file where it cannot write", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "r"), "a file in the place of the run's folder")
      const error = yield* Effect.flip(FileIOManager.make(folder).handleOutput(output(Schema.Number), 1))
      assert.instanceOf(error, FileIOError)
      assert.deepStrictEqual(readdirSync(folder).toSorted(), [".tmp", "r"])
      assert.deepStrictEqual(readdirSync(join(folder, ".tmp")), [])
    })
  )

  it.effect("removes what a process that is gone has begun to write, and nothing of one that is there", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const child = spawnSync(process.execPath, ["--eval", ""])
      const host = hostname().replaceAll(/[^A-Za-z0-9-]/g, "_")
      const mine = `${host}.${process.ppid}.0`
      mkdirSync(join(folder, ".tmp"))
      for (const name of [`${host}.${child.pid}.0`, mine, `other_machine.${child.pid}.0`]) {
        writeFileSync(join(folder, ".tmp", name), "half")
      }
      yield* FileIOManager.make(folder).handleOutput(output(Schema.Number), 1)
      assert.deepStrictEqual(
        readdirSync(join(folder, ".tmp")).toSorted(),
        [mine, `other_machine.${child.pid}.0`].toSorted()
      )
    })
  )

  it.effect("keeps every name apart from every other, where case means nothing and names are short", () =>
    Effect.gen(function* () {
      const files = caseless()
      const io = FileIOManager.make("/values", { fileSystem: files.fileSystem })
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
      for (const path of files.names()) {
        for (const part of path.split("/").slice(2)) {
          assert.isAtMost(part.length, 130)
          assert.notMatch(part, /[. ]$|[<>:"\\|?*]|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
        }
      }
    })
  )

  it.effect("decodes a value once for all that load it, and sees what is written in its place", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { decoded, schema } = counting()
      const io = FileIOManager.make(folder)
      const another = FileIOManager.make(folder)
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

  it.effect("keeps no more values in mind than a bounded number", () =>
    Effect.gen(function* () {
      const { decoded, schema } = counting()
      const io = FileIOManager.make(yield* temporaryFolder)
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

  it.effect("says so where no folder can be made, also where the system only denies that it is there", () =>
    Effect.gen(function* () {
      const place = existsSync("/proc/self") ? "/proc/nowhere" : "/dev/null"
      const error = yield* Effect.flip(FileIOManager.make(join(place, "a/b")).handleOutput(output(Schema.Number), 1))
      assert.instanceOf(error, FileIOError)
    })
  )
})
