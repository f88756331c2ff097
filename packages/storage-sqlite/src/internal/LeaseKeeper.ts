import type { RunLease } from "@heddle/storage/RunLease"
import { Worker } from "node:worker_threads"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

/** What the thread is told: to keep a lease, or to let it be. */
interface Order {
  readonly keep: boolean
  readonly runId: string
  readonly fence: number
}

/**
 * Runs in a thread with a connection of its own, for it must renew leases even while a body spins the event loop. It
 * never syncs: who loses power loses the process that holds the lease too. Nor does it move pages out of the
 * write-ahead log, which is safe only with a sync.
 */
const PROGRAM = `
  const { DatabaseSync } = require("node:sqlite")
  const { statSync } = require("node:fs")
  const { parentPort, workerData: { filename, millis, identity } } = require("node:worker_threads")
  const isInPlace = () => {
    const found = statSync(filename, { bigint: true, throwIfNoEntry: false })
    return found !== undefined && found.dev + ":" + found.ino === identity
  }
  // To open a file that is not there would make a new one.
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
      // Locked, or the disk is full: the next beat may have more luck, and the log says what matters.
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

/** How the leases that are kept stay in the store. */
interface Store {
  readonly tell: (order: Order) => void
  readonly close: () => Promise<unknown>
}

/** A thread that renews leases in a database file; it starts with the first one. */
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
    // Without its thread a lease lapses; that does no harm until another process wants the run.
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

/** As late as a date can be. */
const NEVER = 8.64e15

/** A database in memory ends with this process: what is kept need not be renewed. */
const marksIn = (database: SqliteDatabase, millis: number): Store => ({
  tell: ({ fence, keep, runId }) => {
    database.statement(MARK).run(keep ? NEVER : Date.now() + millis, runId, fence)
  },
  close: async () => {}
})

/** Why a lease cannot be kept any more: another holder has the run, or the file is gone. */
export type LeaseEnd = "taken" | "gone"

interface Kept {
  readonly fence: number
  readonly lost: (why: LeaseEnd) => void
}

/** Keeps the leases of this process in one database. */
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
   * Keeps a lease until the function that it gives is called.
   *
   * @param lost - called soon after another holder has taken the run, or the file of the database is gone
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

  /** Hears that this process has taken a run, perhaps from itself. */
  taken({ fence, runId }: RunLease): void {
    this.#lose(runId, fence - 1)
  }

  /** Ends with nothing open of the database. */
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
