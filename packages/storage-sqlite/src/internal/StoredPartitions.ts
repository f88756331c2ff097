import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunStatus } from "@heddle/events/RunStatus"
import { AssetPartition } from "@heddle/storage/AssetPartition"
import * as Schema from "effect/Schema"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const MATERIALIZED = `
  insert into asset_partitions (asset, partition, materialized, materialized_by, materialized_at) values (?, ?, ?, ?, ?)
  on conflict do update set materialized = excluded.materialized, materialized_by = excluded.materialized_by,
    materialized_at = excluded.materialized_at`

const PLANNED = `
  insert into asset_partitions (asset, partition, planned, planned_by) values (?, ?, ?, ?)
  on conflict do update set planned = excluded.planned, planned_by = excluded.planned_by`

/** The run that planned a partition is looked up only if it has not materialized it. */
const SELECT = `
  select p.partition, p.materialized_by, p.materialized_at, r.run_id as planned_by, r.status
  from asset_partitions p
  left join runs r on p.planned > coalesce(p.materialized, 0) and r.run_id = p.planned_by
  where p.asset = ?`

/** The partitions whose latest materialization or plan is an event of a run. */
const OF_RUN = `
  select asset, partition from asset_partitions where materialized_by = ?
  union select asset, partition from asset_partitions where planned_by = ?`

const last = (type: string): string => `
  select id, run_id, timestamp from events
  where type = '${type}' and body ->> '$.asset' = ? and body ->> '$.partition' = ? order by id desc limit 1`
const LAST_MATERIALIZATION = last("ASSET_MATERIALIZATION")
const LAST_PLAN = last("ASSET_MATERIALIZATION_PLANNED")

const DELETE = "delete from asset_partitions where asset = ? and partition = ?"

const readStatus = Schema.decodeUnknownSync(RunStatus.schema)

/**
 * The latest events of the partitions of assets in the table `asset_partitions`: an index that is derived from the events and
 * written with them.
 */
export const StoredPartitions = {
  /** Adds an event that was just stored, in its row. */
  add: (database: SqliteDatabase, event: HeddleEvent, row: number | bigint): void => {
    if (event._tag !== "ASSET_MATERIALIZATION" && event._tag !== "ASSET_MATERIALIZATION_PLANNED") return
    const { asset, partition, runId, timestamp } = event
    if (partition === undefined) return
    if (event._tag === "ASSET_MATERIALIZATION") {
      database.statement(MATERIALIZED).run(asset, partition, row, runId, timestamp)
    } else {
      database.statement(PLANNED).run(asset, partition, row, runId)
    }
  },

  /** What the events say of all partitions of an asset. */
  read: (database: SqliteDatabase, asset: string): ReadonlyMap<string, AssetPartition> => {
    const partitions = new Map<string, AssetPartition>()
    for (const row of database.statement(SELECT).iterate(asset)) {
      const planned = row["planned_by"]
      const partition = AssetPartition.of({
        materialization:
          row["materialized_by"] === null
            ? undefined
            : { runId: String(row["materialized_by"]), timestamp: Number(row["materialized_at"]) },
        planned: planned === null ? undefined : { runId: String(planned), status: readStatus(row["status"]) }
      })
      if (partition !== undefined) partitions.set(String(row["partition"]), partition)
    }
    return partitions
  },

  /** Derives the partitions of a run anew, once its events are deleted. */
  forget: (database: SqliteDatabase, runId: string): void => {
    for (const row of database.statement(OF_RUN).all(runId, runId)) {
      const key = [String(row["asset"]), String(row["partition"])] as const
      database.statement(DELETE).run(...key)
      const made = database.statement(LAST_MATERIALIZATION).get(...key)
      if (made !== undefined) {
        const { id, run_id, timestamp } = made
        database.statement(MATERIALIZED).run(...key, Number(id), String(run_id), Number(timestamp))
      }
      const plan = database.statement(LAST_PLAN).get(...key)
      if (plan !== undefined) database.statement(PLANNED).run(...key, Number(plan["id"]), String(plan["run_id"]))
    }
  }
}
