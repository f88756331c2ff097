import { RunStorage } from "@heddle/storage/RunStorage"
import type { Run } from "@heddle/storage/RunRecord"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import { UsageError } from "./UsageError.ts"

/** Runs that a prefix of an id is looked up in. */
const SEARCHED = 100_000

/** Ids as runs have them that were not given another. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * A run as it is named on the command line: its id, a prefix of it that no other id has, or `last` (`latest` is the same).
 *
 * @since 0.1.0
 */
export const RunReference = {
  /**
   * Finds the run that is named. Fails with `UsageError` when there is none, or when a prefix fits several.
   *
   * @param reference - id, prefix of an id, or `last` or `latest`
   */
  resolve: (reference: string): Effect.Effect<Run, UsageError | StorageError, RunStorage> =>
    Effect.gen(function* () {
      const storage = yield* RunStorage
      // Every id starts with nothing, and none is meant by it.
      if (reference === "") return yield* none("The run id is empty")
      if (reference === "last" || reference === "latest") {
        const [newest] = yield* storage.list({ limit: 1 })
        return newest === undefined ? yield* none("There is no run yet") : newest
      }
      const exact = yield* Effect.catchTag(storage.get(reference), "RunNotFound", () => Effect.void)
      if (exact !== undefined) return exact
      const runs = yield* storage.list({ limit: SEARCHED })
      const found = runs.filter((run) => run.runId.startsWith(reference))
      if (found.length === 1) return found[0]!
      if (found.length === 0) return yield* none(`There is no run "${reference}"`)
      const shown = found.slice(0, 5).map((run) => `    ${run.runId}  ${run.jobName}`)
      const more = found.length > shown.length ? [`    and ${found.length - shown.length} more`] : []
      return yield* new UsageError({
        problems: [[`${found.length} runs have an id that starts with "${reference}":`, ...shown, ...more].join("\n")],
        hint: "Write more of the id"
      })
    }),

  /**
   * A short name of a run: the start of a random id, which other runs are not likely to have; an id that somebody has
   * chosen stays whole.
   */
  short: (runId: string): string => (UUID.test(runId) ? runId.slice(0, 8) : runId)
}

const none = (problem: string): Effect.Effect<never, UsageError> =>
  Effect.fail(new UsageError({ problems: [problem], hint: 'See "heddle run list" for the runs of this instance' }))
