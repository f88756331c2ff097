import type * as Schema from "effect/Schema"
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  type YAMLMap,
  type YAMLSeq
} from "yaml"
import type { ConfigPlace, ConfigPlaces } from "./ConfigPlaces.ts"

/** A problem at a place in a config text. */
export interface ConfigFault {
  readonly offset: number
  readonly said: string
}

/** The maximum number of values of a document, including those that aliases repeat. */
const VALUES = 1_000_000

/** Tags that only state the type that the value has anyway. */
const PLAIN_TAG = /^(!|tag:yaml\.org,2002:(str|int|float|bool|null|map|seq))$/

/** The text of a key. Keys that are not strings in YAML keep their spelling. */
const keyText = ({ source, value }: Scalar): string => (typeof value === "string" ? value : (source ?? String(value)))

/** The entries that merge keys add to a map. */
type Merged = Map<string, { readonly value: Schema.Json; readonly place: ConfigPlace }>

const offsetOf = (node: unknown): number =>
  (node as { readonly range?: readonly [number, number, number] | null } | null)?.range?.[0] ?? 0

/**
 * Reads the nodes of a YAML document as JSON, and finds what JSON cannot represent.
 *
 * @since 0.1.0
 */
export class ConfigReader {
  /** The maximum nesting of maps and lists. */
  static readonly depth = 200
  /** The message for a map or list that is nested too deeply. */
  static readonly tooDeep = `more than ${ConfigReader.depth} maps and lists are inside each other here`
  /** The problems so far. A problem in a value that aliases repeat is reported once. */
  readonly #found = new Map<string, ConfigFault>()
  readonly #text: string
  readonly #document: Document.Parsed
  readonly #at: Omit<ConfigPlace, "offset">
  readonly #places: ConfigPlaces
  /** The maps and lists around the current value. */
  readonly #around: Array<unknown> = []
  /** The place of the alias that is being read, if any. Problems of the repeated value are reported there. */
  #alias: number | undefined
  /** The targets of aliases. The library searches the whole document for each. */
  readonly #targets = new Map<Alias, Node | undefined>()
  #values = 0

  constructor(text: string, document: Document.Parsed, at: Omit<ConfigPlace, "offset">, places: ConfigPlaces) {
    this.#text = text
    this.#document = document
    this.#at = at
    this.#places = places
  }

  /** The problems so far. */
  get found(): ReadonlyArray<ConfigFault> {
    return [...this.#found.values()]
  }

  /** The value of a node, with `null` for what JSON cannot represent. */
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
    if (this.#around.length >= ConfigReader.depth) return this.#refuse(this.#offset(node), ConfigReader.tooDeep)
    this.#around.push(node)
    const value = isMap(node) ? this.#map(node) : this.#list(node)
    this.#around.pop()
    return value
  }

  #resolve(alias: Alias): Node | undefined {
    if (!this.#targets.has(alias)) this.#targets.set(alias, alias.resolve(this.#document))
    return this.#targets.get(alias)
  }

  #list(list: YAMLSeq): Schema.Json {
    const value = list.items.map((item) => this.read(item))
    this.#places.note(value, new Map(list.items.map((item, i) => [String(i), this.#place(item)])))
    return value
  }

  #map(map: YAMLMap): Schema.Json {
    const entries = new Map<string, Schema.Json>()
    const places = new Map<string, ConfigPlace>()
    const merged: Merged = new Map()
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
      places.set(name, this.#place(key))
    }
    for (const [name, { place, value }] of merged) {
      if (entries.has(name)) continue
      entries.set(name, value)
      places.set(name, place)
    }
    const value = Object.fromEntries(entries)
    this.#places.note(value, places)
    return value
  }

  /** Adds the entries of the maps that a merge key names. Earlier maps win. */
  #merge(node: unknown, into: Merged): void {
    const target = isAlias(node) ? this.#resolve(node) : node
    const maps = isSeq(target) ? target.items : [node]
    for (const one of maps) {
      const value = this.read(one)
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        this.#refuse(this.#offset(one), '"<<" takes a map, or a list of maps')
        return
      }
      const places = this.#places.of(value)
      for (const [name, inner] of Object.entries(value)) {
        if (!into.has(name)) into.set(name, { value: inner, place: places.get(name) ?? this.#place(one) })
      }
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

  /** The place of the tag of a value. It is before the value. */
  #tagOffset(written: string, offset: number): number {
    const found = this.#text.lastIndexOf(written, offset)
    return found === -1 ? offset : found
  }

  #offset(node: unknown): number {
    return this.#alias ?? offsetOf(node)
  }

  #place(node: unknown): ConfigPlace {
    return { ...this.#at, offset: offsetOf(node) }
  }

  #refuse(offset: number, said: string): null {
    this.#found.set(`${offset} ${said}`, { offset, said })
    return null
  }
}
