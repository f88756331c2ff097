import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import * as Effect from "effect/Effect"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const INSERT = "insert into dynamic_partitions (name, key) values (?, ?) on conflict do nothing"
const DELETE = "delete from dynamic_partitions where name = ? and key = ?"
const LIST = "select key from dynamic_partitions where name = ? order by id"
const HAS = "select 1 from dynamic_partitions where name = ? and key = ?"
const NAMES = "select distinct name from dynamic_partitions"

/** The keys in the table `dynamic_partitions`. */
export const sqliteDynamicPartitions = (database: SqliteDatabase): DynamicPartitions["Service"] => {
  /** Runs a statement for each key in one transaction, and returns the keys for which it changed something. */
  const change = (operation: string, sql: string, name: string, keys: ReadonlyArray<string>) =>
    database.attempt(operation, undefined, () =>
      database.transaction(() => keys.filter((key) => Number(database.statement(sql).run(name, key).changes) > 0))
    )
  // A string with lone surrogates would be stored, and found, as a different one.
  const isKey = (text: string): boolean => text.isWellFormed()
  return {
    add: (name, keys) =>
      Effect.flatMap(DynamicPartitions.checkKeys(name, keys), (distinct) =>
        change("add keys of dynamic partitions", INSERT, name, distinct)
      ),
    remove: (name, keys) =>
      isKey(name)
        ? change("remove keys of dynamic partitions", DELETE, name, [...new Set(keys)].filter(isKey))
        : Effect.succeed([]),
    list: (name) =>
      isKey(name)
        ? database.attempt("list keys of dynamic partitions", undefined, () =>
            database
              .statement(LIST)
              .all(name)
              .map((row) => String(row["key"]))
          )
        : Effect.succeed([]),
    has: (name, key) =>
      isKey(name) && isKey(key)
        ? database.attempt(
            "find a key of dynamic partitions",
            undefined,
            () => database.statement(HAS).get(name, key) !== undefined
          )
        : Effect.succeed(false),
    names: database.attempt("list dynamic partitions", undefined, () =>
      database
        .statement(NAMES)
        .all()
        .map((row) => String(row["name"]))
        .toSorted((a, b) => (a < b ? -1 : 1))
    )
  }
}
