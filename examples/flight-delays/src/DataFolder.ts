import { Effect, Schema } from "effect"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

/** The files that the job reads, by what they hold. */
export const files = { flights: "flights-3m.parquet", airports: "airports.csv", outlines: "us-10m.json" } as const

/** The data folder of the installed npm package `vega-datasets`. */
export const installed = fileURLToPath(new URL("../data", import.meta.resolve("vega-datasets")))

/** Says in one sentence which files a folder lacks, or returns `undefined` if it has all. */
export const missing = (folder: string): string | undefined => {
  const absent = Object.values(files).filter((name) => !existsSync(join(folder, name)))
  if (absent.length === 0) return undefined
  const looked = existsSync(folder) ? `not in "${resolve(folder)}"` : `nowhere: there is no folder "${resolve(folder)}"`
  return `${absent.map((name) => `"${name}"`).join(", ")} ${absent.length === 1 ? "is" : "are"} ${looked}. Leave dataFolder out to use the npm package vega-datasets, or name the folder that holds its data`
}

/** A folder with the three files. It is validated with the run config, so a wrong folder is reported before the run starts. */
export const DataFolder = Schema.String.check(Schema.makeFilter((folder: string) => missing(folder)))

/** The data cannot be used: files are missing or have unexpected contents. */
export class DataUnusable extends Schema.TaggedError<DataUnusable>()("DataUnusable", { reason: Schema.String }) {
  override get message() {
    return `Cannot use the flight data: ${this.reason}`
  }
}

/** Reads the borders of the states as TopoJSON. */
export const readOutlines = (folder: string): Effect.Effect<unknown, DataUnusable> =>
  Effect.tryPromise({
    try: async (): Promise<unknown> => JSON.parse(await readFile(join(folder, files.outlines), "utf8")),
    catch: (cause) => new DataUnusable({ reason: `${files.outlines} is not JSON: ${String(cause)}` })
  })
