/**
 * Where one step stands.
 *
 * `pending` waits for what it needs, `ready` for a place, `waiting` for the time of its retry. `abandoned` will never
 * start, because something that it needs has failed.
 *
 * A step of a pool asks for a slot once there is a place for it: `claiming` keeps that place until the answer has come.
 * `blocked` has given it up, for the pool is full, and `claimed` has a slot and goes first into the next place.
 */
export type Phase =
  | "pending"
  | "ready"
  | "claiming"
  | "blocked"
  | "claimed"
  | "running"
  | "waiting"
  | "success"
  | "failure"
  | "skipped"
  | "abandoned"
