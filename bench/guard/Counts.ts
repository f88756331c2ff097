/** What is counted of a run, in the words of the table. */
export const METRICS = {
  events: "events appended",
  appends: "appends",
  transitions: "events folded by the engine",
  launches: "attempts launched",
  statements: "SQL statements",
  transactions: "transactions written",
  own: "entries into code of ours",
  effect: "entries into code of Effect",
  allocated: "bytes allocated",
  held: "bytes held when all is done"
} as const

export type Metric = keyof typeof METRICS

/** How much there was of each in a run. */
export type Counts = { readonly [metric in Metric]: number }

/** What a process of `count.ts` prints: the counts of runs of several sizes, for each step. */
export type CountsBySize = { readonly [n: string]: Counts }
