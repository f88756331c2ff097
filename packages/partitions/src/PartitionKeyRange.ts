import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { InvalidPartitionKeyRange } from "./InvalidPartitionKeyRange.ts"
import type { PartitionSet } from "./PartitionSet.ts"
import type { UnknownPartitionKey } from "./UnknownPartitionKey.ts"

const schema = Schema.Struct({ from: Schema.String, to: Schema.String })

/**
 * The partitions from one key to another, both included. Among several dimensions, it is a range in each of them.
 *
 * @since 0.1.0
 * @source Dagster PartitionKeyRange
 */
export interface PartitionKeyRange<K extends string = string> {
  readonly from: K
  readonly to: K
}

const BETWEEN = "..."

/** The numbers of a range in one dimension; the end is left out. */
type Span = readonly [from: number, to: number]

/**
 * Finds a range in each dimension of a set.
 *
 * @param set - the partitions at a moment
 * @param range - the first and the last key
 * @returns for each dimension the number of its first key, and that after its last; or why it is not a range
 */
const spans = <K extends string>(
  set: PartitionSet<K>,
  range: PartitionKeyRange
): Result.Result<ReadonlyArray<Span>, UnknownPartitionKey | InvalidPartitionKeyRange> => {
  const checked = set.check(range.from === range.to ? [range.from] : [range.from, range.to])
  if (Result.isFailure(checked)) return Result.fail(checked.failure)
  const parts = (key: string): ReadonlyArray<string> => (set.axes.length === 1 ? [key] : key.split("|"))
  const [from, to] = [parts(range.from), parts(range.to)]
  const found: Array<Span> = []
  for (const [i, axis] of set.axes.entries()) {
    const [start, end] = [axis.indexOf(from[i]!)!, axis.indexOf(to[i]!)!]
    if (end < start) {
      const { dimension } = axis
      return Result.fail(
        new InvalidPartitionKeyRange({
          from: range.from,
          to: range.to,
          ...(dimension === undefined ? {} : { dimension })
        })
      )
    }
    found.push([start, end + 1])
  }
  return Result.succeed(found)
}

/**
 * Constructors and readings of ranges of keys.
 *
 * @since 0.1.0
 */
export const PartitionKeyRange = {
  schema,

  /**
   * Reads `2026-01...2026-06`, or one key, which is a range of one.
   *
   * @param text - one key, or two keys with `...` between them
   * @returns the range; `undefined` when a key is empty or there are more than two
   */
  parse: (text: string): PartitionKeyRange | undefined => {
    const [from, to = from, ...others] = text.split(BETWEEN)
    return from === undefined || to === undefined || from === "" || to === "" || others.length > 0
      ? undefined
      : { from, to }
  },

  /** Writes a range as `2026-01...2026-06`, and a range of one as its key. */
  format: ({ from, to }: PartitionKeyRange): string => (from === to ? from : `${from}${BETWEEN}${to}`),

  spans
}
