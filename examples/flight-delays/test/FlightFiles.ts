import { DuckDBInstance } from "@duckdb/node-api"
import { Effect } from "effect"
import { copyFileSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { files, installed } from "../src/DataFolder.ts"

/** A flight. */
export type Row = readonly [date: string, delay: number | null, origin: string, destination: string]

/** The airports AAA and BBB. */
export const twoAirports =
  "iata,name,city,state,country,latitude,longitude\nAAA,Ay,Ay City,KS,USA,38,-99\nBBB,Bee,Bee City,KS,USA,38,-98\n"

/** A data folder with the given flights, between the airports AAA and BBB if `airports` says nothing else. */
export const folderWith = (
  rows: ReadonlyArray<Row>,
  columns = "date, delay, distance, origin, destination",
  airports = twoAirports
) =>
  Effect.promise(async () => {
    const folder = mkdtempSync(join(tmpdir(), "flights-"))
    copyFileSync(join(installed, files.outlines), join(folder, files.outlines))
    writeFileSync(join(folder, files.airports), airports)
    const values = rows.map(
      ([date, delay, origin, destination]) =>
        `(TIMESTAMP '${date}', ${delay}::BIGINT, 120::BIGINT, '${origin}', '${destination}')`
    )
    const connection = await (await DuckDBInstance.create(":memory:")).connect()
    await connection.run(
      `COPY (SELECT ${columns} FROM (VALUES ${values.join(", ")}) f(date, delay, distance, origin, destination)) TO '${join(folder, files.flights)}' (FORMAT parquet)`
    )
    connection.closeSync()
    return folder
  })
