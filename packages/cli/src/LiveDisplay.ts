import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { EventLevel } from "./EventLevel.ts"
import { Output } from "./Output.ts"
import { RunLogView, type RunLogViewOptions } from "./RunLogView.ts"
import { RunProgress } from "./RunProgress.ts"

/**
 * Displays the events of a run while it executes.
 *
 * @since 0.1.0
 */
export interface LiveDisplay {
  /** Shows an event. */
  readonly show: (event: HeddleEvent) => void
  /** Shows that the run is being cancelled, before the event arrives. */
  readonly canceling: () => void
}

/** Options of a display. */
export interface LiveDisplayOptions {
  readonly jobName: string
  readonly level: EventLevel
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

const logOptions = (level: EventLevel): Omit<RunLogViewOptions, "time"> => ({
  paint: Output.paint(),
  level,
  stack: level === "debug" ? "full" : "short"
})

/**
 * Creates displays.
 *
 * @since 0.1.0
 */
export const LiveDisplay = {
  /** Prints one JSON event per line. */
  json: {
    show: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
    canceling: () => {}
  } satisfies LiveDisplay as LiveDisplay,

  /** Prints plain lines, for pipes and files. */
  plain: ({ level }: LiveDisplayOptions): LiveDisplay => {
    const options = { ...logOptions(level), time: "iso" } as const
    return {
      show: (event) => {
        for (const line of RunLogView.lines(event, options)) process.stdout.write(`${line}\n`)
      },
      canceling: () => {}
    }
  },

  /** Redraws a live view at the bottom of the terminal; important events stay above it. */
  terminal: ({ jobName, level }: LiveDisplayOptions): Effect.Effect<LiveDisplay, never, Scope.Scope> =>
    Effect.gen(function* () {
      const { createLogUpdate } = yield* Effect.promise(() => import("log-update"))
      // A hidden cursor would stay hidden if this process were killed.
      const view = createLogUpdate(process.stdout, { showCursor: true })
      const options = { ...logOptions(level), time: "clock" } as const
      let progress = RunProgress.initial(jobName, Date.now())
      let canceling = false
      const draw = () => {
        const shown = canceling ? { ...progress, canceling } : progress
        const { paint } = options
        // The exact width of the terminal: lines that wrap cannot be redrawn.
        view(RunProgress.lines(shown, { paint, width: process.stdout.columns, now: Date.now() }).join("\n"))
      }
      yield* Effect.acquireRelease(
        Effect.sync(() => setInterval(draw, FRAME).unref()),
        (timer) =>
          Effect.sync(() => {
            clearInterval(timer)
            view.clear()
            view.done()
          })
      )
      return {
        show: (event) => {
          progress = RunProgress.after(progress, event)
          if (!isPermanent(event, level)) return
          const lines = RunLogView.lines(event, options)
          if (lines.length > 0) view.persist(lines.join("\n"))
        },
        canceling: () => {
          // The supervisor has printed a line below the view: keep what is drawn and start a new view.
          view.done()
          canceling = true
        }
      }
    })
}
