import type { LogLevel } from "@heddle/events/EngineEvent"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import { EventId } from "@heddle/events/EventId"
import type { HeddleEvent, HeddleEventOf, HeddleEventType } from "@heddle/events/HeddleEvent"
import type * as Clock from "effect/Clock"
import type * as Schema from "effect/Schema"
import type { EventSink } from "../wire/Executor.ts"
import type { StepRequest } from "../wire/StepRequest.ts"
import { LogBurst } from "./LogBurst.ts"

/** The tags of events that carry step and attempt. */
type StepTag = {
  [T in HeddleEventType]: HeddleEventOf<T> extends { readonly stepKey: string; readonly attempt: number } ? T : never
}[HeddleEventType]

type Payload<T extends HeddleEventType> = Omit<
  HeddleEventOf<T>,
  "_tag" | "id" | "runId" | "timestamp" | "stepKey" | "attempt"
>

const NONE: ReadonlyArray<string> = []

/**
 * Makes the events of one attempt, with their ids and times, and hands them to the sink: together while they are held, and
 * otherwise each as it happens.
 */
export class StepEvents {
  readonly #runId: string
  readonly #request: StepRequest
  readonly #clock: Clock.Clock
  readonly #sink: EventSink
  #count = 0
  #burst: LogBurst | undefined
  /** Events that are handed over together. */
  #held: Array<HeddleEvent> | undefined = []
  /** Names of the hooks whose events are still to come, once the attempt has ended. */
  #hooks: ReadonlyArray<string> | undefined

  constructor(runId: string, request: StepRequest, clock: Clock.Clock, sink: EventSink) {
    this.#runId = runId
    this.#request = request
    this.#clock = clock
    this.#sink = sink
  }

  get now(): number {
    return this.#clock.currentTimeMillisUnsafe()
  }

  #stamp(): { readonly id: string; readonly runId: string; readonly timestamp: number; readonly stepKey: string } {
    const { attempt, stepKey } = this.#request
    return { id: EventId.ofStep(stepKey, attempt, this.#count++), runId: this.#runId, timestamp: this.now, stepKey }
  }

  /**
   * Tells of something; `stored` is called once it is in the log, where the sink says so.
   *
   * @returns the event
   */
  emit<T extends StepTag>(_tag: T, payload: Payload<T>, stored?: () => void): HeddleEvent {
    // The tag and its payload belong together by the signature; the compiler does not follow that through a generic tag.
    const { attempt, stepKey } = this.#request
    const id = EventId.ofStep(stepKey, attempt, this.#count++)
    const runId = this.#runId
    const event = { _tag, id, runId, timestamp: this.now, stepKey, attempt, ...payload } as unknown as HeddleEvent
    this.#send(event, stored)
    return event
  }

  #send(event: HeddleEvent, stored: (() => void) | undefined): void {
    if (this.#held === undefined) {
      this.#sink([event], stored)
      return
    }
    this.#held.push(event)
    if (stored !== undefined) this.release(stored)
  }

  /** Holds what is told from now on, to hand it over together. Whoever holds events releases them before anything waits. */
  hold(): void {
    this.#held ??= []
  }

  /** Hands over what was held, and from now on each event at once. */
  release(stored?: () => void): void {
    const held = this.#held
    this.#held = undefined
    if (held !== undefined && held.length > 0) this.#sink(held, stored)
  }

  /** Emits how the attempt ended. Only the events of the hooks that it names come after it. */
  end<T extends "STEP_SUCCESS" | "STEP_FAILURE" | "STEP_UP_FOR_RETRY">(
    tag: T,
    payload: Payload<T>,
    hooks: ReadonlyArray<string> = [],
    stored?: () => void
  ): void {
    this.#burst?.settle()
    this.emit(tag, hooks.length === 0 ? payload : { ...payload, hooks }, stored)
    this.release()
    this.#hooks = hooks.length === 0 ? NONE : [...hooks]
  }

  /** Tells what came of the next hook. */
  hook<T extends "HOOK_COMPLETED" | "HOOK_ERRORED" | "HOOK_SKIPPED">(tag: T, payload: Payload<T>): void {
    this.emit(tag, payload)
    this.#hooks = this.#hooks?.slice(1)
  }

  /**
   * Ends what is not over after something of the engine itself has failed: the attempt, or the hooks that are left.
   *
   * @returns whether the attempt had not ended yet
   */
  endAnyway(error: ErrorInfo): boolean {
    if (this.#hooks === undefined) {
      this.end("STEP_FAILURE", { error, source: "FRAMEWORK_ERROR" })
      return true
    }
    while (this.#hooks.length > 0) this.hook("HOOK_ERRORED", { hook: this.#hooks[0]!, error })
    return false
  }

  log(level: LogLevel, message: string, data: { readonly [key: string]: Schema.Json } | undefined): void {
    this.#burst ??= new LogBurst((dropped) => this.#write("WARNING", dropped, undefined))
    if (this.#burst.admits(message, data)) this.#write(level, message, data)
  }

  #write(level: LogLevel, message: string, data: { readonly [key: string]: Schema.Json } | undefined): void {
    // Whoever looks at lines wants each when it is written.
    this.release()
    this.#sink([{ _tag: "LOG_MESSAGE", ...this.#stamp(), level, message, ...(data === undefined ? {} : { data }) }])
  }
}
