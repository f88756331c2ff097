import * as Schema from "effect/Schema"

/** The fields of every event. `timestamp` is in milliseconds since the epoch. */
export const everyEvent = {
  id: Schema.String,
  runId: Schema.String,
  timestamp: Schema.Finite
}

/** The fields of every event of an attempt of a step. `attempt` counts from 1. */
export const stepEvent = {
  ...everyEvent,
  stepKey: Schema.String,
  attempt: Schema.Int
}
