import { ConfigNode } from "@heddle/config/ConfigNode"
import type { GivenAtCall } from "../GivenAtCall.ts"
import type { JobDefinition } from "../JobDefinition.ts"

type Section = { readonly [name: string]: unknown }

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const namesExecutor = (execution: unknown): boolean =>
  isSection(execution) && Object.keys(execution).some((name) => name !== "config")

/** An entry of the job's own config applies unless the run config has that entry. */
export const withOwnConfig = (job: JobDefinition, given: GivenAtCall, config: unknown): unknown => {
  if (job.config?._tag !== "Defaults" || (config !== undefined && !isSection(config))) return config
  const merged: Record<string, unknown> = { ...config }
  for (const [name, entries] of Object.entries(job.config.runConfig)) {
    const own = merged[name]
    if (!isSection(entries) || (own !== undefined && own !== null && !isSection(own))) continue
    // Inputs and resources that the call gives are left out of run config.
    const gone = name === "resources" ? given.resources : name === "inputs" ? given.inputs : undefined
    const isReplaced = (entry: string): boolean =>
      gone?.includes(entry) === true ||
      // A run has one executor. The one that the call names wins.
      (name === "execution" && entry !== "config" && namesExecutor(own))
    merged[name] = {
      ...Object.fromEntries(Object.entries(entries).filter(([entry]) => !isReplaced(entry))),
      ...own
    }
  }
  return merged
}

/** Makes the entries that the job's own config gives optional. */
export const withoutOwnConfig = (job: JobDefinition, node: ConfigNode): ConfigNode => {
  if (job.config?._tag !== "Defaults" || node._tag !== "Section") return node
  const fields: Record<string, ConfigNode> = { ...node.fields }
  for (const [name, entries] of Object.entries(job.config.runConfig)) {
    const inner = fields[name]
    if (!isSection(entries) || inner?._tag !== "Section") continue
    const filled = Object.entries(entries).flatMap(([entry, input]) => {
      const field = inner.fields[entry]
      return field === undefined ? [] : [[entry, ConfigNode.optional(field, { input })] as const]
    })
    fields[name] = { ...inner, fields: { ...inner.fields, ...Object.fromEntries(filled) } }
  }
  return { ...node, fields }
}
