import { Schema } from "effect"

/**
 * What makes a row unusable, as SQL over `f` (the flight), `o` and `d` (its airports).
 * Order matters: a row counts for the first rule it breaks, so that the counts add up.
 */
export const rules = [
  {
    name: "missing_value",
    breaks: "f.date IS NULL OR f.delay IS NULL OR f.distance IS NULL OR f.origin IS NULL OR f.destination IS NULL",
    because: "A date, delay, distance or airport is missing"
  },
  {
    name: "unknown_airport",
    breaks: "o.iata IS NULL OR d.iata IS NULL",
    because: "An airport is not in the list of airports, so it has no name and no place on the map"
  },
  {
    name: "same_airport",
    breaks: "f.origin = f.destination",
    because: "The flight ends where it began"
  },
  {
    name: "outside_half_year",
    breaks: "f.date < TIMESTAMP '2001-01-01' OR f.date >= TIMESTAMP '2001-07-01'",
    because: "Departures recorded as 24:00 on 30 June fall on 1 July and would look like a seventh month"
  },
  {
    name: "impossibly_early",
    breaks: "f.delay < -120",
    because: "Nothing lands more than two hours early: the earliest of all the others is 87 minutes early"
  },
  {
    name: "date_slipped",
    breaks: "f.delay >= 1380",
    because: "From 23 hours on the counts rise again towards 24: the date is a day off, the delay is not that long"
  }
] as const

/** Rows that were dropped because they break one rule. */
export const Dropped = Schema.Struct({ rule: Schema.String, because: Schema.String, rows: Schema.Int })

/** A route whose mean delay (minutes) the dropped rows would have changed. */
export const Misled = Schema.Struct({
  origin: Schema.String,
  destination: Schema.String,
  flights: Schema.Int,
  dropped: Schema.Int,
  before: Schema.Finite,
  after: Schema.Finite
})

/** What was checked and what it found; `rows` were read, `kept` remain. */
export const DataQuality = Schema.Struct({
  rows: Schema.Int,
  kept: Schema.Int,
  dropped: Schema.Array(Dropped),
  /** The routes that the dropped rows would have misled most about, among those with 100 flights or more. */
  misled: Schema.Array(Misled),
  /** Rows equal to another in every column. Kept: two airlines do leave for one place in one minute. */
  twins: Schema.Int,
  /** So many twins are to be expected by chance among flights that share minute and route. */
  twinsByChance: Schema.Finite
})
export type DataQuality = typeof DataQuality.Type

/** More rows break the rules than the run config allows. */
export class TooManyDropped extends Schema.TaggedError<TooManyDropped>()("TooManyDropped", {
  quality: DataQuality,
  allowed: Schema.Finite
}) {
  override get message() {
    const { rows, kept, dropped } = this.quality
    const share = (part: number) => `${((100 * part) / rows).toFixed(2)} %`
    const worst = dropped.toSorted((a, b) => b.rows - a.rows)[0]
    return `${share(rows - kept)} of the flights break a rule, but ops.clean_flights.config.maximumDropped allows only ${share(this.allowed * rows)}. Most of them break "${worst?.rule}" (${worst?.because})`
  }
}

/** Share of rows that are dropped, from 0 to 1. */
export const droppedShare = (quality: DataQuality): number =>
  quality.rows === 0 ? 1 : (quality.rows - quality.kept) / quality.rows
