import type { ExecutorDeclaration } from "@heddle/definitions/ExecutorDeclaration"
import type { GraphSnapshot, JobSnapshot } from "@heddle/events/JobSnapshot"
import * as Schema from "effect/Schema"

const Output = Schema.Struct({ node: Schema.String, output: Schema.String })

const inGraph = (graph: GraphSnapshot, path: string): ReadonlyArray<typeof Output.Type> =>
  graph.nodes.flatMap(({ body, name }) =>
    "graph" in body
      ? inGraph(body.graph, `${path}${name}.`)
      : body.op.outputs.flatMap((output) =>
          output.portable || output.ioManager !== undefined ? [] : [{ node: `${path}${name}`, output: output.name }]
        )
  )

/**
 * A job whose values cannot all be kept as files, where files are what its executor keeps them in: some outputs have no
 * codec, and name no IO manager that could do without one.
 *
 * @since 0.1.0
 * @source Dagster DagsterUnmetExecutorRequirementsError, told by output
 */
export class OutputsNotPortable extends Schema.TaggedError<OutputsNotPortable>()("OutputsNotPortable", {
  jobName: Schema.String,
  executor: Schema.String,
  /** Whether the values would go to other processes, or only to files that this process keeps. */
  crossesProcesses: Schema.Boolean,
  /** Every such output, by the path of its node. */
  outputs: Schema.Array(Output)
}) {
  override get message(): string {
    const names = this.outputs.map(({ node, output }, i) => `  ${i + 1}. output "${output}" of "${node}"`)
    const why = this.crossesProcesses ? "its values pass between processes as files" : "its values are stored as files"
    return [
      `Job "${this.jobName}" cannot be run by the executor "${this.executor}": ${why}, and the schemas of these outputs do not say how to write their values:`,
      ...names,
      "Give each of them a schema whose values have a JSON form (Schema.Json for any JSON value), or an IO manager that can store it: Out.stored(schema, YourIOManager)"
    ].join("\n")
  }

  /**
   * Looks for outputs that files cannot hold.
   *
   * @param job - the job as data
   * @param executor - the executor that would run it
   * @returns the error with all of them, if there are any
   */
  static readonly find = (job: JobSnapshot, executor: ExecutorDeclaration): OutputsNotPortable | undefined => {
    const outputs = inGraph(job.graph, "")
    if (outputs.length === 0) return undefined
    const crossesProcesses = executor.requirements.portableValues === true
    return new OutputsNotPortable({ jobName: job.name, executor: executor.name, crossesProcesses, outputs })
  }
}
