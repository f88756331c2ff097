import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import type { ConfigWords, Definition, GraphWords } from "./Case.ts"
import { byCodePoint } from "./values.ts"

/** A config error as records hold it. */
export interface ConfigErrorRecord {
  readonly path: ReadonlyArray<unknown>
  readonly reason: string
  readonly fields?: ReadonlyArray<string>
}

/** The names of reasons where one field is meant, and where several are. */
const OF_FIELDS: { readonly [reason: string]: readonly [one: string, several: string] } = {
  MISSING_FIELD: ["MISSING_REQUIRED_FIELD", "MISSING_REQUIRED_FIELDS"],
  UNDEFINED_FIELD: ["FIELD_NOT_DEFINED", "FIELDS_NOT_DEFINED"]
}
const REASONS: { readonly [reason: string]: string } = {
  TYPE_MISMATCH: "RUNTIME_TYPE_MISMATCH",
  INVALID_VALUE: "FAILED_POST_PROCESSING",
  FAILED_POST_PROCESSING: "FAILED_POST_PROCESSING",
  SELECTOR: "SELECTOR_FIELD_ERROR",
  ALIAS_COLLISION: "FIELD_ALIAS_COLLISION"
}

const fieldWords = (words: ConfigWords, name: string): ConfigWords | undefined =>
  typeof words === "string"
    ? undefined
    : words.scalar_or !== undefined
      ? fieldWords(words.scalar_or[1], name)
      : words.noneable !== undefined
        ? fieldWords(words.noneable, name)
        : (words.shape ?? words.permissive ?? words.selector)?.[name]?.type

/** Parts of a path inside a config, where entries of maps are spelled otherwise than fields. */
const insideConfig = (path: ConfigProblem["path"], words: ConfigWords | undefined): ReadonlyArray<unknown> => {
  const [part, ...rest] = path
  if (part === undefined || words === undefined || typeof words === "string") return path
  if (words.noneable !== undefined) return insideConfig(path, words.noneable)
  if (words.scalar_or !== undefined) return insideConfig(path, words.scalar_or[1])
  if (words.map !== undefined) return [{ map_value: part }, ...insideConfig(rest, words.map[1])]
  if (words.array !== undefined) return [part, ...insideConfig(rest, words.array)]
  return [part, ...insideConfig(rest, fieldWords(words, String(part)))]
}

const insideOps = (
  path: ConfigProblem["path"],
  graph: GraphWords | undefined,
  definition: Definition
): ReadonlyArray<unknown> => {
  const [name, section, ...rest] = path
  const node = graph?.nodes.find((one) => one.name === name)
  if (node === undefined || section === undefined) return path
  if (section === "ops") return [name, section, ...insideOps(rest, definition.graphs?.[node.graph ?? ""], definition)]
  if (section !== "config") return path
  const words =
    node.op === undefined
      ? definition.graphs?.[node.graph ?? ""]?.config_mapping?.config
      : definition.ops?.[node.op]?.config
  return [name, section, ...insideConfig(rest, words)]
}

/** A path of a problem in the spelling of the records. */
const spelledPath = (path: ConfigProblem["path"], definition: Definition): ReadonlyArray<unknown> => {
  const [section, name, ...rest] = path
  if (section === "ops") return [section, ...insideOps(path.slice(1), definition.job, definition)]
  const bound = definition.job?.resources?.[String(name)]
  if (section !== "resources" || typeof bound !== "string" || rest[0] !== "config") return path
  return [section, name, "config", ...insideConfig(rest.slice(1), definition.resources?.[bound]?.config)]
}

/** The problems of a config in the spelling of the records. */
export const configErrorRecords = (
  problems: ReadonlyArray<ConfigProblem>,
  definition: Definition
): ReadonlyArray<ConfigErrorRecord> =>
  problems.map(({ fields, mapping, path: parts, reason }) => {
    const path = mapping === undefined ? spelledPath(parts, definition) : mappedPath(parts, mapping, definition)
    const named = OF_FIELDS[reason]
    const spelled = named === undefined ? (REASONS[reason] ?? reason) : named[fields?.length === 1 ? 0 : 1]
    return fields === undefined || reason === "ALIAS_COLLISION"
      ? { path, reason: spelled }
      : { path, reason: spelled, fields: fields.toSorted(byCodePoint) }
  })

/** A path in what a config mapping gave, which starts at the nodes of the mapped graph. */
const mappedPath = (
  path: ConfigProblem["path"],
  mapping: ConfigProblem["path"],
  definition: Definition
): ReadonlyArray<unknown> => {
  let graph: GraphWords | undefined = definition.job
  for (const name of mapping.slice(0, -1).filter((part) => part !== "ops")) {
    const node = graph?.nodes.find((one) => one.name === name)
    graph = definition.graphs?.[node?.graph ?? ""]
  }
  return mapping.length < 2 ? spelledPath(path, definition) : insideOps(path, graph, definition)
}
