import * as Schema from "effect/Schema"

/** What every event carries. `timestamp` is in milliseconds since the epoch. */
export const everyEvent = {
  id: Schema.String,
  runId: Schema.String,
  timestamp: Schema.Finite
}

/** What every event of one attempt of a step carries. `attempt` counts from 1. */
export const stepEvent = {
  ...everyEvent,
  stepKey: Schema.String,
  attempt: Schema.Int
}
