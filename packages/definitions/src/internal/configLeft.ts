import type { GraphDefinition } from "../GraphDefinition.ts"
import type { JobDefinition } from "../JobDefinition.ts"

type Section = { readonly [name: string]: unknown }

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The run config of the remaining nodes of a graph. */
const opsLeft = (ops: unknown, graph: GraphDefinition): unknown =>
  isSection(ops)
    ? Object.fromEntries(
        Object.entries(ops).flatMap(([name, entry]) => {
          const body = graph.nodes.find((node) => node.name === name)?.body
          if (body === undefined) return []
          const isInside = body._tag === "GraphDefinition" && isSection(entry) && entry["ops"] !== undefined
          return [[name, isInside ? { ...entry, ops: opsLeft(entry["ops"], body) } : entry]]
        })
      )
    : ops

/** The part of a job's own run config that applies to the selected part of the job. */
export const configLeft = (config: JobDefinition["config"], graph: GraphDefinition): Pick<JobDefinition, "config"> => {
  if (config?._tag !== "Defaults") return {}
  const { inputs, ops, ...rest } = config.runConfig
  return {
    config: {
      _tag: "Defaults",
      runConfig: {
        ...rest,
        ...(ops === undefined ? {} : { ops: opsLeft(ops, graph) }),
        ...(isSection(inputs)
          ? { inputs: Object.fromEntries(Object.entries(inputs).filter(([name]) => graph.inputs.includes(name))) }
          : {})
      }
    }
  }
}
