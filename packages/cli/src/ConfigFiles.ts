import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Schema from "effect/Schema"
import { isMap, isScalar, isSeq, type Node, type ParsedNode } from "yaml"
import { ConfigDocument } from "./ConfigDocument.ts"
import { ConfigText } from "./ConfigText.ts"
import { UsageError } from "./UsageError.ts"

type Path = ConfigProblem["path"]

/** The merged run config of all config files. */
export interface FilesConfig {
  readonly _tag: "Read"
  /** The merged config; later files override earlier ones. `undefined` if there are no files. */
  readonly value: Schema.Json | undefined
  /** Where a path of the merged config was read from, such as `run.yaml:7:12`. */
  readonly locate: (path: Path) => string | undefined
}

/** The result of reading config files: the merged config, or all problems. */
export type ConfigRead = FilesConfig | { readonly _tag: "Unreadable"; readonly problems: ReadonlyArray<string> }

const isRecord = (value: unknown): value is { readonly [key: string]: Schema.Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Merges maps key by key; replaces anything else, including lists. */
const merge = (under: Schema.Json | undefined, over: Schema.Json): Schema.Json => {
  if (!isRecord(under) || !isRecord(over)) return over === null && under !== undefined ? under : over
  const merged = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key)
    merged.set(key, before === undefined ? value : merge(before, value))
  }
  return Object.fromEntries(merged)
}

/** The node at a path, or at its longest prefix that exists in the document; the key node for map entries. */
const nodeAt = (root: ParsedNode | null, path: Path): { readonly depth: number; readonly node: Node | null } => {
  let at: unknown = root
  let found: Node | null = root
  for (const [depth, part] of path.entries()) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && ConfigDocument.keyText(key) === String(part))
      if (pair === undefined) return { depth, node: found }
      if (isScalar(pair.key)) found = pair.key
      at = pair.value
    } else if (isSeq(at)) {
      const item: unknown = at.items[Number(part)]
      if (item === undefined) return { depth, node: found }
      at = item
      if (isScalar(item) || isMap(item) || isSeq(item)) found = item
    } else return { depth, node: found }
  }
  return { depth: path.length, node: found }
}

/**
 * Reads run config from files and from the command line.
 *
 * @since 0.1.0
 */
export const ConfigFiles = {
  /**
   * Reads YAML or JSON files, merges them in order, and merges a JSON text over the result.
   *
   * @param files - paths, relative to the working directory
   * @param json - text of `--config-json`
   * @returns the merged config, or every problem in every file
   */
  read: Effect.fnUntraced(function* (
    files: ReadonlyArray<string>,
    json?: string
  ): Effect.fn.Return<ConfigRead, never, FileSystem.FileSystem> {
    const problems: Array<string> = []
    const sources: Array<ConfigDocument> = []
    const add = (name: string, text: string) => {
      const source = ConfigDocument.read(name, text)
      if ("value" in source) sources.push(source)
      else problems.push(...source)
    }
    for (const file of files) {
      const read = yield* ConfigText.read(file)
      if ("problem" in read) problems.push(read.problem)
      else add(file, read.text)
    }
    if (json !== undefined) {
      try {
        JSON.parse(json)
        add("--config-json", json)
      } catch (error) {
        const said = error instanceof Error ? error.message.split("\n")[0]! : String(error)
        problems.push(`--config-json is not valid JSON: ${said}`)
      }
    }
    if (problems.length > 0) return { _tag: "Unreadable", problems }
    const locate = (path: Path): string | undefined => {
      let best: { readonly depth: number; readonly text: string } | undefined
      // Of the files that contain the longest prefix of the path, the last one overrides the others.
      for (const source of sources.toReversed()) {
        const { depth, node } = nodeAt(source.root, path)
        if (depth === 0 || (best !== undefined && best.depth >= depth)) continue
        const offset = node?.range?.[0]
        if (offset === undefined) continue
        const { col, line } = source.lines.linePos(offset)
        best = { depth, text: `${source.name}:${line}:${col}` }
      }
      return best?.text
    }
    const value = sources.reduce<Schema.Json | undefined>((under, source) => merge(under, source.value), undefined)
    return { _tag: "Read", value: value ?? undefined, locate }
  }),

  /** Like `read`, but fails with `UsageError` if there are any problems. */
  load: (files: ReadonlyArray<string>, json?: string): Effect.Effect<FilesConfig, UsageError, FileSystem.FileSystem> =>
    Effect.flatMap(ConfigFiles.read(files, json), (read) =>
      read._tag === "Read" ? Effect.succeed(read) : Effect.fail(new UsageError({ problems: read.problems }))
    )
}
