import type { TimelineStep } from "@heddle/events/RunTimeline"
import { StepKey } from "@heddle/events/StepKey"

/** One line of a list of steps: a single step, or several that are shown as one. */
export type StepRow =
  | { readonly _tag: "Step"; readonly name: string; readonly step: TimelineStep }
  | {
      readonly _tag: "Group"
      readonly name: string
      /** What the group has in common: copies of one op, the inside of a graph, or only that no line was left. */
      readonly kind: "mapped" | "graph" | "rest"
      readonly steps: ReadonlyArray<TimelineStep>
    }

/** Copies of one op that are still listed one by one. */
const MAPPED_LIMIT = 5

const worthALine = (row: StepRow): boolean =>
  row._tag === "Group" || row.step.outcome === "failure" || row.step.outcome === "running"

const stepsOf = (row: StepRow): ReadonlyArray<TimelineStep> => (row._tag === "Group" ? row.steps : [row.step])

const graphOf = (row: StepRow): string => {
  const path = row._tag === "Group" ? row.name : StepKey.nodePath(row.step.stepKey)
  const dot = path.indexOf(".")
  return dot === -1 ? "" : path.slice(0, dot)
}

/** Joins what shares a key, at the place of the first; keys with no more than `limit` members stay apart. */
const foldBy = (
  rows: ReadonlyArray<StepRow>,
  keyOf: (row: StepRow) => string,
  limit: number,
  fold: (key: string, rows: ReadonlyArray<StepRow>) => StepRow
): ReadonlyArray<StepRow> => {
  const byKey = Map.groupBy(rows, keyOf)
  const done = new Set<string>()
  return rows.flatMap((row) => {
    const key = keyOf(row)
    const members = byKey.get(key)!
    if (key === "" || members.length <= limit) return [row]
    if (done.has(key)) return []
    done.add(key)
    return [fold(key, members)]
  })
}

/**
 * Arranges the steps of a run into few enough lines to read.
 *
 * @since 0.1.0
 */
export const StepRows = {
  /**
   * Lists steps in the order in which they started. Copies of one mapped op become one line when there are more than
   * five; past `most` lines, so do the insides of graphs, and at last all that neither failed nor runs.
   *
   * @param steps - steps in the order in which they started; skipped ones are left out
   * @param most - lines to aim for, ≥ 2
   */
  ofSteps: (steps: ReadonlyArray<TimelineStep>, most: number): ReadonlyArray<StepRow> => {
    const single = steps
      .filter((step) => step.outcome !== "skipped")
      .map((step): StepRow => ({ _tag: "Step", name: step.stepKey, step }))
    const mapped = foldBy(
      single,
      ({ name }) => (name.includes("[") ? StepKey.nodePath(name) : ""),
      MAPPED_LIMIT,
      (name, rows) => ({ _tag: "Group", kind: "mapped", name, steps: rows.flatMap(stepsOf) })
    )
    if (mapped.length <= most) return mapped
    const graphs = foldBy(mapped, graphOf, 2, (name, rows) => ({
      _tag: "Group",
      kind: "graph",
      name,
      steps: rows.flatMap(stepsOf)
    }))
    if (graphs.length <= most) return graphs
    const kept = new Set(graphs.filter(worthALine).slice(0, most - 1))
    for (const row of graphs) {
      if (kept.size >= most - 1) break
      kept.add(row)
    }
    const rest = graphs.filter((row) => !kept.has(row)).flatMap(stepsOf)
    return [
      ...graphs.filter((row) => kept.has(row)),
      { _tag: "Group", kind: "rest", name: `${rest.length.toLocaleString("en-US")} others`, steps: rest }
    ]
  }
}
