import { assert, layer } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { Json } from "@heddle/events/Json"
import { EventLog } from "@heddle/storage/EventLog"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { EventArbitrary } from "../EventArbitrary.ts"

/** The value after a round trip through JSON, where -0 becomes 0 and the order of fields does not matter. */
const plain = (value: unknown): unknown => Json.parse(JSON.stringify(value))

/** A new run id, for stores that outlive a test. */
const newRunId = Effect.sync(() => crypto.randomUUID())

const line = (runId: string, n: number, message = `line ${n}`): HeddleEvent => ({
  _tag: "LOG_MESSAGE",
  id: `load~1~${n}`,
  runId,
  timestamp: 1_700_000_000_000 + n,
  stepKey: "load",
  level: "INFO",
  message
})

const lines = (runId: string, from: number, to: number): ReadonlyArray<HeddleEvent> =>
  Array.from({ length: to - from }, (_, index) => line(runId, from + index))

const numbers = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 })))

/**
 * Ids in the form of those of steps, or nearly so, with the step of their event, which need not be that of the id.
 */
const anyId = Arbitrary.map(Arbitrary.array(numbers, { minLength: 4, maxLength: 4 }), (chosen) => {
  const pick = (place: number, from: ReadonlyArray<string>): string => from[chosen[place]! % from.length]!
  const step = pick(0, ["a", "a", "a", "a~1", "1", "", "~", "load[k]", "~run"])
  const attempt = pick(1, ["~1", "~1", "~1", "~0", "~2", "~01", "~7", "~900000000000000000", "", "~x"])
  const n = pick(2, ["~0", "~1", "~2", "~3", "~4", "~03", "~9007199254740993", "~lost", "~", ""])
  return { id: `${step}${attempt}${n}` || "id", stepKey: pick(3, ["a", "a", "a~1", "1", "load[k]"]) }
})

const withId = (runId: string, id: string, stepKey: string): HeddleEvent => ({
  ...line(runId, 0),
  id,
  ...(stepKey === "1" ? {} : { stepKey })
})

const ids = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<string> => events.map((event) => event.id)

