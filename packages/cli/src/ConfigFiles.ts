import type { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import type * as Schema from "effect/Schema"
import { ConfigDocument } from "./ConfigDocument.ts"
import { ConfigPlaces } from "./ConfigPlaces.ts"
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

type ConfigMap = { readonly [key: string]: Schema.Json }

const isConfigMap = (value: Schema.Json | undefined): value is ConfigMap =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Merges maps key by key; anything else, `null` and lists included, is replaced. */
const merge = (under: ConfigMap, over: ConfigMap, places: ConfigPlaces): ConfigMap => {
  const entries = new Map(Object.entries(under))
  for (const [key, value] of Object.entries(over)) {
    const before = entries.get(key)
    entries.set(key, isConfigMap(before) && isConfigMap(value) ? merge(before, value, places) : value)
  }
  const merged = Object.fromEntries(entries)
  places.note(merged, new Map([...places.of(under), ...places.of(over)]))
  return merged
}

/**
 * Reads run config from files and from the command line.
 *
 * @since 0.1.0
 */
export const ConfigFiles = {
  /**
   * Reads YAML or JSON files, merges them in order, and merges a JSON text over the result. Maps are merged key by key; any
   * other value replaces the earlier one, `null` too. A file without a value changes nothing.
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
    const places = new ConfigPlaces()
    let value: ConfigMap | undefined
    const add = (name: string, text: string, syntax: "yaml" | "json") => {
      const read = ConfigDocument.read(name, text, places, syntax)
      if (!("value" in read)) problems.push(...read)
      else if (read.value !== null) value = value === undefined ? read.value : merge(value, read.value, places)
    }
    for (const file of files) {
      const read = yield* ConfigText.read(file)
      if ("problem" in read) problems.push(read.problem)
      else add(file, read.text, "yaml")
    }
    if (json !== undefined) add("--config-json", json, "json")
    if (problems.length > 0) return { _tag: "Unreadable", problems }
    const merged = value
    return { _tag: "Read", value: merged, locate: (path) => places.locate(merged, path) }
  }),

  /** Like `read`, but fails with `UsageError` if there are any problems. */
  load: (files: ReadonlyArray<string>, json?: string): Effect.Effect<FilesConfig, UsageError, FileSystem.FileSystem> =>
    Effect.flatMap(ConfigFiles.read(files, json), (read) =>
      read._tag === "Read" ? Effect.succeed(read) : Effect.fail(new UsageError({ problems: read.problems }))
    )
}
