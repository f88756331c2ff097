import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { readFileSync, statSync } from "node:fs"
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type ParsedNode,
  visit,
  type YAMLError
} from "yaml"
import { PlainText } from "./PlainText.ts"
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

interface Source {
  readonly name: string
  readonly root: ParsedNode | null
  readonly lines: LineCounter
  readonly value: Schema.Json
}

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

/** The source line of a problem with a caret under its column. */
const excerpt = (text: string, line: number, column: number): string => {
  const source = PlainText.oneLine(text.split("\n")[line - 1] ?? "")
  const gutter = String(line)
  return `    ${gutter} | ${source}\n    ${" ".repeat(gutter.length)} | ${" ".repeat(Math.max(0, column - 1))}^`
}

/** A problem with its file, line and column, and the source line. */
const problemAt = (name: string, text: string, lines: LineCounter, offset: number, said: string): string => {
  const { col, line } = lines.linePos(Math.min(offset, text.length))
  return `${name}:${line}:${col}: ${said}\n${excerpt(text, line, col)}`
}

const yamlProblem = (name: string, text: string, lines: LineCounter, error: YAMLError): string => {
  // The message of the library ends with its own excerpt.
  const said = error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "")
  return problemAt(name, text, lines, error.pos[0], said)
}

const WHY: { readonly [code: string]: string } = {
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  ENOTDIR: "part of its path is not a folder"
}

const readText = (file: string): { readonly text: string } | { readonly problem: string } => {
  try {
    if (statSync(file).isDirectory()) return { problem: `Cannot read config file "${file}": it is a folder` }
    return { text: readFileSync(file, "utf8") }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown"
    return {
      problem:
        code === "ENOENT"
          ? `Config file "${file}" does not exist in ${process.cwd()}`
          : `Cannot read config file "${file}": ${WHY[code] ?? code}`
    }
  }
}

/** Something in a document that JSON cannot represent, with its offset. */
interface NotJson {
  readonly offset: number
  readonly said: string
}

const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)

/** Finds the YAML values that JSON cannot represent. */
const notJson = (document: Document.Parsed): ReadonlyArray<NotJson> => {
  const found: Array<NotJson> = []
  visit(document, {
    Alias: (_, alias, path) => {
      const target = alias.resolve(document)
      if (target !== undefined && path.includes(target)) {
        const said = `alias *${alias.source} refers to a value that contains it`
        found.push({ offset: offsetOf(alias), said })
      }
    },
    Pair: (_, { key }) => {
      if (isMap(key) || isSeq(key)) {
        found.push({ offset: offsetOf(key), said: "a key must be a string, not a map or a list" })
      }
    },
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "number" && !Number.isFinite(scalar.value)) {
        const said = `${scalar.source ?? String(scalar.value)} is not a valid number: run config allows only finite numbers`
        found.push({ offset: offsetOf(scalar), said })
      }
      if (typeof scalar.value === "object" && scalar.value !== null) {
        const said = `tag ${scalar.tag ?? "on this value"} is not supported in run config: write the value as a string`
        found.push({ offset: offsetOf(scalar), said })
      }
    },
    Collection: (_, node) => {
      if (node.tag !== undefined && !/^tag:yaml\.org,2002:(map|seq)$/.test(node.tag)) {
        const said = `tag ${node.tag} is not supported in run config: write the value as a plain map or list`
        found.push({ offset: offsetOf(node), said })
      }
    }
  })
  return found
}

/** Offset of the first alias, for errors of the library that concern all aliases. */
const firstAlias = (document: Document.Parsed): number => {
  let offset = 0
  visit(document, {
    Alias: (_, alias) => {
      offset = offsetOf(alias)
      return visit.BREAK
    }
  })
  return offset
}

const parse = (name: string, text: string): Source | ReadonlyArray<string> => {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  // The library only warns about unknown tags and reads the value as a string.
  const faults = [...document.errors, ...document.warnings].map((error) => yamlProblem(name, text, lines, error))
  if (faults.length > 0) return faults
  const foreign = notJson(document).map(({ offset, said }) => problemAt(name, text, lines, offset, said))
  if (foreign.length > 0) return foreign
  try {
    const value: Schema.Json = JSON.parse(JSON.stringify(document.toJS() ?? null))
    if (value !== null && !isRecord(value)) {
      const said = `run config must be a map with keys such as "ops" and "resources", not ${kindOf(value)}`
      return [problemAt(name, text, lines, offsetOf(document.contents), said)]
    }
    return { name, root: document.contents, lines, value }
  } catch (error) {
    // Nested aliases that would expand to more than memory can hold.
    const said = error instanceof Error ? error.message : String(error)
    return [problemAt(name, text, lines, firstAlias(document), said)]
  }
}

const kindOf = (value: Schema.Json): string => (Array.isArray(value) ? "a list" : `a ${typeof value}`)

/** The node at a path, or at its longest prefix that exists in the document; the key node for map entries. */
const nodeAt = (root: ParsedNode | null, path: Path): { readonly depth: number; readonly node: Node | null } => {
  let at: unknown = root
  let found: Node | null = root
  for (const [depth, part] of path.entries()) {
    if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(part))
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
  read: (files: ReadonlyArray<string>, json?: string): ConfigRead => {
    const problems: Array<string> = []
    const sources: Array<Source> = []
    const add = (name: string, text: string) => {
      const source = parse(name, text)
      if ("value" in source) sources.push(source)
      else problems.push(...source)
    }
    for (const file of files) {
      const read = readText(file)
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
  },

  /** Like `read`, but fails with `UsageError` if there are any problems. */
  load: (files: ReadonlyArray<string>, json?: string): Effect.Effect<FilesConfig, UsageError> =>
    Effect.suspend(() => {
      const read = ConfigFiles.read(files, json)
      return read._tag === "Read" ? Effect.succeed(read) : Effect.fail(new UsageError({ problems: read.problems }))
    })
}
