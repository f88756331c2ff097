import type { HeddleEventType } from "@heddle/events/HeddleEvent"
import type { AssetCursor, AssetEvents, AssetLog, AssetQuery, LatestOfAsset } from "@heddle/storage/AssetLog"
import type { SQLOutputValue } from "node:sqlite"
import { SqliteDatabase } from "./SqliteDatabase.ts"
import { fromBody } from "./SqliteEventLog.ts"
import { StoredPartitions } from "./StoredPartitions.ts"

const TYPE: { readonly [K in keyof AssetEvents]: AssetEvents[K]["_tag"] & HeddleEventType } = {
  materialization: "ASSET_MATERIALIZATION",
  observation: "ASSET_OBSERVATION",
  check: "ASSET_CHECK_EVALUATION"
}

/** Each index is for one type, so the statement names the type. */
const select = (kind: keyof AssetEvents, { check, partition }: AssetQuery): string => `
  select id, body from events
  where type = '${TYPE[kind]}' and body ->> '$.asset' = ?
  ${partition === undefined ? "" : "and body ->> '$.partition' = ?"}
  ${check === undefined ? "" : "and body ->> '$.check' = ?"}
  and id < ? order by id desc limit ?`

const CURSOR = /^asset:([1-9]\d{0,15})$/

const fromCursor = (cursor: AssetCursor | undefined): number => {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  const row = CURSOR.exec(cursor)?.[1]
  if (row === undefined) throw new Error(`"${cursor}" is not a place in the history of an asset`)
  return Number(row)
}

type Row = { readonly [column: string]: SQLOutputValue }

/** The events of assets in the table `events`, found by indices. */
export const sqliteAssetLog = (database: SqliteDatabase): AssetLog["Service"] => {
  const rows = (kind: keyof AssetEvents, asset: string, query: AssetQuery, limit: number): ReadonlyArray<Row> => {
    const only = [query.partition, query.check].flatMap((value) => (value === undefined ? [] : [value]))
    return database
      .statement(select(kind, query))
      .all(asset, ...only, fromCursor(query.before), SqliteDatabase.toLimit(limit))
  }
  // The statement selects events of one type.
  const event = <K extends keyof AssetEvents>(row: Row): AssetEvents[K] =>
    fromBody(Number(row["id"]), row["body"]) as AssetEvents[K]
  return {
    partitions: (asset) =>
      database.attempt("read partitions of assets", undefined, () => StoredPartitions.read(database, asset)),
    latest: (assets, partition) =>
      database.attempt("read events of assets", undefined, () => {
        const found = new Map<string, LatestOfAsset>()
        for (const asset of assets) {
          const [materialization] = rows("materialization", asset, { partition }, 1)
          const [observation] = rows("observation", asset, { partition }, 1)
          if (materialization === undefined && observation === undefined) continue
          found.set(asset, {
            ...(materialization === undefined ? {} : { materialization: event<"materialization">(materialization) }),
            ...(observation === undefined ? {} : { observation: event<"observation">(observation) }),
            isObservedLast: Number(observation?.["id"] ?? 0) > Number(materialization?.["id"] ?? 0)
          })
        }
        return found
      }),
    history: <K extends keyof AssetEvents>(kind: K, asset: string, query: AssetQuery = {}) =>
      database.attempt("read events of assets", undefined, () => {
        const limit = query.limit ?? 100
        const found = rows(kind, asset, query, limit + 1)
        const page = found.slice(0, limit)
        return {
          events: page.map((row) => event<K>(row)),
          next: found.length > limit ? `asset:${Number(page.at(-1)!["id"])}` : undefined
        }
      })
  }
}
