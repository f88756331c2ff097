import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import type { Hook } from "./Hook.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { OpDefinition, OutputDefinition } from "./OpDefinition.ts"

/** One op of a job at its place. */
export interface StepEntry {
  readonly op: OpDefinition
  readonly node: NodeDefinition
  /** Names of the nodes on the way to it. */
  readonly path: ReadonlyArray<string>
  /** The hooks of the job, of the graphs around it and of its own use, each once. */
  readonly hooks: ReadonlyArray<Hook<any>>
}

/** The ops of a job by node path, with all that a step needs of them. */
export type StepTable = ReadonlyMap<string, StepEntry>

const tables = new WeakMap<JobDefinition, StepTable>()

const fill = (
  graph: GraphDefinition,
  path: ReadonlyArray<string>,
  outer: ReadonlyArray<Hook<any>>,
  table: Map<string, StepEntry>
): void => {
  for (const node of graph.nodes) {
    const at = [...path, node.name]
    const hooks = node.hooks.length === 0 ? outer : [...new Set([...outer, ...node.hooks])]
    if (node.body._tag === "OpDefinition") table.set(at.join("."), { op: node.body, node, path: at, hooks })
    else fill(node.body, at, hooks, table)
  }
}

/**
 * Reads the ops of a job by node path.
 *
 * @since 0.1.0
 */
export const StepTable = {
  /** The table of a job, made once for each job. */
  of: (job: JobDefinition): StepTable => {
    let table = tables.get(job)
    if (table === undefined) {
      const made = new Map<string, StepEntry>()
      fill(job.graph, [], [...new Set(job.hooks)], made)
      tables.set(job, (table = made))
    }
    return table
  },

  /** The ops whose steps a run may execute, by their node paths; all of them without any. */
  executed: (table: StepTable, executes: ReadonlyArray<string> | undefined): ReadonlyArray<StepEntry> =>
    executes === undefined
      ? [...table.values()]
      : executes.flatMap((path) => {
          const entry = table.get(path)
          return entry === undefined ? [] : [entry]
        }),

  /** An output of an op, by name. */
  output: (table: StepTable, nodePath: string, output: string): OutputDefinition | undefined =>
    table.get(nodePath)?.op.outputs.find(({ name }) => name === output)
}
