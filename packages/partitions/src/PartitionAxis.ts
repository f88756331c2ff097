import type * as DateTime from "effect/DateTime"
import type { OneDimensionDescription, TimeWindowsDescription } from "./PartitionsDescription.ts"

/**
 * Windows of time, numbered from the first, 0. Numbers outside of those that exist are windows too: negative ones come
 * before the start.
 *
 * @since 0.1.0
 */
export interface WindowAxis {
  readonly description: TimeWindowsDescription
  readonly zone: DateTime.TimeZone
  /** The start of a window, in milliseconds since the epoch; infinite beyond the years 1000 to 9999. */
  readonly startOf: (index: number) => number
  /** The end of a window, which is the start of the next unless that is excluded. */
  readonly endOf: (index: number) => number
  /** Whether each window ends where the next one starts. */
  readonly gapless: boolean
  /** How many windows start before a moment in milliseconds, from the first on. */
  readonly countBefore: (millis: number) => number
  /** The key of a window, whether it exists or not. */
  readonly keyOf: (index: number) => string
}

/**
 * One dimension of partitions at a moment: its keys, numbered from 0.
 *
 * @since 0.1.0
 */
export interface PartitionAxis {
  /** The name of the dimension; `undefined` when it is the only one. */
  readonly dimension: string | undefined
  readonly description: OneDimensionDescription
  readonly count: number
  readonly keyAt: (index: number) => string | undefined
  readonly indexOf: (key: string) => number | undefined
  /** Why a text is not a key, and the key that was probably meant. */
  readonly explain: (key: string) => { readonly reason: string; readonly nearest?: string }
  /** The windows, of a dimension of time. */
  readonly windows: WindowAxis | undefined
}
