import { StoreChanges, type StoreWatch } from "@heddle/storage/StoreChanges"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const VERSION = "pragma data_version"

/** How often a watch looks for what other processes have written, in milliseconds. */
const FAST = 3
const SLOW = 50

/**
 * Tells when a database changes, through this connection or another. SQLite has no notices across processes, but counts
 * the commits of other connections, which costs some microseconds to read. Looks only while somebody watches.
 */
export class DatabaseChanges {
  readonly #database: SqliteDatabase
  readonly #fast = new StoreChanges()
  readonly #slow = new StoreChanges()
  readonly #watching = { fast: 0, slow: 0 }
  #version: unknown
  #timer: { readonly millis: number; readonly handle: NodeJS.Timeout } | undefined

  constructor(database: SqliteDatabase) {
    this.#database = database
  }

  /** Watches the events: tells of commits of others within some 3 ms, and keeps the process alive. */
  get ofEvents(): Effect.Effect<StoreWatch, never, Scope.Scope> {
    return this.#watch("fast", this.#fast)
  }

  /** Watches the requests to cancel: tells of commits of others within some 50 ms. */
  get ofRequests(): Effect.Effect<StoreWatch, never, Scope.Scope> {
    return this.#watch("slow", this.#slow)
  }

  /** Tells of events that this connection has appended or deleted. */
  eventsChanged(): void {
    this.#fast.tell()
  }

  /** Tells of a request that this connection has recorded. */
  requestsChanged(): void {
    this.#slow.tell()
  }

  #watch(speed: "fast" | "slow", changes: StoreChanges): Effect.Effect<StoreWatch, never, Scope.Scope> {
    return Effect.andThen(
      Effect.acquireRelease(
        Effect.sync(() => this.#count(speed, 1)),
        () => Effect.sync(() => this.#count(speed, -1))
      ),
      changes.watch
    )
  }

  #count(speed: "fast" | "slow", by: number): void {
    this.#watching[speed] += by
    const millis = this.#watching.fast > 0 ? FAST : this.#watching.slow > 0 ? SLOW : undefined
    if (millis === this.#timer?.millis) return
    clearInterval(this.#timer?.handle)
    if (millis === undefined) {
      this.#timer = undefined
      return
    }
    // What was committed before the first watch is read by whoever watches.
    if (this.#timer === undefined) this.#version = this.#read()
    const handle = setInterval(() => this.#look(), millis)
    if (millis === SLOW) handle.unref()
    this.#timer = { millis, handle }
  }

  #look(): void {
    const version = this.#read()
    if (version === this.#version) return
    this.#version = version
    this.#fast.tell()
    this.#slow.tell()
  }

  /** A number that differs after each commit of another connection; `undefined` if it cannot be read. */
  #read(): unknown {
    try {
      return this.#database.statement(VERSION).get()?.["data_version"]
    } catch {
      // The read that follows says why.
      return undefined
    }
  }
}
