import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type * as Stdio from "effect/Stdio"
import * as Terminal from "effect/Terminal"
import type { EventLevel } from "./EventLevel.ts"
import { Output } from "./Output.ts"
import type { Paint } from "./Paint.ts"
import { RedrawnView } from "./RedrawnView.ts"
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

const logOptions = (level: EventLevel, paint: Paint): Omit<RunLogViewOptions, "time"> => ({
  paint,
  level,
  stack: level === "debug" ? "full" : "short"
})

/** Prints one JSON event per line. */
const json = Effect.map(RedrawnView.writer, (write): LiveDisplay => ({
  expect: () => {},
  show: (event) => write(`${JSON.stringify(event)}\n`),
  canceling: () => {}
}))

/** Prints plain lines, for pipes, files and small terminals. */
const plain = Effect.fnUntraced(function* (
  level: EventLevel
): Effect.fn.Return<LiveDisplay, never, Stdio.Stdio | Terminal.Terminal> {
  const write = yield* RedrawnView.writer
  // A terminal may be too small for a live view.
  const columns = (yield* Output.isTerminal) ? yield* Output.width : undefined
  const time = columns === undefined ? ("iso" as const) : ("clock" as const)
  const options = { ...logOptions(level, yield* Output.paint), time, columns }
  let stepWidth = StepColumn.width([], columns)
  return {
    expect: (stepKeys) => {
      stepWidth = StepColumn.width(stepKeys, columns)
    },
    show: (event) => {
      const lines = RunLogView.lines(event, { ...options, stepWidth })
      if (lines.length > 0) write(`${lines.join("\n")}\n`)
    },
    canceling: () => {}
  }
})

/** Redraws a live view at the bottom of the terminal; important events stay above it. */
const redrawn = Effect.fnUntraced(function* (
  jobName: string,
  level: EventLevel
): Effect.fn.Return<LiveDisplay, never, Scope.Scope | Stdio.Stdio | Terminal.Terminal> {
  const paint = yield* Output.paint
  const options = { ...logOptions(level, paint), time: "clock" } as const
  const terminal = yield* Terminal.Terminal
  const clock = yield* Clock.Clock
  let progress = RunProgress.initial(jobName, clock.currentTimeMillisUnsafe())
  let canceling = false
  let keys: ReadonlyArray<string> = []
  const view = yield* RedrawnView.open((width, now) =>
    RunProgress.lines(canceling ? { ...progress, canceling } : progress, { paint, width, now })
  )
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
      view.restart()
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
