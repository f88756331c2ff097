import { assert, layer } from "@effect/vitest"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"

/** A new name, for stores that outlive a test. */
const newName = Effect.sync(() => crypto.randomUUID())

const add = (name: string, keys: ReadonlyArray<string>) => DynamicPartitions.use((store) => store.add(name, keys))
const remove = (name: string, keys: ReadonlyArray<string>) => DynamicPartitions.use((store) => store.remove(name, keys))
const list = (name: string) => DynamicPartitions.use((store) => store.list(name))
const has = (name: string, key: string) => DynamicPartitions.use((store) => store.has(name, key))

const suite = <E>(name: string, instance: Layer.Layer<Instance, E>): void =>
  layer(instance)(`DynamicPartitions: ${name}`, (it) => {
    it.effect("lists keys in the order in which they were added, without duplicates", () =>
      Effect.gen(function* () {
        const customers = yield* newName
        assert.deepStrictEqual(yield* list(customers), [])
        assert.deepStrictEqual(yield* add(customers, ["cid", "ann", "cid"]), ["cid", "ann"])
        assert.deepStrictEqual(yield* add(customers, ["bob", "ann"]), ["bob"])
        assert.deepStrictEqual(yield* add(customers, []), [])
        assert.deepStrictEqual(yield* list(customers), ["cid", "ann", "bob"])
      })
    )

    it.effect("removes keys, and appends a key that is added again", () =>
      Effect.gen(function* () {
        const customers = yield* newName
        yield* add(customers, ["ann", "bob", "cid"])
        assert.deepStrictEqual(yield* remove(customers, ["dan", "bob", "ann", "bob"]), ["bob", "ann"])
        assert.deepStrictEqual(yield* remove(customers, ["bob"]), [])
        yield* add(customers, ["ann"])
        assert.deepStrictEqual(yield* list(customers), ["cid", "ann"])
      })
    )

    it.effect("tells whether a key exists, by its exact text", () =>
      Effect.gen(function* () {
        const customers = yield* newName
        yield* add(customers, ["ann", "ä|b/c ", "🧵"])
        for (const key of ["ann", "ä|b/c ", "🧵"]) assert.isTrue(yield* has(customers, key), key)
        for (const key of ["Ann", "an", "ä|b/c", "a\u0308|b/c ", "", "\ud800", "ann\u0000"]) {
          assert.isFalse(yield* has(customers, key), key)
        }
      })
    )

    it.effect("keeps names apart, and lists those that have keys", () =>
      Effect.gen(function* () {
        const [one, two, none] = [yield* newName, yield* newName, yield* newName]
        yield* add(one, ["a"])
        yield* add(two, ["b"])
        yield* add(none, ["c"])
        yield* remove(none, ["c"])
        assert.deepStrictEqual([yield* list(one), yield* list(two)], [["a"], ["b"]])
        assert.isFalse(yield* has(one, "b"))
        const names = yield* DynamicPartitions.use((store) => store.names)
        assert.deepStrictEqual(
          names.filter((each) => each === one || each === two || each === none),
          [one, two].toSorted()
        )
      })
    )

    it.effect("adds all keys or none, and reports what is wrong with each", () =>
      Effect.gen(function* () {
        const customers = yield* newName
        yield* add(customers, ["ann"])
        const error = yield* Effect.flip(add(customers, ["bob", "", "a...b", "\n", "\ud800"]))
        assert.strictEqual(error._tag, "PartitionKeysInvalid")
        assert.deepStrictEqual(error._tag === "PartitionKeysInvalid" ? error.problems.map(({ key }) => key) : [], [
          "",
          "a...b",
          "\n",
          "\ud800"
        ])
        assert.include(error.message, 'key "" must not be empty')
        assert.include((yield* Effect.flip(add("", ["bob"]))).message, "the name must not be empty")
        assert.deepStrictEqual(yield* list(customers), ["ann"])
        assert.deepStrictEqual(
          [yield* list("\ud800"), yield* remove("\ud800", ["a"]), yield* has("\ud800", "a")],
          [[], [], false]
        )
      })
    )

    it.effect("accepts 10,000 keys at once, and concurrent additions", () =>
      Effect.gen(function* () {
        const many = yield* newName
        const keys = Array.from({ length: 10_000 }, (_, i) => `key ${i}`)
        assert.strictEqual((yield* add(many, keys)).length, 10_000)
        assert.deepStrictEqual(yield* list(many), keys)
        const added = yield* Effect.all(
          ["x", "y", "x"].map((key) => add(many, [key])),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(added.flat().toSorted(), ["x", "y"])
        assert.strictEqual((yield* remove(many, keys)).length, 10_000)
        assert.deepStrictEqual((yield* list(many)).toSorted(), ["x", "y"])
      })
    )
  })

/**
 * The rules of `DynamicPartitions`, for every implementation of it.
 *
 * @since 0.1.0
 */
export const DynamicPartitionsSuite = {
  /**
   * Registers the tests with vitest.
   *
   * @param name - name of the implementation
   * @param instance - layer of an instance; one is shared by all tests
   */
  suite
}
