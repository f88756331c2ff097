/**
 * Finds the parts of a definition that Heddle does not support. Reports all of them at once, before a run.
 */
import type { Call, Definition, JobWords } from "./Case.ts"
import type { Missing } from "./missing.ts"
import { isObject } from "./values.ts"

type Found = ReadonlyArray<Missing>
const when = (condition: boolean, word: Missing): Found => (condition ? [word] : [])

const CONTEXT: { readonly [what: string]: Missing } = {
  partition_keys: "ctx.partition",
  partition_dims: "ctx.partition",
  partition_window: "ctx.partition"
}

/** Searches all bodies and expressions. */
const inside = (words: unknown): Found => {
  if (Array.isArray(words)) return words.flatMap(inside)
  if (!isObject(words)) return []
  const context = String(words["$ctx"] ?? "")
  return [...when(CONTEXT[context] !== undefined, CONTEXT[context]!), ...Object.values(words).flatMap(inside)]
}

const inJob = (words: JobWords): Found => [
  ...when(words.partitions !== undefined || words.partitioned_config !== undefined, "job.partitions")
]

const inCall = (call: Call): Found => [
  ...when(call.partition_key !== undefined && call.call !== "invoke", "call.partition_key"),
  ...when(call.call === "add_dynamic_partitions", "call.add_dynamic_partitions")
]

const RULES: ReadonlyArray<(definition: Definition) => Found> = [
  (d) => when(d.partitions !== undefined, "partitions"),
  (d) => (d.job === undefined ? [] : inJob(d.job)),
  (d) => d.calls.flatMap(inCall),
  (d) => inside({ ...d, calls: [] })
]

/** The unsupported parts of a definition, or none. */
export const lackingWords = (definition: Definition): ReadonlyArray<Missing> => [
  ...new Set(RULES.flatMap((rule) => rule(definition)))
]
