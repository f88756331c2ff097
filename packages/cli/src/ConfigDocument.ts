import type * as Schema from "effect/Schema"
import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type ParsedNode,
  Scalar,
  type YAMLMap
} from "yaml"
import { ConfigExcerpt } from "./ConfigExcerpt.ts"
import { YamlFault } from "./YamlFault.ts"

/** A config text that was read. */
export interface ConfigDocument {
  /** Name of the file. */
  readonly name: string
  readonly root: ParsedNode | null
  readonly lines: LineCounter
  readonly value: { readonly [key: string]: Schema.Json } | null
}

/** How many maps and lists can be inside each other. */
const DEPTH = 200

/** How many values a document can have, those that aliases repeat included. */
const VALUES = 1_000_000

/** Problems of one file that are shown. */
const SHOWN = 20

const TOO_DEEP = `more than ${DEPTH} maps and lists are inside each other here`

/** Tags that say nothing but the type that the value has anyway. */
const PLAIN_TAG = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/

/** A problem at a place of the text. */
interface Found {
  readonly offset: number
  readonly said: string
}

/** The first bracket or line that is inside of too many others; found without recursion. */
const tooDeep = (tokens: ReadonlyArray<CST.Token>): Found | undefined => {
  const open: Array<{ readonly token: CST.Token; readonly depth: number }> = tokens.map((token) => ({
    token,
    depth: 0
  }))
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { depth, token } = at
    if (token.type === "document") {
      if (token.value !== undefined) open.push({ token: token.value, depth })
    } else if (token.type === "block-map" || token.type === "block-seq" || token.type === "flow-collection") {
      if (depth >= DEPTH) return { offset: token.offset, said: TOO_DEEP }
      for (const { key, value } of token.items) {
        if (key !== undefined && key !== null) open.push({ token: key, depth: depth + 1 })
        if (value !== undefined) open.push({ token: value, depth: depth + 1 })
      }
    }
  }
  return undefined
}

/** The text of a key, as it is written where it is no text for YAML. */
const keyText = ({ source, value }: Scalar): string => (typeof value === "string" ? value : (source ?? String(value)))

/** Reads the nodes of a document as JSON, and finds what JSON does not have. */
class JsonReader {
  readonly found: Array<Found> = []
  readonly #text: string
  readonly #document: Document.Parsed
  /** The values that the one that is being read is inside of. */
  readonly #around: Array<unknown> = []
  /** Where the alias is that is being read, if any: what it repeats is told of there. */
  #alias: number | undefined
  /** What aliases stand for: the library looks through the whole document for each. */
  readonly #targets = new Map<Alias, Node | undefined>()
  #values = 0

  constructor(text: string, document: Document.Parsed) {
    this.#text = text
    this.#document = document
  }

