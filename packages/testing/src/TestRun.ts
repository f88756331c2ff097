import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events/HeddleEvent"
import type { RunHandle } from "@heddle/execution/RunHandle"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"

/**
 * A run ended before the event that a test waited for.
 *
 * @since 0.1.0
 */
export class EventNotSeen extends Schema.TaggedError<EventNotSeen>()("EventNotSeen", {
  runId: Schema.String,
  /** The event that the test waited for. */
  wanted: Schema.String,
  /** The types of the events since the last one that the test waited for. */
  seen: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const seen = this.seen.length === 0 ? "nothing came" : `these came: ${this.seen.join(", ")}`
    return `Run "${this.runId}" ended before ${this.wanted}; ${seen}`
  }
}

/** How many turns of the event loop without a new event make a run settled. */
const QUIET_TURNS = 10

const turn = Effect.callback<void>((resume) => {
  const handle = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(handle))
})

/**
 * A run that a test drives to an event or a time.
 *
 * @since 0.1.0
 */
export class TestRun<Result, E> {
  readonly runId: string
  /** Waits for the end of the run, and returns what the entry point returns. `events` then contains all events of the run. */
  readonly result: Effect.Effect<Result, E>
  /** Cancels the run. */
  readonly cancel: RunHandle<Result, E>["cancel"]
  readonly #events: Array<HeddleEvent> = []
  /** How many events `until` has passed. */
  #passed = 0
  #isOver = false
  #wake: (() => void) | undefined

  private constructor({ cancel, result, runId }: RunHandle<Result, E>) {
    this.runId = runId
    const over: Effect.Effect<void> = Effect.suspend(() =>
      this.#isOver ? Effect.void : Effect.andThen(this.#more, over)
    )
    this.result = Effect.tap(result, () => over)
    this.cancel = cancel
  }

  /**
   * Starts a run. Leaving the scope cancels it.
   *
   * @param launched - starts the run, with `launch`
   * @returns the run, once it is recorded; fails as `launch` does
   * @example
   * const run = yield* TestRun.start(launch(job))
   * yield* run.until("STEP_UP_FOR_RETRY")
   * yield* run.adjust("1 minute")
   * const result = yield* run.result
   */
  static readonly start = <Result, E, E0, R>(
    launched: Effect.Effect<RunHandle<Result, E>, E0, R>
  ): Effect.Effect<TestRun<Result, E>, E0, R | Scope.Scope> =>
    Effect.flatMap(launched, (handle) => {
      const run = new TestRun(handle)
      return handle.events.pipe(
        Stream.runForEachArray((events) => Effect.sync(() => run.#take(events))),
        Effect.ignore,
        Effect.ensuring(Effect.sync(() => run.#end())),
        Effect.forkScoped({ startImmediately: true }),
        Effect.as(run)
      )
    })

  /** The events so far. */
  get events(): ReadonlyArray<HeddleEvent> {
    return this.#events
  }

  /**
   * Waits for the next event of a type, or the next that a function accepts, after the last event that was waited for.
   *
   * @param wanted - type of the event, or a function
   * @returns the event; fails with `EventNotSeen` if the run ends without it
   */
  until<T extends HeddleEventType>(wanted: T): Effect.Effect<HeddleEventOf<T>, EventNotSeen>
  until(wanted: (event: HeddleEvent) => boolean): Effect.Effect<HeddleEvent, EventNotSeen>
  until(wanted: HeddleEventType | ((event: HeddleEvent) => boolean)): Effect.Effect<HeddleEvent, EventNotSeen> {
    const matches = typeof wanted === "string" ? (event: HeddleEvent) => event._tag === wanted : wanted
    const from = this.#passed
    const look: Effect.Effect<HeddleEvent, EventNotSeen> = Effect.suspend(() => {
      const found = this.#events.findIndex((event, i) => i >= from && matches(event))
      if (found !== -1) {
        this.#passed = found + 1
        return Effect.succeed(this.#events[found]!)
      }
      if (!this.#isOver) return Effect.andThen(this.#more, look)
      const seen = this.#events.slice(from).map(({ _tag }) => _tag)
      const what = typeof wanted === "string" ? wanted : "the event that was waited for"
      return Effect.fail(new EventNotSeen({ runId: this.runId, wanted: what, seen }))
    })
    return look
  }

  /**
   * Moves the `TestClock` once the run has settled, so that all sleeps have registered with the clock. Returns when the run has
   * settled again.
   *
   * @param duration - how far
   */
  adjust(duration: Duration.Input): Effect.Effect<void> {
    return Effect.andThen(Effect.andThen(this.settle, TestClock.adjust(duration)), this.settle)
  }

  /** Waits until the run does nothing more unless time passes: for several turns of the event loop without an event. */
  readonly settle: Effect.Effect<void> = Effect.suspend(() => {
    let quiet = 0
    let before = this.#events.length
    const wait: Effect.Effect<void> = Effect.flatMap(turn, () => {
      quiet = this.#events.length === before ? quiet + 1 : 0
      before = this.#events.length
      return quiet < QUIET_TURNS ? wait : Effect.void
    })
    return wait
  })

  get #more(): Effect.Effect<void> {
    return Effect.callback<void>((resume) => {
      const before = this.#wake
      this.#wake = () => {
        before?.()
        resume(Effect.void)
      }
    })
  }

  #take(events: ReadonlyArray<HeddleEvent>): void {
    for (const event of events) this.#events.push(event)
    this.#tell()
  }

  #end(): void {
    this.#isOver = true
    this.#tell()
  }

  #tell(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }
}
