import { Schema } from "effect"

/** Flights from one airport to another, one way. */
export const Route = Schema.Struct({
  origin: Schema.String,
  originCity: Schema.String,
  destination: Schema.String,
  destinationCity: Schema.String,
  miles: Schema.Int,
  flights: Schema.Int,
  /** Mean arrival delay in minutes. */
  delay: Schema.Finite,
  /** Share of flights that land 15 minutes late or later, from 0 to 1. */
  lateShare: Schema.Finite
})
export type Route = typeof Route.Type

/** The routes with the highest mean delay, worst first, among those with at least `minimumFlights`. */
export const WorstRoutes = Schema.Struct({ minimumFlights: Schema.Int, routes: Schema.Array(Route) })
export type WorstRoutes = typeof WorstRoutes.Type
