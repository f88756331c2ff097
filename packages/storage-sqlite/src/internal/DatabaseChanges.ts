import { StoreChanges, type StoreWatch } from "@heddle/storage/StoreChanges"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { SqliteDatabase } from "./SqliteDatabase.ts"

const VERSION = "pragma data_version"

/** How often a watch checks for writes of other processes, in milliseconds. */
const FAST = 3
const SLOW = 50

/**
 * Reports changes of a database through this or another connection. SQLite does not notify other processes, but it counts the
 * commits of other connections, and reading the count takes a few microseconds. It is only read while there are watches.
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

  /** Watches the events. Commits of other connections are reported within about 3 ms. A watch keeps the process alive. */
  get ofEvents(): Effect.Effect<StoreWatch, never, Scope.Scope> {
    return this.#watch("fast", this.#fast)
  }

  /** Watches the requests to cancel. Commits of other connections are reported within about 50 ms. */
  get ofRequests(): Effect.Effect<StoreWatch, never, Scope.Scope> {
    return this.#watch("slow", this.#slow)
  }

  /** Reports events that this connection appended or deleted. */
  eventsChanged(): void {
    this.#fast.tell()
  }

  /** Reports a request that this connection recorded. */
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
    // The watcher reads what was committed before the first watch.
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
      // The read that follows reports the reason.
      return undefined
    }
  }
}
