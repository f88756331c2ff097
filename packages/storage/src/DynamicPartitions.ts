import { PartitionKey } from "@heddle/partitions/PartitionKey"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { StorageError } from "./StorageError.ts"

const Problem = Schema.Struct({
  /** The key as it was given. */
  key: Schema.String,
  /** Why the key is not valid, as the end of a sentence that starts with the key. */
  reason: Schema.String
})

/**
 * Keys or a name of dynamic partitions that are not valid, each with the reason. None of the keys was added.
 *
 * @since 0.1.0
 */
export class PartitionKeysInvalid extends Schema.TaggedError<PartitionKeysInvalid>()("PartitionKeysInvalid", {
  /** The name of the dynamic partitions. */
  name: Schema.String,
  /** Why the name is not valid; absent if it is. */
  nameReason: Schema.optionalKey(Schema.String),
  problems: Schema.Array(Problem)
}) {
  override get message(): string {
    const lines = [
      ...(this.nameReason === undefined ? [] : [`the name ${this.nameReason}`]),
      ...this.problems.map(({ key, reason }) => `key ${JSON.stringify(key)} ${reason}`)
    ]
    const subject = `Cannot add keys to the dynamic partitions ${JSON.stringify(this.name)}`
    return lines.length === 1
      ? `${subject}: ${lines[0]}`
      : [`${subject}:`, ...lines.map((line) => `  ${line}`)].join("\n")
  }
}

/**
 * Checks keys before they are added.
 *
 * @returns the keys in their order, without duplicates
 */
const checkKeys = (
  name: string,
  keys: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string>, PartitionKeysInvalid> =>
  Effect.suspend(() => {
    const distinct = [...new Set(keys)]
    const nameReason = PartitionKey.problem(name)
    const problems = distinct.flatMap((key) => {
      const reason = PartitionKey.problem(key)
      return reason === undefined ? [] : [{ key, reason }]
    })
    return nameReason === undefined && problems.length === 0
      ? Effect.succeed(distinct)
      : Effect.fail(new PartitionKeysInvalid({ name, problems, ...(nameReason === undefined ? {} : { nameReason }) }))
  })

/**
 * The keys of dynamic partitions, which are added and removed while the system runs. Definitions with one name share their
 * keys.
 *
 * @since 0.1.0
 * @source Dagster DynamicPartitionsStore
 */
export class DynamicPartitions extends Context.Service<
  DynamicPartitions,
  {
    /**
     * Adds keys: all or none of them.
     *
     * @param name - the name of the partitions, as in `Partitions.dynamic`
     * @param keys - the keys; existing ones keep their position
     * @returns the keys that did not exist yet, in their order
     */
    readonly add: (
      name: string,
      keys: ReadonlyArray<string>
    ) => Effect.Effect<ReadonlyArray<string>, PartitionKeysInvalid | StorageError>
    /**
     * Removes keys. Their materializations stay.
     *
     * @returns the keys that existed, in the given order
     */
    readonly remove: (name: string, keys: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<string>, StorageError>
    /** Lists the keys in the order in which they were added. The list of an unknown name is empty. */
    readonly list: (name: string) => Effect.Effect<ReadonlyArray<string>, StorageError>
    /** Tells whether a key exists. */
    readonly has: (name: string, key: string) => Effect.Effect<boolean, StorageError>
    /** The names of partitions that have keys, sorted. */
    readonly names: Effect.Effect<ReadonlyArray<string>, StorageError>
  }
>()("@heddle/storage/DynamicPartitions") {
  /** Checks keys before they are added, for implementations. Returns each key once, or fails with `PartitionKeysInvalid`. */
  static readonly checkKeys = checkKeys

  /** Layer that keeps the keys in memory. */
  static readonly layerMemory: Layer.Layer<DynamicPartitions> = Layer.effect(
    DynamicPartitions,
    Effect.sync(() => {
      const stored = new Map<string, Set<string>>()
      return DynamicPartitions.of({
        add: (name, keys) =>
          Effect.map(checkKeys(name, keys), (distinct) => {
            const own = stored.get(name) ?? new Set()
            const added = distinct.filter((key) => !own.has(key))
            for (const key of added) own.add(key)
            if (own.size > 0) stored.set(name, own)
            return added
          }),
        remove: (name, keys) =>
          Effect.sync(() => {
            const own = stored.get(name)
            const removed = [...new Set(keys)].filter((key) => own?.delete(key) === true)
            if (own?.size === 0) stored.delete(name)
            return removed
          }),
        list: (name) => Effect.sync(() => [...(stored.get(name) ?? [])]),
        has: (name, key) => Effect.sync(() => stored.get(name)?.has(key) === true),
        names: Effect.sync(() => [...stored.keys()].toSorted((a, b) => (a < b ? -1 : 1)))
      })
    })
  )
}
