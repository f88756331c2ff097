import { assert, describe, it } from "@effect/vitest"
import { detachedInputContext, detachedOutputContext } from "@heddle/definitions"
import { ByteStream, PathFormat, PathIOManager } from "@heddle/io-fs"
import { Deferred, Effect, Fiber, Layer, Path, Schema, Stream } from "effect"
import { MemoryFileSystem } from "./memoryFileSystem.ts"

/** A store in memory, with the value of one output. */
const storeOf = (format: PathFormat, schema: Schema.Top) => {
  const files = new MemoryFileSystem()
  const manager = Effect.provide(
    PathIOManager.make({ folder: "/values", format }),
    Layer.mergeAll(files.layer, Path.layer)
  )
  const address = { runId: "r", stepKey: "step", output: "result" }
  return {
    files,
    write: (value: unknown) =>
      Effect.flatMap(manager, (io) => io.handleOutput(detachedOutputContext({ ...address, schema }), value)),
    read: Effect.flatMap(manager, (io) =>
      io.loadInput(detachedInputContext({ input: "n", stepKey: "next", runId: "r", upstream: address, schema }))
    )
  }
}

const chunk = (byte: number): Uint8Array => new Uint8Array(1000).fill(byte)

describe("PathIOManager", () => {
  it.effect("stores bytes unchanged, in a file that other programs can read", () =>
    Effect.gen(function* () {
      const { files, read, write } = storeOf(PathFormat.bytes, Schema.Uint8Array)
      yield* write(new Uint8Array([72, 105]))
      assert.deepStrictEqual(files.files, ["/values/r/step/result"])
      assert.strictEqual(files.text("/values/r/step/result"), "Hi")
      assert.deepStrictEqual(yield* read, new Uint8Array([72, 105]))
    })
  )

  it.effect("reports a value that the format cannot store, and what to do", () =>
    Effect.gen(function* () {
      const bytes = yield* Effect.flip(storeOf(PathFormat.bytes, Schema.String).write("text"))
      assert.include(String(bytes), 'Give the output the schema "Schema.Uint8Array"')
      const stream = yield* Effect.flip(storeOf(PathFormat.stream, Schema.String).write("text"))
      assert.include(String(stream), 'Give the output the schema "ByteStream"')
    })
  )

  it.effect("writes and reads a stream while it runs", () =>
    Effect.gen(function* () {
      const { files, read, write } = storeOf(PathFormat.stream, ByteStream)
      const unwritten: Array<number> = []
      yield* write(
        Stream.range(1, 50).pipe(
          Stream.rechunk(1),
          Stream.map((n) => {
            unwritten.push((n - 1) * 1000 - files.size)
            return chunk(n)
          })
        )
      )
      assert.strictEqual(unwritten.length, 50)
      // Of what has been made, no more than a few chunks are not written yet.
      assert.isAtMost(Math.max(...unwritten), 3000)
      const loaded = (yield* read) as ByteStream
      assert.strictEqual(
        yield* Stream.runFold(
          loaded,
          () => 0,
          (sum, part) => sum + part.length
        ),
        50_000
      )
      // A value can be read again.
      assert.strictEqual(
        yield* Stream.runFold(
          loaded,
          () => 0,
          (sum, part) => sum + part[0]!
        ),
        (50 * 51) / 2
      )
    })
  )

  it.effect("keeps the earlier value if a stream fails, and leaves no part of the new one", () =>
    Effect.gen(function* () {
      const { files, write } = storeOf(PathFormat.stream, ByteStream)
      yield* write(Stream.make(chunk(1)))
      const broken = Stream.concat(Stream.make(chunk(2)), Stream.fail(new Error("the line was cut")))
      assert.include(String(yield* Effect.flip(write(broken))), "the line was cut")
      assert.deepStrictEqual(files.files, ["/values/r/step/result"])
      assert.strictEqual(files.text("/values/r/step/result")[0], "\u0001")
    })
  )

  it.effect("stops an interrupted stream, and leaves no part of it", () =>
    Effect.gen(function* () {
      const { files, write } = storeOf(PathFormat.stream, ByteStream)
      const flows = yield* Deferred.make<void>()
      const waits = Stream.fromEffect(Effect.andThen(Deferred.succeed(flows, undefined), Effect.never))
      const fiber = yield* Effect.forkChild(write(Stream.concat(Stream.make(chunk(1)), waits)))
      yield* Deferred.await(flows)
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(files.files, [])
    })
  )

  it.effect("stores values in a custom format", () =>
    Effect.gen(function* () {
      const lines: PathFormat = {
        extension: ".txt",
        encode: (value) => (value as ReadonlyArray<string>).join("\n"),
        decode: (file) => Effect.map(file.text, (text) => text.split("\n"))
      }
      const { files, read, write } = storeOf(lines, Schema.Array(Schema.String))
      yield* write(["a", "b"])
      assert.deepStrictEqual(files.files, ["/values/r/step/result.txt"])
      assert.deepStrictEqual(yield* read, ["a", "b"])
    })
  )

  it.effect("reports which value a format could not read", () =>
    Effect.gen(function* () {
      const strange: PathFormat = {
        ...PathFormat.json,
        isShared: false,
        decode: () => Effect.fail("no header")
      }
      const { read, write } = storeOf(strange, Schema.Number)
      yield* write(1)
      const error = String(yield* Effect.flip(read))
      assert.include(error, 'Cannot read output "result" of step "step"')
      assert.include(error, "no header")
    })
  )
})
