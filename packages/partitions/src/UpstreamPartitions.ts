import * as Schema from "effect/Schema"
import type { PartitionSubset } from "./PartitionSubset.ts"

const Missing = Schema.Struct({
  /** The first key. */
  from: Schema.String,
  /** The last key; the same as `from` for one partition. */
  to: Schema.String,
  count: Schema.Int
})

/**
 * Upstream partitions that are needed and do not exist.
 *
 * @since 0.1.0
 */
export type MissingPartitions = typeof Missing.Type

/**
 * The upstream partitions that downstream partitions need.
 *
 * @since 0.1.0
 * @source Dagster UpstreamPartitionsResult
 */
export interface UpstreamPartitions<in out K extends string> {
  /** Those that exist. */
  readonly subset: PartitionSubset<K>
  /** Those that are needed and do not exist; empty when all is well. */
  readonly missing: ReadonlyArray<MissingPartitions>
}

/**
 * Upstream partitions that a step needs and that do not exist.
 *
 * @since 0.1.0
 * @source Dagster (DagsterInvariantViolationError for required but nonexistent partitions)
 */
export class UpstreamPartitionsMissing extends Schema.TaggedError<UpstreamPartitionsMissing>()(
  "UpstreamPartitionsMissing",
  {
    /** The upstream partitions in a few words. */
    partitions: Schema.String,
    missing: Schema.Array(Missing)
  }
) {
  override get message(): string {
    const text = ({ count, from, to }: MissingPartitions) =>
      count === 1 ? `"${from}"` : `"${from}" to "${to}" (${count} partitions)`
    return `These upstream partitions are needed and do not exist: ${this.missing.map(text).join(", ")}. If they may be left out, map with allowMissing (partitions: ${this.partitions})`
  }
}
