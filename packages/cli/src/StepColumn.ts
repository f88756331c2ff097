import { makePlan } from "@heddle/engine/plan/makePlan"
import type { Run } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import { PlainText } from "./PlainText.ts"

/** The width where the keys are not known, and where they are shorter. */
const USUAL = 20
/** Longer keys go beyond their column. */
const MOST = 40
/** The part of a terminal that the column takes at most. */
const PART = 0.35

/**
 * The column of step keys in the log of a run.
 *
 * @since 0.1.0
 */
export const StepColumn = {
  /**
   * The width of the column in cells: that of the longest key, within limits.
   *
   * @param keys - the keys of the steps of the run, as far as they are known
   * @param columns - width of the terminal in cells; `undefined` if the log is not printed to a terminal
   */
  width: (keys: Iterable<string>, columns: number | undefined): number => {
    let width = USUAL
    for (const key of keys) width = Math.max(width, PlainText.width(key))
    return Math.min(width, MOST, columns === undefined ? MOST : Math.max(8, Math.floor(columns * PART)))
  },

  /**
   * The keys of the steps that a run was to execute when it was created.
   *
   * @param run - record of the run
   */
  keysOf: ({ runId, stepKeys }: Run): Effect.Effect<ReadonlyArray<string>, RunNotFound | StorageError, RunStorage> =>
    stepKeys === undefined
      ? Effect.map(
          Effect.flatMap(RunStorage, (storage) => storage.snapshot(runId)),
          (snapshot) => makePlan(snapshot).steps.map(({ key }) => key)
        )
      : Effect.succeed(stepKeys)
}
