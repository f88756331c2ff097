import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import type * as Schema from "effect/Schema"
import type { LineCounter } from "yaml"

/** A place in a config text. */
export interface ConfigPlace {
  /** Name of the file. */
  readonly name: string
  readonly lines: LineCounter
  /** The offset in the text, in UTF-16 code units. */
  readonly offset: number
}

type Container = { readonly [key: string]: Schema.Json } | ReadonlyArray<Schema.Json>
type Entries = ReadonlyMap<string, ConfigPlace>

const NONE: Entries = new Map()

/**
 * Records where the entries of maps and lists are written in config texts.
 *
 * @since 0.1.0
 */
export class ConfigPlaces {
  readonly #entries = new WeakMap<Container, Entries>()

  /** Records where the entries of a map or list are written, by key or index. */
  note(container: Container, entries: Entries): void {
    this.#entries.set(container, entries)
  }

  /** Where the entries of a map or list are written. */
  of(container: Container): Entries {
    return this.#entries.get(container) ?? NONE
  }

  /**
   * Returns where a path of a value is written, such as `run.yaml:7:12`. If the value has no such path, the longest part that
   * exists counts.
   *
   * @param value - a value whose maps and lists were recorded
   * @param path - the path
   */
  locate(value: Schema.Json | undefined, path: ConfigProblem["path"]): string | undefined {
    let found: ConfigPlace | undefined
    let at: unknown = value
    for (const part of path.map(String)) {
      if (typeof at !== "object" || at === null) break
      const place = this.of(at as Container).get(part)
      if (place === undefined) break
      found = place
      at = (at as { readonly [key: string]: unknown })[part]
    }
    if (found === undefined) return undefined
    const { col, line } = found.lines.linePos(found.offset)
    return `${found.name}:${line}:${col}`
  }
}
