import type { PartitionMoment } from "@heddle/partitions/Partitions"
import type { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** Names of the dynamic partitions in a description. */
const dynamicNames = (description: PartitionsDescription): ReadonlyArray<string> => {
  const dimensions = description._tag === "multi" ? Object.values(description.dimensions) : [description]
  return dimensions.flatMap((each) => (each._tag === "dynamic" ? [each.name] : []))
}

/**
 * When partitions are looked at: now, with the keys of the dynamic ones.
 *
 * @param known - what the partitions are that are looked at
 */
export const momentOf = Effect.fnUntraced(function* (
  known: ReadonlyArray<PartitionsDescription>
): Effect.fn.Return<
  { readonly now: number; readonly dynamic?: NonNullable<PartitionMoment["dynamic"]> },
  StorageError,
  DynamicPartitions
> {
  const now = (yield* Clock.Clock).currentTimeMillisUnsafe()
  const names = [...new Set(known.flatMap(dynamicNames))]
  if (names.length === 0) return { now }
  const { list } = yield* DynamicPartitions
  const entries = yield* Effect.forEach(names, (name) => Effect.map(list(name), (keys) => [name, keys] as const))
  return { now, dynamic: Object.fromEntries(entries) }
})
