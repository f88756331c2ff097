import { one, text } from "@heddle/example-flight-delays/DuckDb"
import { parquet } from "@heddle/example-flight-delays/FlightQueries"
import { Context, Effect, Layer, Schema } from "effect"
import { Authoring, type IOManagerShape, MetadataValue } from "heddle"
import { existsSync } from "node:fs"
import { mkdir, open, rename, rm } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { Database } from "./Database.ts"
import { Table } from "./Table.ts"

/** A Parquet file could not be put in its place. */
export class ParquetNotStored extends Schema.TaggedError<ParquetNotStored>()("ParquetNotStored", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `Cannot store "${this.path}": ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** Keeps each table in a Parquet file, which is named after its asset, and each partition in one of its own. */
export class ParquetIOManager extends Context.Service<ParquetIOManager, IOManagerShape>()(
  "@heddle/example-flight-assets/ParquetIOManager"
) {
  static readonly layer = (config: { readonly folder: string }): Layer.Layer<ParquetIOManager, never, Database> =>
    Layer.effect(
      ParquetIOManager,
      Effect.gen(function* () {
        const db = yield* Database
        const fileOf = (address: Authoring.ValueAddress) =>
          `${join(resolve(config.folder), ...Authoring.ValueAddress.parts(address).map(fileName))}.parquet`

        return {
          handleOutput: (context, value) => {
            const path = fileOf(context.address)
            // In the same folder, because only there a rename replaces the old file at once.
            const temporary = `${path}.${crypto.randomUUID()}.tmp`
            const attempt = <A>(run: () => Promise<A>) =>
              Effect.tryPromise({ try: run, catch: (cause) => new ParquetNotStored({ path, cause }) })
            return Effect.gen(function* () {
              const { sql } = yield* Schema.decodeUnknownEffect(Table)(value)
              yield* attempt(() => mkdir(dirname(path), { recursive: true }))
              const { Count: rows } = yield* one(
                db,
                `write "${path}"`,
                `COPY (${sql}) TO ${text(temporary)} (FORMAT parquet, COMPRESSION zstd)`,
                Copied
              )
              const bytes = yield* attempt(() => moveDurably(temporary, path))
              context.addMetadata({ rows, bytes, path: MetadataValue.path(path) })
            }).pipe(Effect.ensuring(Effect.promise(() => rm(temporary, { force: true }))))
          },
          loadInput: ({ upstream }) =>
            Effect.suspend(() => {
              const path = fileOf(upstream)
              return existsSync(path)
                ? Effect.succeed({ sql: `FROM ${parquet(path)}` } satisfies Table)
                : Effect.fail(new Authoring.ValueNotFound({ ...upstream }))
            })
        }
      })
    )
}

/** What COPY answers. */
const Copied = Schema.Struct({ Count: Schema.FiniteFromString })

const fileName = (part: string): string => encodeURIComponent(part).replaceAll(".", "%2E")

/** Gives a written file its name once its contents are on disk, and returns its size in bytes. */
const moveDurably = async (from: string, to: string): Promise<number> => {
  const bytes = await synced(from)
  await rename(from, to)
  // Windows cannot open a folder, and needs no sync of it.
  if (process.platform !== "win32") await synced(dirname(to))
  return bytes
}

const synced = async (path: string): Promise<number> => {
  const handle = await open(path, "r")
  try {
    await handle.sync()
    return (await handle.stat()).size
  } finally {
    await handle.close()
  }
}
