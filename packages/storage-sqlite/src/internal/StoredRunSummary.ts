import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { RunSummary } from "@heddle/storage/RunSummary"
import * as Schema from "effect/Schema"
import type { SQLOutputValue } from "node:sqlite"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const decode = Schema.decodeUnknownSync(RunSummary.schema)

const SELECT = "select status, started_at, ended_at, pid, host from runs where run_id = ?"
const UPDATE = "update runs set status = ?, started_at = ?, ended_at = ?, pid = ?, host = ? where run_id = ?"

/**
 * The summaries of runs in the table `runs`: an index that is derived from the events and written with them.
 *
 * One object serves one transaction. It reads the summary of a run when an event changes it, and writes it at the end.
 */
export class StoredRunSummary {
  readonly #database: SqliteDatabase
  readonly #states = new Map<string, RunSummary>()

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Folds an event that was just stored. Runs that are not created yet have no summary. */
  fold(event: HeddleEvent): void {
    // No event leads back to the initial summary, so an event that does not change the initial one changes none.
    if (RunSummary.after(RunSummary.initial, event) === RunSummary.initial) return
    const before = this.#states.get(event.runId) ?? this.#read(event.runId)
    if (before !== undefined) this.#states.set(event.runId, RunSummary.after(before, event))
  }

  /** Writes the states that changed. */
  save(): void {
    for (const [runId, state] of this.#states) {
      this.#database.statement(UPDATE).run(...StoredRunSummary.toColumns(state), runId)
    }
  }

  #read(runId: string): RunSummary | undefined {
    const row = this.#database.statement(SELECT).get(runId)
    return row === undefined ? undefined : StoredRunSummary.fromColumns(row)
  }

  /** A state as values of the columns status, started_at, ended_at, pid and host. */
  static readonly toColumns = (state: RunSummary) =>
    [state.status, state.startedAt ?? null, state.endedAt ?? null, state.pid ?? null, state.host ?? null] as const

  /** The state in a row of `runs`. Throws if the row holds no valid state. */
  static readonly fromColumns = (row: { readonly [column: string]: SQLOutputValue }): RunSummary =>
    decode({
      status: row["status"],
      ...(row["started_at"] === null ? {} : { startedAt: row["started_at"] }),
      ...(row["ended_at"] === null ? {} : { endedAt: row["ended_at"] }),
      ...(row["pid"] === null ? {} : { pid: row["pid"] }),
      ...(row["host"] === null ? {} : { host: row["host"] })
    })
}
