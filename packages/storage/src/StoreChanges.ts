import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Watches a store for changes. */
export interface StoreWatch {
  /**
   * Returns as soon as the store may have changed since the watch started or since `next` last returned. It may return without
   * a change, but never misses one.
   */
  readonly next: Effect.Effect<void>
}

/** One watch: whether the store has changed since it was last asked, and who waits for a change. */
class Watcher implements StoreWatch {
  #changed = false
  #wake: (() => void) | undefined

  readonly next: Effect.Effect<void> = Effect.callback<void>((resume) => {
    if (this.#changed) {
      this.#changed = false
      return resume(Effect.void)
    }
    this.#wake = () => {
      this.#wake = undefined
      this.#changed = false
      resume(Effect.void)
    }
    return Effect.sync(() => (this.#wake = undefined))
  })

  tell(): void {
    this.#changed = true
    this.#wake?.()
  }
}

/**
 * Notifies watches of changes, for implementations of stores.
 *
 * @since 0.1.0
 */
export class StoreChanges {
  readonly #watchers = new Set<Watcher>()

  /** Notifies all watches that the store may have changed. */
  tell(): void {
    for (const watcher of this.#watchers) watcher.tell()
  }

  /** Starts a watch, which lasts as long as its scope. */
  readonly watch: Effect.Effect<StoreWatch, never, Scope.Scope> = Effect.acquireRelease(
    Effect.sync(() => {
      const watcher = new Watcher()
      this.#watchers.add(watcher)
      return watcher
    }),
    (watcher) => Effect.sync(() => this.#watchers.delete(watcher))
  )
}
