import { makePlan } from "@heddle/engine/plan/makePlan"
import { Replay } from "@heddle/engine/run/Replay"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import type { RunNotFound, StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/**
 * Replays what an instance holds: whatever carried its runs, and however they ended, their logs have to say what the
 * engine decides by them.
 *
 * @since 0.1.0
 */
export const InstanceReplay = {
  /**
   * Replays every run, and tells where a log contradicts the engine; nothing where executors and storage are right.
   *
   * @returns one line for each contradiction, with the id of its run
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
