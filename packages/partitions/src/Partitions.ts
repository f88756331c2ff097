import * as DateTime from "effect/DateTime"

/**
 * A set of keys into which an asset is divided. `K` is the type of a key.
 *
 * @since 0.1.0
 * @source Dagster PartitionsDefinition
 */
export interface Partitions<in out K extends string> {
  readonly _tag: "Fixed" | "Daily"
  /** The keys that exist at a moment, in order; `now` in milliseconds since the epoch. */
  readonly keys: (now: number) => ReadonlyArray<K>
  /** Tells whether a text is a key that exists at a moment. */
  readonly has: (key: string, now: number) => key is K
}

const dayOf = (utc: DateTime.Utc): string => DateTime.formatIsoDateUtc(utc)

/**
 * The days of daily partitions.
 *
 * @since 0.1.0
 */
export interface DailyPartitionsOptions {
  /** The first day, such as `2026-01-31`. */
  readonly start: string
  /**
   * The first day after the last partition.
   *
   * @default the current day, in UTC
   */
  readonly end?: string
}

/**
 * Constructors of partitions.
 *
 * @since 0.1.0
 */
export const Partitions = {
  /**
   * A fixed list of keys, in the order in which they are given.
   *
   * @param keys - the keys, each once
   * @source Dagster StaticPartitionsDefinition
   */
  fixed: <const K extends string>(keys: ReadonlyArray<K>): Partitions<K> => {
    const known: ReadonlySet<string> = new Set(keys)
    if (known.size !== keys.length) {
      const twice = keys.find((key, i) => keys.indexOf(key) !== i)
      throw new TypeError(`Partition key "${twice}" is listed twice`)
    }
    return { _tag: "Fixed", keys: () => keys, has: (key): key is K => known.has(key) }
  },

  /**
   * One key for every day that is over, such as `2026-01-31`, in UTC.
   *
   * @param options - the days, as `DailyPartitionsOptions`
   * @source Dagster DailyPartitionsDefinition
   */
  daily: (options: DailyPartitionsOptions): Partitions<string> => {
    const read = (text: string, field: string): DateTime.Utc => {
      const utc = /^\d{4}-\d{2}-\d{2}$/.test(text) ? DateTime.make(text) : undefined
      if (utc === undefined || utc._tag === "None" || dayOf(utc.value) !== text) {
        throw new TypeError(`Partitions.daily: ${field} "${text}" is not a day, write it as 2026-01-31`)
      }
      return utc.value
    }
    const start = read(options.start, "start")
    const end = options.end === undefined ? undefined : read(options.end, "end")
    const startMillis = DateTime.toEpochMillis(start)
    const endAt = (now: number): number => {
      const today = DateTime.toEpochMillis(DateTime.startOf(DateTime.makeUnsafe(now), "day"))
      return end === undefined ? today : Math.min(today, DateTime.toEpochMillis(end))
    }
    return {
      _tag: "Daily",
      keys: (now) => {
        const keys: Array<string> = []
        const last = endAt(now)
        let day: DateTime.Utc = start
        while (DateTime.toEpochMillis(day) < last) {
          keys.push(dayOf(day))
          day = DateTime.add(day, { days: 1 })
        }
        return keys
      },
      has: (key, now): key is string => {
        if (!/^\d{4}-\d{2}-\d{2}$/.test(key)) return false
        const day = DateTime.make(key)
        if (day._tag === "None" || dayOf(day.value) !== key) return false
        const millis = DateTime.toEpochMillis(day.value)
        return millis >= startMillis && millis < endAt(now)
      }
    }
  }
}
