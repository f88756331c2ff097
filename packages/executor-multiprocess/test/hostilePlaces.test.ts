import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { EventLog } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { Effect, Logger, Schema, Stream } from "effect"
import { broken, hostile, places, SAYING, streaming, values } from "./fixtures/hostilePlaces.ts"
import { fixture } from "./fixtures/notes.ts"
import { executeJob } from "./runs.ts"

const module = new URL("./fixtures/hostilePlaces.ts", import.meta.url).href
const isEvent = Schema.is(HeddleEvent.schema)
const names = Object.keys(values)

/** The events of a run as its store gives them back, each of which can be read. */
const stored = Effect.fnUntraced(function* (runId: string) {
  const events: ReadonlyArray<HeddleEvent> = yield* Stream.runCollect(EventLog.readAll(runId))
  for (const event of events) assert.isTrue(isEvent(event))
  assert.isTrue(HeddleEvent.isRunEnd(events.at(-1)!))
  return events
})

/** Steps that began an attempt and did not end it. */
const open = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<string> => {
  const steps = new Set<string>()
  for (const event of events) {
    if (event._tag === "STEP_START") steps.add(event.stepKey)
    if (event._tag === "STEP_SUCCESS" || event._tag === "STEP_FAILURE") steps.delete(event.stepKey)
  }
  return [...steps]
}

for (const executor of ["inProcess", "multiprocess"] as const) {
  const run = Effect.fnUntraced(
    function* (name: "hostile" | "streaming" | "broken", runConfig: { readonly [section: string]: unknown }) {
      const { values: folder } = yield* fixture
      const job = { hostile, streaming, broken }[name]
      const result = yield* executeJob(reconstructable(module, name, job as never), {
        values: folder,
        runConfig: { ...runConfig, execution: { [executor]: {} } }
      })
      return { result, events: yield* stored(result.runId) }
    },
    Effect.provide([SqliteInstance.layer({ filename: ":memory:" }), Logger.layer([])])
  )

  describe(`values that cannot be read (${executor})`, () => {
    it.live(
      "never prevent an attempt from ending, wherever a body uses them",
      () =>
        Effect.gen(function* () {
          const { events } = yield* run("hostile", {
            ops: { cases: { config: { places: Object.keys(places), values: names } } }
          })
          assert.deepStrictEqual(open(events), [])
          const ends = events.filter(({ _tag }) => _tag === "STEP_SUCCESS" || _tag === "STEP_FAILURE")
          assert.strictEqual(ends.length, 1 + Object.keys(places).length * names.length)
          // A hook changes nothing of its step, whatever it throws.
          assert.strictEqual(events.filter(({ _tag }) => _tag === "HOOK_ERRORED").length, names.length)
          // What is only said is said in a form that can be stored; where a body is wrong, its own step fails.
          const failed = events.flatMap((event) => (event._tag === "STEP_FAILURE" ? [event] : []))
          assert.deepStrictEqual(
            failed
              .map(({ stepKey }) => stepKey)
              .filter((key) => [...SAYING].some((place) => key.includes(`[${place}__`))),
            []
          )
          for (const { error } of failed) assert.isBelow(JSON.stringify(error).length, 10_000_000)
        }),
      60_000
    )

    it.live(
      "may be strings of 50 million characters, whose beginning is kept",
      () =>
        Effect.gen(function* () {
          const { events } = yield* run("hostile", {
            ops: {
              cases: {
                config: { places: ["thrown", "rejected", "log_message", "log_data", "metadata"], values: ["huge"] }
              }
            }
          })
          assert.deepStrictEqual(open(events), [])
          assert.isBelow(JSON.stringify(events).length, 1_000_000)
          assert.include(JSON.stringify(events), "more characters)")
        }),
      60_000
    )

    it.live(
      "may be emitted by a stream, or be the error of a stream or a resource",
      () =>
        Effect.gen(function* () {
          for (const value of executor === "inProcess" ? names : ["every_trap", "revoked_error", "message_getter"]) {
            const { result, events } = yield* run("streaming", { ops: { stream: { config: { value } } } })
            assert.isFalse(result.success)
            assert.deepStrictEqual(open(events), [])
            const { events: told } = yield* run("broken", { resources: { bad: { config: { value } } } })
            assert.strictEqual(told.filter(({ _tag }) => _tag === "RESOURCE_INIT_FAILURE").length, 1)
          }
        }),
      60_000
    )
  })
}
