/** The text of a time in a key, by a pattern of `strftime`. */
import type { Calendar } from "./calendar.ts"

const digits = (n: number, length: number): string => String(n).padStart(length, "0")

interface Field {
  readonly pattern: string
  readonly write: (wall: Date, offset: number) => string
}

const offsetText = (offset: number): string => {
  const seconds = Math.round(Math.abs(offset) / 1000)
  const rest = seconds % 60
  const hoursAndMinutes = digits(Math.floor(seconds / 3600), 2) + digits(Math.floor(seconds / 60) % 60, 2)
  return `${offset < 0 ? "-" : "+"}${hoursAndMinutes}${rest === 0 ? "" : digits(rest, 2)}`
}

const OFFSET = "[+-]\\d{4}(?:\\d{2})?"

const fields: { readonly [code: string]: Field } = {
  Y: { pattern: "(?<Y>\\d{4})", write: (wall) => digits(wall.getUTCFullYear(), 4) },
  m: { pattern: "(?<m>\\d{2})", write: (wall) => digits(wall.getUTCMonth() + 1, 2) },
  d: { pattern: "(?<d>\\d{2})", write: (wall) => digits(wall.getUTCDate(), 2) },
  H: { pattern: "(?<H>\\d{2})", write: (wall) => digits(wall.getUTCHours(), 2) },
  M: { pattern: "(?<M>\\d{2})", write: (wall) => digits(wall.getUTCMinutes(), 2) },
  S: { pattern: "(?<S>\\d{2})", write: (wall) => digits(wall.getUTCSeconds(), 2) },
  z: { pattern: `(?<z>${OFFSET})`, write: (_, offset) => offsetText(offset) },
  "%": { pattern: "%", write: () => "%" }
}

/** A time as a key tells it: on the wall clock, as milliseconds as if it were UTC, with an offset if the key has one. */
export interface KeyTime {
  readonly wall: number
  readonly offset: number | undefined
}

/** Reads and writes the keys of one pattern. */
export interface KeyFormat {
  readonly text: string
  /** Whether the pattern itself holds the offset. */
  readonly hasOffset: boolean
  readonly has: (field: string) => boolean
  /** The key of a wall time. `repeated` appends the offset that tells it from the first time the clock showed this. */
  readonly write: (wall: number, offset: number, repeated: boolean) => string
  readonly read: (key: string) => KeyTime | undefined
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&")

/** Milliseconds of an offset such as `-0500`. */
const readOffset = (text: string): number => {
  const part = (from: number): number => Number(text.slice(from, from + 2) || "0")
  return (text[0] === "-" ? -1 : 1) * (part(1) * 3600 + part(3) * 60 + part(5)) * 1000
}

/** Makes the format of a pattern, or lists what is wrong with it. */
export const makeKeyFormat = (text: string): KeyFormat | ReadonlyArray<string> => {
  const problems: Array<string> = []
  const used = new Set<string>()
  const writers: Array<Field["write"]> = []
  let pattern = ""
  for (const [piece, code] of text.matchAll(/%(.?)|[^%]+/gsu)) {
    const field = code === undefined ? undefined : fields[code]
    if (code !== undefined && field === undefined) {
      problems.push(`the format "${text}" has "${piece}": the fields are %Y, %m, %d, %H, %M, %S, %z and %%`)
    } else if (field === undefined) {
      pattern += escaped(piece)
      writers.push(() => piece)
    } else {
      if (code !== "%" && used.has(code!)) problems.push(`the format "${text}" has "%${code}" twice`)
      used.add(code!)
      pattern += field.pattern
      writers.push(field.write)
    }
  }
  if (problems.length > 0) return problems
  const plain = new RegExp(`^${pattern}$`, "u")
  const hasOffset = used.has("z")
  const withOffset = hasOffset ? undefined : new RegExp(`^${pattern}(?<z>${OFFSET})$`, "u")
  return {
    text,
    hasOffset,
    has: (field) => used.has(field),
    write: (wall, offset, repeated) => {
      const date = new Date(wall)
      const key = writers.map((write) => write(date, offset)).join("")
      return repeated && !hasOffset ? key + offsetText(offset) : key
    },
    read: (key) => {
      const groups = (plain.exec(key) ?? withOffset?.exec(key))?.groups
      if (groups === undefined) return undefined
      const part = (field: string, otherwise: number): number => Number(groups[field] ?? otherwise)
      const [year, month, day] = [part("Y", 2000), part("m", 1), part("d", 1)]
      const [hour, minute, second] = [part("H", 0), part("M", 0), part("S", 0)]
      const wall = Date.UTC(year, month - 1, day, hour, minute, second)
      const date = new Date(wall)
      // Fields that do not exist, such as the 30th of February, come out as others.
      const exists =
        date.getUTCFullYear() === year &&
        date.getUTCMonth() === month - 1 &&
        date.getUTCDate() === day &&
        date.getUTCHours() === hour &&
        date.getUTCMinutes() === minute &&
        date.getUTCSeconds() === second
      if (!exists) return undefined
      return { wall, offset: groups["z"] === undefined ? undefined : readOffset(groups["z"]) }
    }
  }
}

/** The fields that a format lacks to give every moment of a calendar a key of its own. */
export const lackingFields = (format: KeyFormat, calendar: Calendar, fixedZone: boolean): ReadonlyArray<string> => {
  const { day, hour, minute, month } = calendar.parts
  // A clock that skips an hour moves times to where others may be.
  const moved = hour && !calendar.everyHour && !fixedZone
  return [
    ...(format.has("Y") ? [] : ["%Y"]),
    ...(month && !format.has("m") ? ["%m"] : []),
    ...(day && !format.has("d") ? ["%d"] : []),
    ...(hour && !format.has("H") ? ["%H"] : []),
    ...((minute || moved) && !format.has("M") ? ["%M"] : [])
  ]
}
