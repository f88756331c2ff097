import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import * as Result from "effect/Result"

/** From the start of the first window of time to the end of the last; nothing unless exactly one dimension is of time. */
export const windowOfRange = (set: PartitionSet<string>, { from, to }: PartitionKeyRange): TimeWindow | undefined => {
  const first = set.windowOf(from)
  const last = from === to ? first : set.windowOf(to)
  return first === undefined || last === undefined ? undefined : { start: first.start, end: last.end }
}

/** The range that some keys are, in the order of the partitions; nothing if there are partitions between them that are not among the keys. */
export const rangeOfKeys = (set: PartitionSet<string>, keys: ReadonlyArray<string>): PartitionKeyRange | undefined => {
  const [from, to] = [keys[0], keys.at(-1)]
  if (from === undefined || to === undefined) return undefined
  const spans = PartitionKeyRange.spans(set, { from, to })
  if (Result.isFailure(spans)) return undefined
  const count = spans.success.reduce((all, [start, end]) => all * (end - start), 1)
  return count === keys.length ? { from, to } : undefined
}
