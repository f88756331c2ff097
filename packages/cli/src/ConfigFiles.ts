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

/** The run config that config files hold together. */
export interface FilesConfig {
  readonly _tag: "Read"
  /** The files merged, later ones over earlier ones; `undefined` when none was given. */
  readonly value: Schema.Json | undefined
  /** The place in a file that a path of the merged config was read from: `run.yaml:7:12`. */
  readonly locate: (path: Path) => string | undefined
}

/** What was read from config files: a value, or everything that is wrong with them. */
export type ConfigRead = FilesConfig | { readonly _tag: "Unreadable"; readonly problems: ReadonlyArray<string> }

interface Source {
  readonly name: string
  readonly root: ParsedNode | null
  readonly lines: LineCounter
  readonly value: Schema.Json
}

const isRecord = (value: unknown): value is { readonly [key: string]: Schema.Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Maps are merged key by key; anything else, lists too, is replaced. */
const merge = (under: Schema.Json | undefined, over: Schema.Json): Schema.Json => {
  if (!isRecord(under) || !isRecord(over)) return over === null && under !== undefined ? under : over
  const merged = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key)
    merged.set(key, before === undefined ? value : merge(before, value))
  }
  return Object.fromEntries(merged)
}

/** The line of a mistake with a mark under its column, as compilers show it. */
const excerpt = (text: string, line: number, column: number): string => {
  const source = PlainText.oneLine(text.split("\n")[line - 1] ?? "")
  const gutter = String(line)
  return `    ${gutter} | ${source}\n    ${" ".repeat(gutter.length)} | ${" ".repeat(Math.max(0, column - 1))}^`
}

/** A problem at an offset of a text, with its place and its line. */
const problemAt = (name: string, text: string, lines: LineCounter, offset: number, said: string): string => {
  const { col, line } = lines.linePos(Math.min(offset, text.length))
  return `${name}:${line}:${col}: ${said}\n${excerpt(text, line, col)}`
}

const yamlProblem = (name: string, text: string, lines: LineCounter, error: YAMLError): string => {
  // The library's own message ends with an excerpt of its own.
  const said = error.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "")
  return problemAt(name, text, lines, error.pos[0], said)
}

const WHY: { readonly [code: string]: string } = {
  EACCES: "this user may not read it",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is not a folder"
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
          ? `There is no config file "${file}" in ${process.cwd()}`
          : `Cannot read config file "${file}": ${WHY[code] ?? code}`
    }
  }
}

/** Something in a document that is no value of JSON, and where it stands. */
interface NotJson {
  readonly offset: number
  readonly said: string
}

const offsetOf = (node: unknown): number => (isNode(node) ? (node.range?.[0] ?? 0) : 0)

/** Finds what YAML can say and JSON cannot. */
const notJson = (document: Document.Parsed): ReadonlyArray<NotJson> => {
  const found: Array<NotJson> = []
  visit(document, {
    Alias: (_, alias, path) => {
      const target = alias.resolve(document)
      if (target !== undefined && path.includes(target)) {
        const said = `the alias *${alias.source} stands inside the value that it refers to, so that the value has no end`
        found.push({ offset: offsetOf(alias), said })
      }
    },
    Pair: (_, { key }) => {
      if (isMap(key) || isSeq(key)) {
        found.push({ offset: offsetOf(key), said: "a key must be a text, and this one is a map or a list" })
      }
    },
    Scalar: (_, scalar) => {
      if (typeof scalar.value === "number" && !Number.isFinite(scalar.value)) {
        const said = `${scalar.source ?? String(scalar.value)} is not a number that JSON has: run config cannot hold it`
        found.push({ offset: offsetOf(scalar), said })
      }
      if (typeof scalar.value === "object" && scalar.value !== null) {
        const said = `a value with the tag ${scalar.tag ?? "of its kind"} has no form in JSON: write it as a text`
        found.push({ offset: offsetOf(scalar), said })
      }
    },
    Collection: (_, node) => {
      if (node.tag !== undefined && !/^tag:yaml\.org,2002:(map|seq)$/.test(node.tag)) {
        const said = `a value with the tag ${node.tag} has no form in JSON: write it as a map or a list`
        found.push({ offset: offsetOf(node), said })
      }
    }
  })
  return found
}

/** Where a document has its first alias, for what the library says of all of them. */
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
  // A tag that nobody knows is a warning of the library, which would take the value as a text.
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
    // Aliases of aliases that would fill the memory.
    const said = error instanceof Error ? error.message : String(error)
    return [problemAt(name, text, lines, firstAlias(document), said)]
  }
}

const kindOf = (value: Schema.Json): string => (Array.isArray(value) ? "a list" : `a ${typeof value}`)

/** The node at a path, or at the longest part of it that the document has; its key where there is one. */
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
 * Reads the run config of a command from files and from the command line.
 *
 * @since 0.1.0
 */
export const ConfigFiles = {
  /**
   * Reads YAML or JSON files and merges them in order, and a JSON text over all of them.
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
        problems.push(`--config-json is not JSON: ${said}`)
      }
    }
    if (problems.length > 0) return { _tag: "Unreadable", problems }
    const locate = (path: Path): string | undefined => {
      let best: { readonly depth: number; readonly text: string } | undefined
      // The last file that holds the most of the path is the one that had the last word.
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

  /** As `read`; fails with `UsageError` when anything is wrong with the files. */
  load: (files: ReadonlyArray<string>, json?: string): Effect.Effect<FilesConfig, UsageError> =>
    Effect.suspend(() => {
      const read = ConfigFiles.read(files, json)
      return read._tag === "Read" ? Effect.succeed(read) : Effect.fail(new UsageError({ problems: read.problems }))
    })
}