  /** The value of a node; `null` in place of what JSON does not have. */
  read(node: unknown): Schema.Json {
    if (isAlias(node)) {
      const target = this.#resolve(node)
      const offset = node.range?.[0] ?? 0
      if (target === undefined)
        return this.#refuse(offset, `alias *${node.source} has no anchor &${node.source} before it`)
      if (this.#around.includes(target)) {
        return this.#refuse(offset, `alias *${node.source} refers to a value that contains it`)
      }
      const outer = this.#alias
      this.#alias ??= offset
      const value = this.read(target)
      this.#alias = outer
      return value
    }
    if (++this.#values > VALUES) {
      if (this.#values > VALUES + 1) return null
      return this.#refuse(this.#offset(node), "the aliases of this file repeat more than 1,000,000 values")
    }
    if (isScalar(node)) return this.#scalar(node)
    if (!isMap(node) && !isSeq(node)) return null
    this.#checkTag(node, "write the value as a plain map or list")
    if (this.#around.length >= DEPTH) return this.#refuse(this.#offset(node), TOO_DEEP)
    this.#around.push(node)
    const value = isMap(node) ? this.#map(node) : node.items.map((item) => this.read(item))
    this.#around.pop()
    return value
  }

  #resolve(alias: Alias): Node | undefined {
    if (!this.#targets.has(alias)) this.#targets.set(alias, alias.resolve(this.#document))
    return this.#targets.get(alias)
  }

  #map(map: YAMLMap): Schema.Json {
    const entries = new Map<string, Schema.Json>()
    const merged = new Map<string, Schema.Json>()
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.type === Scalar.PLAIN && key.source === "<<") {
        this.#merge(value, merged)
        continue
      }
      const name = this.#key(key)
      if (name === undefined) continue
      if (entries.has(name)) {
        this.#refuse(this.#offset(key), `key "${name}" is already there in the same map`)
        continue
      }
      entries.set(name, this.read(value))
    }
    for (const [name, value] of merged) if (!entries.has(name)) entries.set(name, value)
    return Object.fromEntries(entries)
  }

  /** Adds the entries of the maps that a merge key names; the first of them has the last word. */
  #merge(node: unknown, into: Map<string, Schema.Json>): void {
    const target = isAlias(node) ? this.#resolve(node) : node
    const maps = isSeq(target) ? target.items : [node]
    for (const one of maps) {
      const value = this.read(one)
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        this.#refuse(this.#offset(one), '"<<" takes a map, or a list of maps')
        return
      }
      for (const [name, inner] of Object.entries(value)) if (!into.has(name)) into.set(name, inner)
    }
  }

  /** The text of a key, if it has one. */
  #key(key: unknown): string | undefined {
    const target = isAlias(key) ? this.#resolve(key) : key
    if (isMap(target) || isSeq(target)) {
      this.#refuse(this.#offset(key), "a key must be a string, not a map or a list")
      return undefined
    }
    if (!isScalar(target) || target.value === null) {
      this.#refuse(
        this.#offset(key),
        'a key is missing: write a name before the ":" (for the name null, put it in quotes)'
      )
      return undefined
    }
    this.#checkTag(target, "write the key as a string")
    return keyText(target)
  }

  #scalar(scalar: Scalar): Schema.Json {
    const offset = this.#offset(scalar)
    const { source, value } = scalar
    if (!this.#checkTag(scalar, "write the value as a string")) return null
    switch (typeof value) {
      case "string":
      case "boolean":
        return value
      case "bigint":
        return Number.isSafeInteger(Number(value))
          ? Number(value)
          : this.#refuse(
              offset,
              `${source ?? value} has more digits than a number can keep: put it in quotes, and read it as a string`
            )
      case "number":
        return Number.isFinite(value)
          ? value
          : this.#refuse(offset, `${source ?? value} is not a valid number: run config allows only finite numbers`)
      default:
        return null
    }
  }

  #checkTag(node: Node, instead: string): boolean {
    const { tag } = node
    if (tag === undefined || PLAIN_TAG.test(tag)) return true
    const written = tag.replace(/^tag:yaml\.org,2002:/, "!!")
    const offset = this.#alias ?? this.#tagOffset(written, this.#offset(node))
    this.#refuse(offset, `tag ${written} is not supported in run config: ${instead}`)
    return false
  }

  /** Where the tag of a value is written, which is before it. */
  #tagOffset(written: string, offset: number): number {
    const found = this.#text.lastIndexOf(written, offset)
    return found === -1 ? offset : found
  }

  #offset(node: unknown): number {
    const range = (node as { readonly range?: readonly [number, number, number] | null } | null)?.range
    return this.#alias ?? range?.[0] ?? 0
  }

  #refuse(offset: number, said: string): null {
    // What an alias repeats is wrong once.
    if (!this.found.some((other) => other.offset === offset && other.said === said)) this.found.push({ offset, said })
    return null
  }
}

const kindOf = (value: Schema.Json): string =>
  Array.isArray(value) ? "a list" : value === null ? "nothing" : `a ${typeof value}`

/** All that is wrong with a text, or its document and value. */
const compose = (text: string, lines: LineCounter): ReadonlyArray<Found> | Pick<ConfigDocument, "root" | "value"> => {
  const tokens = [...new Parser(lines.addNewLine).parse(text)]
  const deep = tooDeep(tokens)
  if (deep !== undefined) return [deep]
  const composer = new Composer({
    intAsBigInt: true,
    keepSourceTokens: false,
    merge: false,
    prettyErrors: false,
    strict: true,
    uniqueKeys: false
  })
  const [document, second] = [...composer.compose(tokens, true, text.length)]
  if (document === undefined) return { root: null, value: null }
  const faults = document.errors.map((error) => ({ offset: error.pos[0], said: YamlFault.said(error) }))
  const version = /^%YAML[ \t]+(?!1\.2\b)(\S+)/m.exec(text)
  if (version !== null && document.directives?.docStart === true) {
    faults.push({
      offset: version.index,
      said: `YAML ${version[1]} is not supported: remove this line, and write YAML 1.2`
    })
  }
  if (faults.length > 0) return faults
  if (second !== undefined) {
    const start = text.indexOf("\n---", document.range[1] - 1)
    return [{ offset: start === -1 ? document.range[2] : start + 1, said: SECOND }]
  }
  const reader = new JsonReader(text, document)
  const value = reader.read(document.contents)
  if (reader.found.length > 0) return reader.found
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    const said = `run config must be a map with keys such as "ops" and "resources", not ${kindOf(value)}`
    return [{ offset: document.contents?.range[0] ?? 0, said }]
  }
  return { root: document.contents, value: value as ConfigDocument["value"] }
}

const SECOND = 'a config file can hold only one document: remove this "---", or split the file'

/**
 * Reads config texts, in YAML or JSON.
 *
 * @since 0.1.0
 */
export const ConfigDocument = {
  /**
   * Reads a text as the JSON that it spells, or says what is wrong with it, with file, line and column.
   *
   * @param name - name of the file
   * @param text - its text
   */
  read: (name: string, text: string): ConfigDocument | ReadonlyArray<string> => {
    const lines = new LineCounter()
    const composed = compose(text, lines)
    if (!("length" in composed)) return { name, lines, ...composed }
    const problems = composed
      .slice(0, SHOWN)
      .map(({ offset, said }) => ConfigExcerpt.problem(name, text, lines, offset, said))
    return composed.length > SHOWN ? [...problems, `${name}: and ${composed.length - SHOWN} more problems`] : problems
  },

  /** The text that a key has in the value. */
  keyText
}
