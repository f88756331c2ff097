import { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Schema from "effect/Schema"

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

/** Suggests existing names in place of an unknown one. */
const instead = (name: string, what: string, names: ReadonlyArray<string>): string => {
  if (names.length === 0) return `; there are no ${what}`
  const nearest = ConfigProblem.nearest(name, names)
  return `; ${nearest === undefined ? "" : `did you mean "${nearest}"? `}the ${what} are ${quoted(names)}`
}

/**
 * The result does not have the requested value.
 *
 * @since 0.1.0
 * @source Dagster DagsterInvariantViolationError of output_value and output_for_node
 */
export class OutputNotFound extends Schema.TaggedError<OutputNotFound>()("OutputNotFound", {
  runId: Schema.String,
  /** Path of the requested node; `undefined` for the job as a whole. */
  nodePath: Schema.optionalKey(Schema.String),
  output: Schema.String,
  problem: Schema.Literals(["NO_NODE", "NO_OUTPUT", "NOT_GIVEN"]),
  /** The nodes or outputs that exist. */
  available: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const { available, nodePath, output, problem, runId } = this
    const of = nodePath === undefined ? "the job" : `node "${nodePath}"`
    switch (problem) {
      case "NO_NODE":
        return `The job of run "${runId}" has no node "${nodePath}"${instead(nodePath ?? "", "nodes", available)}`
      case "NO_OUTPUT":
        return `In run "${runId}" ${of} has no output "${output}"${instead(output, "outputs", available)}`
      case "NOT_GIVEN":
        return `In run "${runId}" there is no value of output "${output}" of ${of}: its step failed, was skipped, did not run, or did not return it${available.length === 0 ? "" : `; there are values of ${quoted(available)}`}`
    }
  }
}
