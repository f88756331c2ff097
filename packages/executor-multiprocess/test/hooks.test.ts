import { assert, describe, it } from "@effect/vitest"
import { reconstructable } from "@heddle/definitions"
import { executeJob } from "./runs.ts"
import { EventLog, Instance } from "@heddle/storage"
import { Effect, Stream } from "effect"
import { ending, hooked } from "./fixtures/hooked.ts"
import { fixture } from "./fixtures/notes.ts"

const module = new URL("./fixtures/hooked.ts", import.meta.url).href
const runConfig = { execution: { multiprocess: { config: { maxConcurrent: 1 } } } }

const hookEvents = Effect.map(Stream.runCollect(EventLog.readAll("r")), (events) =>
  events.flatMap((event) =>
    event._tag === "HOOK_COMPLETED" || event._tag === "HOOK_SKIPPED" || event._tag === "HOOK_ERRORED"
      ? [`${event._tag} ${event.hook} ${event.stepKey}`]
      : event._tag === "STEP_SUCCESS" || event._tag === "STEP_FAILURE" || event._tag === "STEP_START"
        ? [`${event._tag} ${event.stepKey}`]
        : event._tag.startsWith("RUN_") && event._tag !== "RUN_START"
          ? [event._tag]
          : []
  )
)

describe("hooks in worker processes", () => {
  it.live("run in the process of their step, before it gets other work", () =>
    Effect.gen(function* () {
      const { notes, values } = yield* fixture
      const { success } = yield* executeJob(reconstructable(module, "hooked", hooked), {
        values,
        runConfig,
        runId: "r"
      })
      assert.isFalse(success)
      const seen = notes().map((line) => line.split(" "))
      assert.deepStrictEqual(
        seen.map((line) => line.slice(0, -1).join(" ")),
        ['ok one {"result":1}', "bad fail Error: no"]
      )
      assert.isTrue(seen.every((line) => Number(line.at(-1)) !== process.pid))
      assert.deepStrictEqual(yield* hookEvents, [
        "STEP_START one",
        "STEP_SUCCESS one",
        "HOOK_COMPLETED ok one",
        "HOOK_SKIPPED bad one",
        "STEP_START fail",
        "STEP_FAILURE fail",
        "HOOK_SKIPPED ok fail",
        "HOOK_COMPLETED bad fail",
        "RUN_FAILURE"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("that end their process are recorded as failed, and the step stays a success", () =>
    Effect.gen(function* () {
      const { values } = yield* fixture
      const { success } = yield* executeJob(reconstructable(module, "ending", ending), {
        values,
        runConfig,
        runId: "r"
      })
      assert.isTrue(success)
      assert.deepStrictEqual(yield* hookEvents, [
        "STEP_START one",
        "STEP_SUCCESS one",
        "HOOK_ERRORED ends one",
        "HOOK_ERRORED next one",
        "RUN_SUCCESS"
      ])
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
