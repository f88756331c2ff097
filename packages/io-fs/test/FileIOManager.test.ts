import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, detachedOutputContext, Job, Op, Out, ValueNotFound } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { FileIOError, FileIOManager } from "@heddle/io-fs"
import { Arbitrary, Effect, Schema, SchemaGetter } from "effect"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
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
      const list = Op.outputs("list", {
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
        "r%2F1/list/count.json",
        "r%2F1/list/item/a.json",
        "r%2F1/list/item/b.json",
        "r%2F1/millis[a]/result.json",
        "r%2F1/millis[b]/result.json",
        "r%2F1/sum/result.json"
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
      assert.deepStrictEqual(readdirSync(folder), ["r"])
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
