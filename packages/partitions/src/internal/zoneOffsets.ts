import * as DateTime from "effect/DateTime"

/** A moment at which the offset of a time zone changes. Offsets are milliseconds to add to UTC. */
export interface Transition {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly before: number
  readonly after: number
}

/** The offsets of a time zone. */
export interface ZoneOffsets {
  /** Whether the offset never changes. */
  readonly fixed: boolean
  /** The offset at a moment, in milliseconds. */
  readonly at: (millis: number) => number
  /** The changes within one year of UTC, in order. */
  readonly transitions: (year: number) => ReadonlyArray<Transition>
}

const DAY = 86_400_000
/** No zone has changed its offset twice within so short a time since 1970; seven days is the shortest. */
const STEP = 6 * DAY

const offsetAt = (zone: DateTime.TimeZone, millis: number): number =>
  DateTime.zonedOffset(DateTime.makeZonedUnsafe(millis, { timeZone: zone }))

/** The second at which the offset changes, between two moments with different offsets. */
const findChange = (zone: DateTime.TimeZone, from: number, to: number): number => {
  const before = offsetAt(zone, from)
  let low = from
  let high = to
  while (high - low > 1000) {
    const middle = low + Math.floor((high - low) / 2000) * 1000
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return high
}

const findTransitions = (zone: DateTime.TimeZone, year: number): ReadonlyArray<Transition> => {
  const found: Array<Transition> = []
  const end = Date.UTC(year + 1, 0, 1)
  let from = Date.UTC(year, 0, 1)
  let before = offsetAt(zone, from)
  while (from < end) {
    const to = Math.min(from + STEP, end)
    const after = offsetAt(zone, to)
    if (after !== before) found.push({ at: findChange(zone, from, to), before, after })
    from = to
    before = after
  }
  return found
}

const known = new Map<string, ZoneOffsets>()

/** The offsets of a zone. Each year is searched once per process, in about 60 questions to `Intl`. */
export const zoneOffsets = (zone: DateTime.TimeZone): ZoneOffsets => {
  if (zone._tag === "Offset") return { fixed: true, at: () => zone.offset, transitions: () => [] }
  const existing = known.get(zone.id)
  if (existing !== undefined) return existing
  const years = new Map<number, ReadonlyArray<Transition>>()
  const offsets: ZoneOffsets =
    zone.id === "UTC"
      ? { fixed: true, at: () => 0, transitions: () => [] }
      : {
          fixed: false,
          at: (millis) => offsetAt(zone, millis),
          transitions: (year) => {
            const cached = years.get(year)
            if (cached !== undefined) return cached
            const transitions = findTransitions(zone, year)
            years.set(year, transitions)
            return transitions
          }
        }
  known.set(zone.id, offsets)
  return offsets
}
