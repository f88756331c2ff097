import type { GraphDefinition, NodeDefinition } from "@heddle/definitions/GraphDefinition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { OpDefinition, OutputDefinition } from "@heddle/definitions/OpDefinition"

/** One op of a job at its place. */
export interface StepEntry {
  readonly op: OpDefinition
  readonly node: NodeDefinition
  /** Names of the nodes on the way to it. */
  readonly path: ReadonlyArray<string>
}

/** The ops of a job by node path, with all that a step needs of them. */
export type StepTable = ReadonlyMap<string, StepEntry>

const tables = new WeakMap<JobDefinition, StepTable>()

const fill = (graph: GraphDefinition, path: ReadonlyArray<string>, table: Map<string, StepEntry>): void => {
  for (const node of graph.nodes) {
    const at = [...path, node.name]
    if (node.body._tag === "OpDefinition") table.set(at.join("."), { op: node.body, node, path: at })
    else fill(node.body, at, table)
  }
}

export const StepTable = {
  /** The table of a job, made once for each job. */
  of: (job: JobDefinition): StepTable => {
    let table = tables.get(job)
    if (table === undefined) {
      const made = new Map<string, StepEntry>()
      fill(job.graph, [], made)
      tables.set(job, (table = made))
    }
    return table
  },

  /** An output of an op, by name. */
  output: (table: StepTable, nodePath: string, output: string): OutputDefinition | undefined =>
    table.get(nodePath)?.op.outputs.find(({ name }) => name === output)
}
