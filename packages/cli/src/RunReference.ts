import { RunStorage } from "@heddle/storage/RunStorage"
import type { Run } from "@heddle/storage/RunRecord"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import { UsageError } from "./UsageError.ts"

/** Maximum number of runs to search for a prefix. */
const SEARCHED = 100_000

/** The format of generated run ids. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Resolves run references on the command line: a run id, a unique prefix of one, or `last` (alias `latest`).
 *
 * @since 0.1.0
 */
export const RunReference = {
  /**
   * Finds a run. Fails with `UsageError` if no run matches, or if a prefix matches several.
   *
   * @param reference - run id, prefix of a run id, `last` or `latest`
   */
  resolve: (reference: string): Effect.Effect<Run, UsageError | StorageError, RunStorage> =>
    Effect.gen(function* () {
      const storage = yield* RunStorage
      // Every id starts with the empty string.
      if (reference === "") return yield* none("The run id is empty")
      if (reference === "last" || reference === "latest") {
        const [newest] = yield* storage.list({ limit: 1 })
        return newest === undefined ? yield* none("There are no runs yet") : newest
      }
      const exact = yield* Effect.catchTag(storage.get(reference), "RunNotFound", () => Effect.void)
      if (exact !== undefined) return exact
      const runs = yield* storage.list({ limit: SEARCHED })
      const found = runs.filter((run) => run.runId.startsWith(reference))
      if (found.length === 1) return found[0]!
      if (found.length === 0) return yield* none(`Run "${reference}" does not exist`)
      const shown = found.slice(0, 5).map((run) => `    ${run.runId}  ${run.jobName}`)
      const more = found.length > shown.length ? [`    and ${found.length - shown.length} more`] : []
      return yield* new UsageError({
        problems: [[`"${reference}" matches ${found.length} runs:`, ...shown, ...more].join("\n")],
        hint: "Use a longer prefix"
      })
    }),

  /**
   * A short form of a run id: the first 8 characters of a generated id; ids chosen by the user are not shortened.
   */
  short: (runId: string): string => (UUID.test(runId) ? runId.slice(0, 8) : runId)
}

const none = (problem: string): Effect.Effect<never, UsageError> =>
  Effect.fail(new UsageError({ problems: [problem], hint: 'See "heddle run list"' }))
