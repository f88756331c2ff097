import type { RunLease } from "@heddle/storage/RunLease"
import { Worker } from "node:worker_threads"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

/** A message to the thread: start or stop renewing a lease. */
interface Order {
  readonly keep: boolean
  readonly runId: string
  readonly fence: number
}

/**
 * Runs in a thread with its own connection, because leases must be renewed even while a body blocks the event loop. It never
 * syncs: a power failure also ends the process that holds the lease. It does not move pages out of the write-ahead log either,
 * because that is only safe with a sync.
 */
const PROGRAM = `
  const { DatabaseSync } = require("node:sqlite")
  const { statSync } = require("node:fs")
  const { parentPort, workerData: { filename, millis, identity } } = require("node:worker_threads")
  const isInPlace = () => {
    const found = statSync(filename, { bigint: true, throwIfNoEntry: false })
    return found !== undefined && found.dev + ":" + found.ino === identity
  }
  // Opening a missing file would create it.
  if (!isInPlace()) throw new Error("the file is gone")
  const database = new DatabaseSync(filename, { timeout: Math.ceil(millis / 3) })
  database.exec("pragma synchronous = normal; pragma wal_autocheckpoint = 0")
  const renew = database.prepare("update runs set lease_until = ? where run_id = ? and lease_fence = ?")
  const leases = new Map()
  const beat = () => {
    if (leases.size === 0) return
    if (!isInPlace()) return parentPort.postMessage("gone")
    const lost = []
    try {
      database.exec("begin immediate")
      const until = Date.now() + millis
      for (const [runId, fence] of leases) if (renew.run(until, runId, fence).changes === 0) lost.push({ runId, fence })
      database.exec("commit")
    } catch {
      // The database is locked, or the disk is full. The next beat may succeed, and the log decides in the end.
      if (database.isTransaction) database.exec("rollback")
      return
    }
    for (const { runId } of lost) leases.delete(runId)
    if (lost.length > 0) parentPort.postMessage(lost)
  }
  setInterval(beat, millis / 3)
  parentPort.on("message", ({ keep, runId, fence }) => {
    if (keep) leases.set(runId, fence)
    else if (leases.get(runId) === fence) leases.delete(runId)
  })
`

/** How kept leases are renewed in the store. */
interface Store {
  readonly tell: (order: Order) => void
  readonly close: () => Promise<unknown>
}

/** A thread that renews leases in a database file. It starts with the first lease. */
const threadOf = (
  database: SqliteDatabase,
  millis: number,
  lost: (lease: Omit<Order, "keep">) => void,
  gone: () => void
): Store => {
  const { filename, identity } = database
  let thread: Worker | undefined
  const start = (): Worker => {
    const started = new Worker(PROGRAM, {
      eval: true,
      execArgv: ["--no-warnings"],
      env: {},
      workerData: { filename, millis, identity }
    })
    started.on("message", (said: "gone" | ReadonlyArray<Omit<Order, "keep">>) =>
      said === "gone" ? gone() : said.forEach(lost)
    )
    // Without the thread the leases expire. That does no harm until another process wants a run.
    started.on("error", (error) => {
      if (database.isInPlace) process.emitWarning(`Heddle cannot renew the leases of its runs: ${String(error)}`)
      else gone()
    })
    started.unref()
    return started
  }
  return {
    tell: (order) => (thread ??= start()).postMessage(order),
    close: async () => thread?.terminate()
  }
}

const MARK = "update runs set lease_until = ? where run_id = ? and lease_fence = ?"

/** The latest possible date. */
const NEVER = 8.64e15

/** A database in memory ends with this process, so its leases need no renewal. */
const marksIn = (database: SqliteDatabase, millis: number): Store => ({
  tell: ({ fence, keep, runId }) => {
    database.statement(MARK).run(keep ? NEVER : Date.now() + millis, runId, fence)
  },
  close: async () => {}
})

/** Why a lease is lost: another process has taken over the run, or the file is gone. */
export type LeaseEnd = "taken" | "gone"

interface Kept {
  readonly fence: number
  readonly lost: (why: LeaseEnd) => void
}

/** Renews the leases of this process in one database. */
export class LeaseKeeper {
  readonly #store: Store
  readonly #kept = new Map<string, Kept>()

  /**
   * @param millis - how long a lease lasts, in milliseconds
   */
  constructor(database: SqliteDatabase, millis: number) {
    this.#store =
      database.filename === ":memory:"
        ? marksIn(database, millis)
        : threadOf(
            database,
            millis,
            ({ fence, runId }) => this.#lose(runId, fence),
            () => this.#loseAll()
          )
  }

  /**
   * Renews a lease until the returned function is called.
   *
   * @param lost - called soon after another process takes over the run, or the file of the database is gone
   */
  keep({ fence, runId }: RunLease, lost: Kept["lost"]): () => void {
    const kept = { fence, lost }
    this.#kept.set(runId, kept)
    this.#store.tell({ keep: true, runId, fence })
    return () => {
      if (this.#kept.get(runId) !== kept) return
      this.#kept.delete(runId)
      this.#store.tell({ keep: false, runId, fence })
    }
  }

  /** Called when this process takes over a run, perhaps from itself. */
  taken({ fence, runId }: RunLease): void {
    this.#lose(runId, fence - 1)
  }

  /** Stops the thread, which closes its connection. */
  close(): Promise<unknown> {
    return this.#store.close()
  }

  #lose(runId: string, fence: number): void {
    const kept = this.#kept.get(runId)
    if (kept === undefined || kept.fence > fence) return
    this.#kept.delete(runId)
    kept.lost("taken")
  }

  #loseAll(): void {
    const all = [...this.#kept.values()]
    this.#kept.clear()
    for (const { lost } of all) lost("gone")
  }
}
