import { makePlan } from "@heddle/engine/plan/makePlan"
import { Replay } from "@heddle/engine/run/Replay"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * Replays the runs of an instance through the engine, to check that their logs agree with what the engine decides, whichever
 * executor ran them and however they ended.
 *
 * @since 0.1.0
 */
export const InstanceReplay = {
  /**
   * Replays every run, and reports where a log contradicts the engine.
   *
   * @returns one line for each contradiction, with the id of its run; empty if executors and storage are correct
   */
  contradictions: Effect.gen(function* () {
    const storage = yield* RunStorage
    const found: Array<string> = []
    for (const { assets, known, runId } of yield* storage.list({ limit: Number.POSITIVE_INFINITY })) {
      const plan = makePlan(yield* storage.snapshot(runId))
      const events = yield* Stream.runCollect(EventLog.readAll(runId))
      const before = new Map(Object.entries(assets ?? {}))
      for (const line of Replay.of(plan, events, known, before).contradictions) found.push(`run "${runId}": ${line}`)
    }
    return found
  }) satisfies Effect.Effect<ReadonlyArray<string>, StorageError | RunNotFound, Instance>
}