const suite = <E>(name: string, log: Layer.Layer<EventLog, E>): void =>
  layer(log)(`EventLog: ${name}`, (it) => {
    it.effect("reads events in the order in which they were appended", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 5, 8))
        yield* log.append(lines(runId, 0, 3))
        yield* log.append([line(runId, 4)])
        const { events } = yield* log.read(runId)
        assert.deepStrictEqual(events, [...lines(runId, 5, 8), ...lines(runId, 0, 3), line(runId, 4)])
      })
    )

    it.effect("has an empty log for an unknown run", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const { events, next } = yield* log.read(yield* newRunId)
        assert.deepStrictEqual(events, [])
        assert.isString(next)
      })
    )

    it.effect("accepts an empty list of events", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        yield* log.append([])
      })
    )

    it.effect("stores an event once, even if it is appended again", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 0, 3))
        yield* log.append(lines(runId, 0, 3))
        yield* log.append([...lines(runId, 2, 5), line(runId, 4)])
        const { events } = yield* log.read(runId)
        assert.deepStrictEqual(events, lines(runId, 0, 5))
      })
    )

    it.effect("stores an event once that came before those that precede it", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 2, 4))
        yield* log.append(lines(runId, 0, 6))
        yield* log.append(lines(runId, 0, 7))
        const { events } = yield* log.read(runId)
        const order = [...lines(runId, 2, 4), ...lines(runId, 0, 2), ...lines(runId, 4, 7)]
        assert.deepStrictEqual(events, order)
      })
    )

    it.effect("keeps a stored event if another one with the same id is appended", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append([line(runId, 0, "first")])
        yield* log.append([line(runId, 0, "second")])
        const { events } = yield* log.read(runId)
        assert.deepStrictEqual(events, [line(runId, 0, "first")])
      })
    )

    it.effect.prop(
      "stores each id once, whatever its form and in whatever order ids come",
      [Arbitrary.array(Arbitrary.array(anyId, { maxLength: 6 }), { maxLength: 40 })],
      ([batches]) =>
        Effect.gen(function* () {
          const log = yield* EventLog
          const runId = yield* newRunId
          for (const batch of batches) yield* log.append(batch.map(({ id, stepKey }) => withId(runId, id, stepKey)))
          const { events } = yield* log.read(runId)
          assert.deepStrictEqual(ids(events), [...new Set(batches.flat().map(({ id }) => id))])
        }),
      { arbitrary: { runs: 100 } }
    )

    it.effect("keeps events of two runs apart, whatever their ids", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const [one, two] = [yield* newRunId, yield* newRunId]
        yield* log.append(lines(one, 0, 2))
        yield* log.append(lines(two, 0, 3))
        assert.deepStrictEqual((yield* log.read(one)).events, lines(one, 0, 2))
        assert.deepStrictEqual((yield* log.read(two)).events, lines(two, 0, 3))
      })
    )

    it.effect("reads page by page, without repeating events", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 0, 7))
        const first = yield* log.read(runId, { limit: 3 })
        const second = yield* log.read(runId, { limit: 3, after: first.next })
        const third = yield* log.read(runId, { limit: 3, after: second.next })
        assert.deepStrictEqual(
          [first, second, third].map((page) => page.events),
          [lines(runId, 0, 3), lines(runId, 3, 6), lines(runId, 6, 7)]
        )
        const again = yield* log.read(runId, { limit: 3, after: first.next })
        assert.deepStrictEqual(again.events, second.events)
      })
    )

    it.effect("keeps its position on an empty page, and continues there later", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        const start = yield* log.read(runId)
        yield* log.append(lines(runId, 0, 2))
        const page = yield* log.read(runId, { after: start.next })
        assert.deepStrictEqual(page.events, lines(runId, 0, 2))
        const end = yield* log.read(runId, { after: page.next })
        assert.deepStrictEqual(end, { events: [], next: page.next })
        yield* log.append(lines(runId, 2, 4))
        const later = yield* log.read(runId, { after: end.next })
        assert.deepStrictEqual(later.events, lines(runId, 2, 4))
      })
    )

    it.effect("continues after a cursor while other runs grow", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runs = yield* Effect.replicateEffect(newRunId, 5)
        for (let round = 0; round < 4; round++) {
          for (const runId of runs) yield* log.append(lines(runId, round * 3, round * 3 + 3))
        }
        for (const runId of runs) {
          const first = yield* log.read(runId, { limit: 5 })
          const rest = yield* log.read(runId, { after: first.next })
          assert.deepStrictEqual([...first.events, ...rest.events], lines(runId, 0, 12))
        }
      })
    )

    it.effect("accepts events of many runs at once", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runs = yield* Effect.replicateEffect(newRunId, 20)
        yield* Effect.forEach(
          runs,
          (runId) => Effect.forEach([0, 1, 2, 3], (n) => log.append(lines(runId, n * 2, n * 2 + 2))),
          { concurrency: "unbounded" }
        )
        for (const runId of runs) assert.deepStrictEqual((yield* log.read(runId)).events, lines(runId, 0, 8))
      })
    )

    it.effect("streams a log of several pages", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 0, 2500))
        const all = yield* Stream.runCollect(EventLog.readAll(runId))
        assert.deepStrictEqual(ids(all), ids(lines(runId, 0, 2500)))
        const { next } = yield* log.read(runId, { limit: 2000 })
        const rest = yield* Stream.runCollect(EventLog.readAll(runId, next))
        assert.deepStrictEqual(ids(rest), ids(lines(runId, 2000, 2500)))
      })
    )

    it.effect("returns text unchanged, of any script and length", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        const texts = [
          "",
          "Grüße, 世界, नमस्ते, 👩‍👩‍👧‍👦, \u{1F469}\u200D",
          "quotes \" ' ` and \\ and \r\n\t",
          "a null \u0000 in the middle",
          "half a character \uD83D",
          "'; drop table events; --",
          "long ".repeat(400_000)
        ]
        const events = texts.map((text, n): HeddleEvent => ({
          _tag: "LOG_MESSAGE",
          id: `säen~1~${n}`,
          runId,
          timestamp: n,
          stepKey: "säen[ключ]",
          level: "INFO",
          message: text,
          data: { [text.slice(0, 100)]: [text.slice(0, 100), null, 0.1, { deep: [[[true]]] }] }
        }))
        yield* log.append(events)
        assert.deepStrictEqual((yield* log.read(runId)).events, events)
      })
    )

    it.effect.prop(
      "gives every kind of event back as it was",
      [EventArbitrary.ofRun("")],
      ([generated]) =>
        Effect.gen(function* () {
          const log = yield* EventLog
          const runId = yield* newRunId
          const events = generated.map((event) => ({ ...event, runId }))
          yield* log.append(events)
          assert.deepStrictEqual(plain((yield* log.read(runId)).events), plain(events))
        }),
      { arbitrary: { runs: 60 } }
    )

    it.effect("stores nothing of a batch with an invalid event", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 0, 2))
        const invalid: HeddleEvent = {
          _tag: "STEP_SUCCESS",
          id: "load~1~3",
          runId,
          timestamp: 0,
          stepKey: "load",
          attempt: 1,
          durationMillis: Number.NaN
        }
        const error = yield* Effect.flip(log.append([line(runId, 2), invalid, line(runId, 4)]))
        assert.strictEqual(error._tag, "InvalidEvent")
        assert.strictEqual(error.runId, runId)
        assert.include(error.message, "load~1~3")
        assert.deepStrictEqual((yield* log.read(runId)).events, lines(runId, 0, 2))
        yield* log.append(lines(runId, 2, 5))
        assert.deepStrictEqual((yield* log.read(runId)).events, lines(runId, 0, 5))
      })
    )

    it.effect("rejects a cursor that it did not issue", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* log.append(lines(runId, 0, 2))
        for (const after of ["", "garbage", "-1", "1; drop table events", "NaN"]) {
          const error = yield* Effect.flip(log.read(runId, { after }))
          assert.strictEqual(error._tag, "StorageError")
          assert.strictEqual(error.runId, runId)
        }
      })
    )

    it.effect("reads the events of all runs in the order in which they were appended, page by page", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const [a, b] = [yield* newRunId, yield* newRunId]
        const from = yield* log.end
        yield* log.append(lines(a, 0, 2))
        yield* log.append([...lines(b, 0, 1), line(a, 2), line(b, 1)])
        yield* log.append(lines(a, 0, 3))
        const own: Array<HeddleEvent> = []
        let after = from
        for (;;) {
          const { events, next } = yield* log.readAllRuns({ after, limit: 2 })
          if (events.length === 0) break
          own.push(...events.filter(({ runId }) => runId === a || runId === b))
          after = next
        }
        assert.deepStrictEqual(own, [...lines(a, 0, 2), ...lines(b, 0, 1), line(a, 2), line(b, 1)])
        assert.deepStrictEqual((yield* log.readAllRuns({ after: yield* log.end })).events, [])
        const fromStart = yield* log.readAllRuns({ limit: Infinity })
        assert.includeDeepMembers([...fromStart.events], own)
        assert.strictEqual((yield* Effect.flip(log.readAllRuns({ after: "garbage" })))._tag, "StorageError")
      })
    )

    it.effect("notifies a watch of each append, even one before it asks", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        const watch = yield* log.watch
        yield* log.append(lines(runId, 0, 1))
        yield* watch.next
        const waiting = yield* Effect.forkChild(watch.next, { startImmediately: true })
        yield* log.append(lines(runId, 1, 2))
        yield* Fiber.join(waiting)
      }).pipe(Effect.scoped)
    )

    it.effect("keeps a watch waiting while nothing is appended, and leaves no watch behind", () =>
      Effect.gen(function* () {
        const log = yield* EventLog
        const runId = yield* newRunId
        yield* Effect.scoped(
          Effect.gen(function* () {
            const watch = yield* log.watch
            const waiting = yield* Effect.forkChild(watch.next, { startImmediately: true })
            yield* Effect.yieldNow
            assert.isUndefined(waiting.pollUnsafe())
            yield* Fiber.interrupt(waiting)
            yield* log.append(lines(runId, 0, 1))
            yield* watch.next
          })
        )
      })
    )
  })

/**
 * The rules for every event log.
 *
 * @since 0.1.0
 */
export const EventLogSuite = {
  /**
   * Registers the tests with Vitest. They share one log.
   *
   * @param name - name of the log in test reports
   * @param log - layer of the log; it may already contain events
   */
  suite
}
