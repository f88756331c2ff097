import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import type { EventLevel } from "./EventLevel.ts"
import { Output } from "./Output.ts"
import type { Paint } from "./Paint.ts"
import { RunLogView, type RunLogViewOptions } from "./RunLogView.ts"
import { RunProgress } from "./RunProgress.ts"
import { StepColumn } from "./StepColumn.ts"

/**
 * Displays the events of a run while it executes.
 *
 * @since 0.1.0
 */
export interface LiveDisplay {
  /** Makes room for the keys of the steps that the run will execute. */
  readonly expect: (stepKeys: ReadonlyArray<string>) => void
  /** Shows an event. */
  readonly show: (event: HeddleEvent) => void
  /** Shows that the run is being cancelled, before the event arrives. */
  readonly canceling: () => void
}

/** Options of a display. */
export interface LiveDisplayOptions {
  readonly jobName: string
  readonly level: EventLevel
  /** Print only JSON events. */
  readonly json: boolean
}

/** Milliseconds between two redraws. */
const FRAME = 100

/** Whether an event stays in the terminal above the live view; the view itself covers the others. */
const isPermanent = (event: HeddleEvent, level: EventLevel): boolean => {
  if (level === "debug") return true
  switch (event._tag) {
    case "STEP_START":
    case "STEP_RESTARTED":
    case "STEP_SUCCESS":
    case "STEP_SKIPPED":
    case "RUN_START":
    case "RUN_CANCELING":
    case "RUN_SUCCESS":
    case "RUN_FAILURE":
    case "RUN_CANCELED":
      return false
    default:
      return true
  }
}

/** Writes text to standard output. The run does not wait for it: listeners of events are not effects. */
const writer = Effect.map(Effect.context<Terminal.Terminal>(), (context) => {
  const run = Effect.runForkWith(context)
  return (text: string): void => void run(Output.text(text))
})

const logOptions = (level: EventLevel, paint: Paint): Omit<RunLogViewOptions, "time"> => ({
  paint,
  level,
  stack: level === "debug" ? "full" : "short"
})

/** Prints one JSON event per line. */
const json = Effect.map(writer, (write): LiveDisplay => ({
  expect: () => {},
  show: (event) => write(`${JSON.stringify(event)}\n`),
  canceling: () => {}
}))

/** Prints plain lines, for pipes and files. */
const plain = Effect.fnUntraced(function* (
  level: EventLevel
): Effect.fn.Return<LiveDisplay, never, Stdio.Stdio | Terminal.Terminal> {
  const write = yield* writer
  const options = { ...logOptions(level, yield* Output.paint), time: "iso" } as const
  let stepWidth = StepColumn.width([], undefined)
  return {
    expect: (stepKeys) => {
      stepWidth = StepColumn.width(stepKeys, undefined)
    },
    show: (event) => {
      const lines = RunLogView.lines(event, { ...options, stepWidth })
      if (lines.length > 0) write(`${lines.join("\n")}\n`)
    },
    canceling: () => {}
  }
})

/** The terminal as the stream that `log-update` writes to. */
const streamOf = (terminal: Terminal.Terminal, write: (text: string) => void): NodeJS.WriteStream =>
  // It reads no more than this of a stream.
  ({
    isTTY: true,
    get columns() {
      return Effect.runSync(terminal.columns)
    },
    get rows() {
      return Effect.runSync(terminal.rows)
    },
    write
  }) as unknown as NodeJS.WriteStream

/** Redraws a live view at the bottom of the terminal; important events stay above it. */
const redrawn = Effect.fnUntraced(function* (
  jobName: string,
  level: EventLevel
): Effect.fn.Return<LiveDisplay, never, Scope.Scope | Stdio.Stdio | Terminal.Terminal> {
  const { createLogUpdate } = yield* Effect.promise(() => import("log-update"))
  const paint = yield* Output.paint
  const terminal = yield* Terminal.Terminal
  // A hidden cursor would stay hidden if this process were killed.
  const view = createLogUpdate(streamOf(terminal, yield* writer), { showCursor: true })
  const options = { ...logOptions(level, paint), time: "clock" } as const
  const clock = yield* Clock.Clock
  const now = (): number => clock.currentTimeMillisUnsafe()
  let progress = RunProgress.initial(jobName, now())
  let canceling = false
  let keys: ReadonlyArray<string> = []
  const draw = Effect.map(terminal.columns, (width) => {
    const shown = canceling ? { ...progress, canceling } : progress
    // The exact width of the terminal: lines that wrap cannot be redrawn.
    view(RunProgress.lines(shown, { paint, width, now: now() }).join("\n"))
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      view.clear()
      view.done()
    })
  )
  yield* draw.pipe(Effect.delay(FRAME), Effect.forever, Effect.forkScoped({ startImmediately: true }))
  return {
    expect: (stepKeys) => {
      keys = stepKeys
    },
    show: (event) => {
      progress = RunProgress.after(progress, event)
      if (!isPermanent(event, level)) return
      const columns = Effect.runSync(terminal.columns)
      const lines = RunLogView.lines(event, { ...options, columns, stepWidth: StepColumn.width(keys, columns) })
      if (lines.length > 0) view.persist(lines.join("\n"))
    },
    canceling: () => {
      // The supervisor has printed a line below the view: keep what is drawn and start a new view.
      view.done()
      canceling = true
    }
  }
})

/**
 * Creates displays.
 *
 * @since 0.1.0
 */
export const LiveDisplay = {
  /** Opens the display that fits the output: JSON if asked for, a live view on a terminal, else plain lines. */
  open: Effect.fnUntraced(function* ({
    jobName,
    json: asJson,
    level
  }: LiveDisplayOptions): Effect.fn.Return<LiveDisplay, never, Scope.Scope | Stdio.Stdio | Terminal.Terminal> {
    if (asJson) return yield* json
    return (yield* Output.canRedraw) ? yield* redrawn(jobName, level) : yield* plain(level)
  })
}
