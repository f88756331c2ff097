/** Counts per step of a run, with the labels of the table. */
export const METRICS = {
  events: "events appended",
  appends: "appends",
  handled: "events handled by the engine",
  launches: "attempts launched",
  statements: "SQL statements",
  transactions: "transactions written",
  own: "entries into Heddle's code",
  effect: "entries into Effect's code",
  allocated: "bytes allocated",
  held: "bytes kept at the end"
} as const

export type Metric = keyof typeof METRICS

/** The value of each count for a run. */
export type Counts = { readonly [metric in Metric]: number }

/** Output of `count.ts`: counts per step, by size of the run. */
export type CountsBySize = { readonly [n: string]: Counts }
