import type * as DateTime from "effect/DateTime"

/**
 * A span of time in the time zone of its partitions.
 *
 * @since 0.1.0
 * @source Dagster TimeWindow
 */
export interface TimeWindow {
  readonly start: DateTime.Zoned
  /** The end, which is not part of it. */
  readonly end: DateTime.Zoned
}
