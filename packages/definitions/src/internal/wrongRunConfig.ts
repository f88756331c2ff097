import { ConfigProblem } from "@heddle/config/ConfigProblem"
import type { ConfigNode } from "@heddle/config/ConfigNode"
import { validate } from "@heddle/config/validate"
import type { DefinitionProblem } from "../DefinitionError.ts"
import type { JobDefinition } from "../JobDefinition.ts"
import { JobRunConfig } from "../JobRunConfig.ts"

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The shape of an optional entry, if the entry is given. */
const given = (node: ConfigNode): ConfigNode => (node._tag === "Optional" ? node.node : node)

const inSection = (section: string, node: ConfigNode, entries: unknown): ReadonlyArray<ConfigProblem> => {
  const inner = given(node)
  if (inner._tag !== "Section" || !isRecord(entries)) {
    const result = validate(inner, entries)
    return result._tag === "Valid" ? [] : result.problems.map((one) => ({ ...one, path: [section, ...one.path] }))
  }
  const known: Record<string, ConfigNode> = {}
  for (const name of Object.keys(entries)) {
    const entry = inner.fields[name] ?? inner.rest
    if (entry !== undefined) known[name] = given(entry)
  }
  // Only given entries are checked. Unknown ones are reported with the names that exist.
  const unknown = Object.keys(entries).filter((name) => !Object.hasOwn(known, name))
  const fields = unknown.length === 0 ? known : { ...inner.fields, ...known }
  const result = validate({ _tag: "Section", fields, mayBeNull: true }, entries)
  if (result._tag === "Valid") return []
  return result.problems
    .filter(({ path, reason }) => path.length > 0 || reason === "UNDEFINED_FIELD")
    .map((one) => ({ ...one, path: [section, ...one.path] }))
}

/**
 * Finds problems in the run config that a job itself has. Given entries are checked as a whole. Missing entries and environment
 * variables are checked by the run.
 *
 * @param job - the job
 * @param runConfig - its own run config
 */
export const wrongRunConfig = (
  job: JobDefinition,
  runConfig: { readonly [section: string]: unknown }
): ReadonlyArray<DefinitionProblem> => {
  const shape = JobRunConfig.schema(job)
  // If the job has a config mapping, its config is checked once it is given.
  if (shape._tag !== "Section") return []
  return Object.entries(runConfig)
    .flatMap(([section, entries]): ReadonlyArray<ConfigProblem> => {
      const node = shape.fields[section]
      if (entries === undefined || entries === null) return []
      if (node === undefined) {
        const names = Object.keys(shape.fields).map((name) => `"${name}"`)
        const message = `no such section, expected ${names.join(", ")}`
        return [{ reason: "UNDEFINED_FIELD", path: [section], message }]
      }
      return inSection(section, node, entries)
    })
    .filter(({ reason }) => reason !== "FAILED_POST_PROCESSING")
    .map((problem) => ({ place: "run config", message: ConfigProblem.describe(problem) }))
}
