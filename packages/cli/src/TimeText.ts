const two = (n: number): string => String(n).padStart(2, "0")

/**
 * Formats times and durations.
 *
 * @since 0.1.0
 */
export const TimeText = {
  /**
   * A duration: `0 ms`, `840 ms`, `12.3 s`, `3 m 04 s`, `2 h 05 m`, `3 d 04 h`.
   *
   * @param millis - milliseconds; negative values count as 0
   */
  duration: (millis: number): string => {
    const ms = Math.max(0, millis)
    if (ms < 999.5) return `${Math.round(ms)} ms`
    if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_995 ? 2 : 1)} s`
    const seconds = Math.round(ms / 1000)
    if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`
    const minutes = Math.round(ms / 60_000)
    if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`
    const hours = Math.round(ms / 3_600_000)
    return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`
  },

  /**
   * Local time of day with milliseconds: `03:41:07.120`.
   *
   * @param timestamp - milliseconds since the epoch
   */
  clock: (timestamp: number): string => {
    const at = new Date(timestamp)
    return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`
  },

  /**
   * Local date and time: `2026-11-24 03:41:07`.
   *
   * @param timestamp - milliseconds since the epoch
   */
  stamp: (timestamp: number): string => {
    const at = new Date(timestamp)
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${TimeText.clock(timestamp).slice(0, 8)}`
  },

  /**
   * Round tick values for a time axis that starts at 0.
   *
   * @param span - length of the axis in milliseconds, > 0
   * @param most - maximum number of ticks, ≥ 1
   * @returns position of each tick in milliseconds; the first is 0
   */
  ticks: (span: number, most: number): ReadonlyArray<number> => {
    const step = STEPS.find((candidate) => span / candidate <= most) ?? roundUp(span / most)
    return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => i * step)
  },

  /**
   * The label of a tick: `250 ms`, `1.5 s`, `2 m 30 s`.
   *
   * @param millis - milliseconds from the start of the axis
   * @param step - milliseconds between two ticks
   */
  tick: (millis: number, step: number): string => {
    if (millis === 0) return "0"
    if (step < 1000 && millis < 1000) return `${millis} ms`
    if (millis < 60_000) return `${Number((millis / 1000).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1))} s`
    const seconds = millis / 1000
    if (seconds < 3600)
      return seconds % 60 === 0 ? `${seconds / 60} m` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`
    const minutes = Math.round(seconds / 60)
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} m`
  }
}

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000
]

const roundUp = (millis: number): number => Math.ceil(millis / 86_400_000) * 86_400_000
