import type { DatabaseSync } from "node:sqlite"
import { runsAndEvents } from "../migrations/0001_runs_and_events.ts"
import { leasesOfRuns } from "../migrations/0002_leases_of_runs.ts"
import { pools } from "../migrations/0003_pools.ts"
import { orderOfPools } from "../migrations/0004_order_of_pools.ts"
import { cancelRequests } from "../migrations/0005_cancel_requests.ts"
import { eventsOfAssets } from "../migrations/0006_events_of_assets.ts"
import { runsByRoot } from "../migrations/0007_runs_by_root.ts"
import { dynamicPartitions } from "../migrations/0008_dynamic_partitions.ts"
import { assetPartitions } from "../migrations/0009_asset_partitions.ts"

/** In the order in which they are applied. The version of a database is the number of migrations that it has had. */
const MIGRATIONS: ReadonlyArray<string> = [
  runsAndEvents,
  leasesOfRuns,
  pools,
  orderOfPools,
  cancelRequests,
  eventsOfAssets,
  runsByRoot,
  dynamicPartitions,
  assetPartitions
]

/** Marks a database as one of Heddle's: the letters "HDDL". */
const APPLICATION_ID = 0x4844444c

/** The file is a database that Heddle cannot use. */
export class UnfitDatabase extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const pragma = (database: DatabaseSync, name: string): number =>
  Number(database.prepare(`pragma ${name}`).get()?.[name] ?? 0)

/** The migrations that a database still lacks. Throws `UnfitDatabase` if Heddle cannot use it. */
const missing = (database: DatabaseSync): ReadonlyArray<string> => {
  const version = pragma(database, "user_version")
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    const tables = database.prepare("select count(*) as count from sqlite_schema").get()
    if (version !== 0 || tables?.["count"] !== 0) {
      throw new UnfitDatabase("it is the database of another program", "Choose another file")
    }
  }
  if (version > MIGRATIONS.length) {
    throw new UnfitDatabase(
      `a newer Heddle wrote it (schema version ${version}; this one knows versions up to ${MIGRATIONS.length})`,
      "Install that version of Heddle, or choose another home"
    )
  }
  return MIGRATIONS.slice(version)
}

const inTransaction = <A>(database: DatabaseSync, begin: "begin" | "begin immediate", body: () => A): A => {
  database.exec(begin)
  try {
    const result = body()
    database.exec("commit")
    return result
  } catch (error) {
    if (database.isTransaction) database.exec("rollback")
    throw error
  }
}

/**
 * Tells whether a database has the newest version, without writing to it. Throws `UnfitDatabase` if it belongs to another
 * program or to a newer version of Heddle.
 */
export const isCurrent = (database: DatabaseSync): boolean =>
  // A transaction sees one state of the file, even while another process migrates it.
  inTransaction(database, "begin", () => missing(database).length === 0)

/** Brings a database to the newest version. */
export const migrate = (database: DatabaseSync): void =>
  inTransaction(database, "begin immediate", () => {
    // Another process may have migrated it in the meantime.
    for (const sql of missing(database)) database.exec(sql)
    database.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${MIGRATIONS.length}`)
  })
