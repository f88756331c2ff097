import { assert, describe, it } from "@effect/vitest"
import { type AnyJob, reconstructable } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { EventLog, Instance } from "@heddle/storage"
import { Effect, Schema, Stream } from "effect"
import { everywhere } from "./fixtures/hostile.ts"
import { fixture } from "./fixtures/notes.ts"
import { executeJob } from "./runs.ts"

const module = new URL("./fixtures/hostile.ts", import.meta.url).href
const isEvent = HeddleEvent.schema

/** What an executor made of a job: its events, each of which has to be valid. */
const run = Effect.fnUntraced(function* (job: AnyJob, name: string, executor: "inProcess" | "multiprocess") {
  const { values: folder } = yield* fixture
  const { success } = yield* executeJob(reconstructable(module, name, job), {
    values: folder,
    runConfig: { execution: { [executor]: { config: { maxConcurrent: 4 } } } },
    runId: "r"
  })
  const events: ReadonlyArray<HeddleEvent> = yield* Stream.runCollect(EventLog.readAll("r"))
  return { events, success }
})

const ends = HeddleEvent.is("STEP_SUCCESS", "STEP_FAILURE", "STEP_UP_FOR_RETRY")
const starts = HeddleEvent.is("STEP_START", "STEP_RESTARTED")

for (const executor of ["inProcess", "multiprocess"] as const) {
  describe(`a value that cannot be read, with the executor ${executor}`, () => {
    it.live(
      "ends only its own attempt, wherever a body or a hook uses it",
      () =>
        Effect.gen(function* () {
          const { events } = yield* run(everywhere, "everywhere", executor)
          for (const event of events) assert.isTrue(Schema.is(isEvent)(event), JSON.stringify(event).slice(0, 500))
          const attempts = (list: ReadonlyArray<{ readonly stepKey: string; readonly attempt: number }>) =>
            list.map(({ attempt, stepKey }) => `${stepKey}~${attempt}`)
          const started = attempts(events.filter(starts))
          const ended = attempts(events.filter(ends))
          assert.deepStrictEqual(ended.toSorted(), started.toSorted())
        }).pipe(Effect.provide(Instance.layerMemory)),
      120_000
    )
  })
}
