import type { PartitionAxis } from "../PartitionAxis.ts"
import type { OneDimensionDescription } from "../PartitionsDescription.ts"
import { nearestKey } from "./explainKey.ts"

/** The axis of a list of keys. */
export const listAxis = (
  dimension: string | undefined,
  description: OneDimensionDescription,
  keys: ReadonlyArray<string>,
  places: ReadonlyMap<string, number>
): PartitionAxis => ({
  dimension,
  description,
  count: keys.length,
  keyAt: (index) => keys[index],
  indexOf: (key) => places.get(key),
  explain: (key) => {
    const nearest = nearestKey(key, keys)
    const known = keys
      .slice(0, 5)
      .map((each) => `"${each}"`)
      .join(", ")
    const reason =
      keys.length === 0
        ? "is not a key: there are none at the moment"
        : `is not one of the ${keys.length} keys (${known}${keys.length > 5 ? ", …" : ""})`
    return nearest === undefined ? { reason } : { reason, nearest }
  },
  windows: undefined
})

/** The places of keys in a list; of a key that is listed twice, the first. */
export const placesOf = (keys: Iterable<string>): ReadonlyMap<string, number> => {
  const places = new Map<string, number>()
  let place = 0
  for (const key of keys) {
    if (!places.has(key)) places.set(key, place)
    place += 1
  }
  return places
}
