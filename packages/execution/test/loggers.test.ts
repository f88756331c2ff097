import { assert, describe, it } from "@effect/vitest"
import { Hook, Job, Logger, type LogRecord, Op } from "@heddle/definitions"
import { executeInProcess } from "@heddle/execution"
import { Effect, Schema } from "effect"

class NoRoom extends Schema.TaggedError<NoRoom>()("NoRoom", { where: Schema.String }) {}

const talk = Op.make("talk", {
  resources: {},
  run: (_, { log }) =>
    Effect.gen(function* () {
      log.debug("d")
      log.info("i", { n: 1 })
      yield* Effect.logWarning("w")
      log.critical("c")
    })
})

/** A job with a logger that keeps what it gets. */
const talking = (kept: Array<LogRecord>, closed: Array<string> = []) => {
  const keeping = Logger.make({
    config: Schema.Struct({ level: Schema.optionalKey(Schema.Literals(["INFO", "ERROR"])), id: Schema.String }),
    make: ({ id, level }) =>
      Effect.acquireRelease(
        Effect.sync(() => ({ level, write: (record: LogRecord) => void kept.push(record) })),
        () => Effect.sync(() => closed.push(id))
      )
  })
  const failing = Logger.make({ make: () => Effect.fail(new NoRoom({ where: "here" })) })
  const throwing = Logger.make({
    make: () => ({
      write: () => {
        throw new Error("no more room")
      }
    })
  })
  const options = {
    loggers: { keeping, failing, throwing },
    hooks: [Hook.onSuccess("say", ({ log }) => log.error("by a hook"))],
    tags: { team: "a" }
  }
  return Job.make("talking", options, function* () {
    yield* talk()
  })
}

describe("loggers", () => {
  it.effect("get what bodies and hooks log at or above their level, with its place, until the run ends", () =>
    Effect.gen(function* () {
      const kept: Array<LogRecord> = []
      const closed: Array<string> = []
      const { allEvents } = yield* executeInProcess(talking(kept, closed), {
        runConfig: { loggers: { keeping: { config: { level: "INFO", id: "x" } } } },
        runId: "r"
      })
      assert.deepStrictEqual(
        kept.map(({ level, message }) => `${level} ${message}`),
        ["INFO i", "WARNING w", "CRITICAL c", "ERROR by a hook"]
      )
      const { timestamp: _, ...record } = kept[0]!
      assert.deepStrictEqual(record, {
        level: "INFO",
        message: "i",
        data: { n: 1 },
        runId: "r",
        jobName: "talking",
        stepKey: "talk",
        opName: "talk",
        tags: { team: "a" }
      })
      assert.deepStrictEqual(closed, ["x"])
      assert.strictEqual(allEvents.filter(({ _tag }) => _tag === "LOG_MESSAGE").length, 5)
    })
  )

  it.effect("are only those that run config names", () =>
    Effect.gen(function* () {
      const kept: Array<LogRecord> = []
      yield* executeInProcess(talking(kept))
      assert.deepStrictEqual(kept, [])
    })
  )

  it.effect("are checked by name and config before anything runs", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        executeInProcess(talking([]), { runConfig: { loggers: { keeping: {}, kepping: {} } } })
      )
      assert.strictEqual(error._tag, "RunConfigError")
      assert.include(error.message, "loggers.kepping")
      assert.include(error.message, "loggers.keeping.config")
    })
  )

  it.effect("that cannot be made keep the run from starting; one that throws loses only its own lines", () =>
    Effect.gen(function* () {
      const refused = yield* executeInProcess(talking([]), { runConfig: { loggers: { failing: {} } } })
      assert.isFalse(refused.success)
      const end = refused.allEvents.at(-1)
      assert.isTrue(end?._tag === "RUN_FAILURE" && end.error?.name === "LoggerFailed")
      const kept: Array<LogRecord> = []
      const { allEvents, success } = yield* executeInProcess(talking(kept), {
        runConfig: { loggers: { throwing: {}, keeping: { config: { id: "x" } } } }
      })
      assert.isTrue(success)
      assert.strictEqual(kept.length, 5)
      const told = allEvents.flatMap((event) => (event._tag === "ENGINE_EVENT" ? [event.message] : []))
      assert.deepStrictEqual(told, ['Logger "throwing" failed and receives no more log lines'])
    })
  )
})
