import { assert, describe, it } from "@effect/vitest"
import { RunReport } from "@heddle/cli/RunReport"
import { LostRun } from "@heddle/engine/run/LostRun"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { EventLog } from "@heddle/storage/EventLog"
import { Instance } from "@heddle/storage/Instance"
import type { Run } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import { START, story } from "./fixtures/events.ts"

const told = story()
told.start()
told.ok("load", 10, 20)
told.fails("page[a]", 20, 30)
told.at(25, "STEP_START", { stepKey: "page[b]", attempt: 1 })

const run: Run = {
  runId: told.runId,
  jobName: "etl",
  createdAt: START,
  tags: {},
  runConfig: {},
  status: "STARTED",
  startedAt: START,
  lease: { runId: told.runId, fence: 1, pid: 4242, host: "workshop", since: START, until: START + 15_000 }
}

const job: JobSnapshot = {
  name: "etl",
  graph: { name: "etl", inputs: [], outputs: {}, nodes: [] },
  resources: [],
  tags: {}
}

describe("RunReport of a lost run", () => {
  it.effect("gives a run one end with its failed steps and its process, however often it is marked", () =>
    Effect.gen(function* () {
      const { lease: _, ...record } = run
      yield* (yield* RunStorage).createHeld(record, job, run.lease!)
      yield* (yield* EventLog).append(told.events())
      yield* TestClock.adjust("15 seconds")
      yield* LostRun.takeOver(run)
      yield* TestClock.adjust("15 seconds")
      yield* LostRun.takeOver(run)
      const events = yield* Stream.runCollect(EventLog.readAll(run.runId))
      const ends = events.filter((event) => event._tag === "RUN_FAILURE")
      assert.strictEqual(ends.length, 1)
      assert.deepInclude(ends[0], {
        id: "~run~0~end",
        reason: "UNEXPECTED_TERMINATION",
        failedSteps: ["page[a]"],
        error: { name: "ProcessGone", message: LostRun.reason(run) }
      })
      assert.include(LostRun.reason(run), "Process 4242 on workshop is gone")
      // The report of the marked run tells what the process was in the middle of.
      const lines = RunReport.lines(RunReport.make({ ...run, status: "FAILURE" }, "FAILURE", events), {
        width: 100,
        now: START + 100
      })
      assert.match(lines.join("\n"), /3: 1 failed, 1 succeeded, 1 unfinished/)
      // The mark came later than all that the process did.
      assert.match(lines.join("\n"), /last event after 30 ms/)
      assert.include(lines.join("\n"), "ProcessGone: Process 4242 on workshop is gone")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
