import { Schema } from "effect"

/** One hour of the day or one day of the week; `lateShare` is the share of flights that land 15 minutes late or later, from 0 to 1. */
export const Slot = Schema.Struct({ slot: Schema.Int, flights: Schema.Int, lateShare: Schema.Finite })
export type Slot = typeof Slot.Type

/** Bounds of the delay classes in minutes; a class reaches from its bound up to the next. */
export const classes = [
  { from: -120, label: "15+ early" },
  { from: -15, label: "early" },
  { from: 0, label: "0 to 15" },
  { from: 15, label: "15 to 30" },
  { from: 30, label: "30 to 60" },
  { from: 60, label: "1 to 2 h" },
  { from: 120, label: "over 2 h" }
] as const

/** When flights leave and how late they land, for an airport or for the whole country. Slots without a flight are left out. */
export const Pattern = Schema.Struct({
  flights: Schema.Int,
  meanDelay: Schema.Finite,
  medianDelay: Schema.Finite,
  /** 90th percentile of the arrival delay. */
  ninthDecile: Schema.Finite,
  /** Share of flights that land 15 minutes late or later, from 0 to 1. */
  lateShare: Schema.Finite,
  /** By hour of the actual departure, local time, 0 to 23. */
  hours: Schema.Array(Slot),
  /** By day of the week, 1 is Monday. */
  weekdays: Schema.Array(Slot),
  /** Flights per class of `classes`, in their order. */
  classes: Schema.Array(Schema.Int)
})
export type Pattern = typeof Pattern.Type

export const Place = Schema.Struct({
  code: Schema.String,
  name: Schema.String,
  city: Schema.String,
  state: Schema.String,
  latitude: Schema.Finite,
  longitude: Schema.Finite
})
export type Place = typeof Place.Type

export const Destination = Schema.Struct({
  code: Schema.String,
  city: Schema.String,
  state: Schema.String,
  miles: Schema.Int,
  flights: Schema.Int,
  delay: Schema.Finite
})

/** Everything that the page of an airport shows. */
export const AirportProfile = Schema.Struct({
  place: Place,
  pattern: Pattern,
  /** Number of destinations. */
  destinationCount: Schema.Int,
  /** The destinations with the most flights, in descending order. */
  destinations: Schema.Array(Destination),
  /** The day with the highest mean delay, among days with at least a fifth of the usual flights. */
  worstDay: Schema.Struct({ date: Schema.String, flights: Schema.Int, delay: Schema.Finite }),
  longestDelay: Schema.Struct({ date: Schema.String, code: Schema.String, city: Schema.String, minutes: Schema.Int })
})
export type AirportProfile = typeof AirportProfile.Type
