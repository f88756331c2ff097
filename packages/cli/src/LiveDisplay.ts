import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { EventLevel } from "./EventLevel.ts"
import { Output } from "./Output.ts"
import { RunLogView, type RunLogViewOptions } from "./RunLogView.ts"
import { RunProgress } from "./RunProgress.ts"

/**
 * Where the events of a run go while it runs.
 *
 * @since 0.1.0
 */
export interface LiveDisplay {
  /** Shows an event. */
  readonly show: (event: HeddleEvent) => void
  /** Says that the run is being cancelled, before an event does. */
  readonly canceling: () => void
}

/** What a display depends on. */
export interface LiveDisplayOptions {
  readonly jobName: string
  readonly level: EventLevel
}

/** Milliseconds between two drawings. */
const FRAME = 100

/** Events that stay in the terminal above the live view; the view itself tells of the others. */
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
 * Makes displays.
 *
 * @since 0.1.0
 */
export const LiveDisplay = {
  /** One event a line as JSON, and nothing else. */
  json: {
    show: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
    canceling: () => {}
  } satisfies LiveDisplay as LiveDisplay,

  /** Lines for people, as a pipe or a file keeps them. */
  plain: ({ level }: LiveDisplayOptions): LiveDisplay => {
    const options = { ...logOptions(level), time: "iso" } as const
    return {
      show: (event) => {
        for (const line of RunLogView.lines(event, options)) process.stdout.write(`${line}\n`)
      },
      canceling: () => {}
    }
  },

  /** A view that is drawn again and again at the end of the terminal; what matters later stays above it. */
  terminal: ({ jobName, level }: LiveDisplayOptions): Effect.Effect<LiveDisplay, never, Scope.Scope> =>
    Effect.gen(function* () {
      const { createLogUpdate } = yield* Effect.promise(() => import("log-update"))
      // A hidden cursor would stay hidden when this process is killed.
      const view = createLogUpdate(process.stdout, { showCursor: true })
      const options = { ...logOptions(level), time: "clock" } as const
      let progress = RunProgress.initial(jobName, Date.now())
      let canceling = false
      const draw = () => {
        const shown = canceling ? { ...progress, canceling } : progress
        const { paint } = options
        // Narrower than what views of a whole run need: the lines must not wrap, for they are drawn over again.
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
          // The supervisor has written a line below the view: what was drawn stays, and drawing starts anew.
          view.done()
          canceling = true
        }
      }
    })
}
