import type * as DateTime from "effect/DateTime"

/**
 * Options of partitions by time.
 *
 * @since 0.1.0
 * @source Dagster TimeWindowPartitionsDefinition
 */
export interface TimePartitionsOptions {
  /**
   * The first window starts at or after this: a key, a date or time such as `2026-01-31` or `2026-01-31T06:00` on the clock
   * of the time zone, or a moment.
   */
  readonly start: string | DateTime.DateTime
  /**
   * The last window ends at or before this; written like `start`.
   *
   * @default windows are added as time passes
   */
  readonly end?: string | DateTime.DateTime
  /**
   * How many windows exist beyond those that are over: 1 adds the one that is under way, -1 takes the last one away.
   *
   * @default 0
   */
  readonly endOffset?: number
  /**
   * The time zone of windows and keys: a name such as `Europe/Berlin`, or an offset such as `+02:00`.
   *
   * @default "UTC"
   */
  readonly timeZone?: string
  /**
   * Windows that are left out: those that start at a moment of a cron expression, and those that start at a date or moment
   * written like `start`.
   *
   * @default no window is left out
   * @example
   * // weekdays, without a holiday
   * Partitions.daily({ start: "2024-01-01", exclusions: ["0 0 * * 0,6", "2024-12-25"] })
   */
  readonly exclusions?: ReadonlyArray<string | DateTime.DateTime>
  /**
   * The format of keys: text with the fields `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%z` (offset) and `%%`.
   *
   * @default "%Y-%m-%d", and "%Y-%m-%d-%H:%M" where there are several windows a day
   */
  readonly format?: string
}

/**
 * Options of hourly partitions.
 *
 * @since 0.1.0
 * @source Dagster HourlyPartitionsDefinition
 */
export interface HourlyPartitionsOptions extends TimePartitionsOptions {
  /**
   * The minute at which windows start, 0 to 59.
   *
   * @default 0
   */
  readonly minuteOffset?: number
}

/**
 * Options of daily partitions.
 *
 * @since 0.1.0
 * @source Dagster DailyPartitionsDefinition
 */
export interface DailyPartitionsOptions extends HourlyPartitionsOptions {
  /**
   * The hour at which windows start, 0 to 23.
   *
   * @default 0
   */
  readonly hourOffset?: number
}

/**
 * Options of weekly partitions.
 *
 * @since 0.1.0
 * @source Dagster WeeklyPartitionsDefinition
 */
export interface WeeklyPartitionsOptions extends DailyPartitionsOptions {
  /**
   * The day on which weeks start, from 0 (Sunday) to 6 (Saturday).
   *
   * @default 0
   */
  readonly dayOffset?: number
}

/**
 * Options of monthly partitions.
 *
 * @since 0.1.0
 * @source Dagster MonthlyPartitionsDefinition
 */
export interface MonthlyPartitionsOptions extends DailyPartitionsOptions {
  /**
   * The day on which months start, 1 to 31. In a month without that day no window starts, and the one before goes on.
   *
   * @default 1
   */
  readonly dayOffset?: number
}
