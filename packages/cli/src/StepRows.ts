import type { TimelineStep } from "@heddle/events/RunTimeline"
import { StepKey } from "@heddle/events/StepKey"

/** One row of a list of steps: a single step or a group. */
export type StepRow =
  | { readonly _tag: "Step"; readonly name: string; readonly step: TimelineStep }
  | {
      readonly _tag: "Group"
      readonly name: string
      /** What the group contains: copies of one op, steps of one nested graph, or the rest. */
      readonly kind: "mapped" | "graph" | "rest"
      readonly steps: ReadonlyArray<TimelineStep>
    }

/** Maximum number of copies of one op that get their own rows. */
const MAPPED_LIMIT = 5

const worthALine = (row: StepRow): boolean =>
  row._tag === "Group" || row.step.outcome === "failure" || row.step.outcome === "running"

const stepsOf = (row: StepRow): ReadonlyArray<TimelineStep> => (row._tag === "Group" ? row.steps : [row.step])

const graphOf = (row: StepRow): string => {
  const path = row._tag === "Group" ? row.name : StepKey.nodePath(row.step.stepKey)
  const dot = path.indexOf(".")
  return dot === -1 ? "" : path.slice(0, dot)
}

/** Groups rows by key at the position of the first; keys with at most `limit` rows stay ungrouped. */
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
 * Groups the steps of a run into a readable number of rows.
 *
 * @since 0.1.0
 */
export const StepRows = {
  /**
   * Lists steps in start order. More than five copies of a mapped op become one row. If there are still more than `most`
   * rows, the steps of each nested graph are grouped, and then all steps that neither failed nor are running.
   *
   * @param steps - steps in start order; skipped steps are left out
   * @param most - target number of rows, ≥ 2
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
