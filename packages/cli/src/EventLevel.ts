import type { HeddleEvent } from "@heddle/events/HeddleEvent"

/** Log level of an event: `debug` prints everything, `error` only failures. */
export type EventLevel = (typeof LEVELS)[number]

const LEVELS = ["debug", "info", "warning", "error"] as const

const ofEvent = (event: HeddleEvent): EventLevel => {
  switch (event._tag) {
    case "STEP_FAILURE":
    case "RESOURCE_INIT_FAILURE":
    case "HOOK_ERRORED":
    case "RUN_FAILURE":
      return "error"
    case "STEP_UP_FOR_RETRY":
    case "RUN_CANCELING":
    case "RUN_CANCELED":
      return "warning"
    case "ENGINE_EVENT":
      return event.error === undefined ? "debug" : "warning"
    case "STEP_EXPECTATION_RESULT":
      return event.success ? "debug" : "warning"
    case "ASSET_CHECK_EVALUATION":
      return event.passed ? "info" : event.severity === "ERROR" ? "error" : "warning"
    case "LOG_MESSAGE":
      switch (event.level) {
        case "TRACE":
        case "DEBUG":
          return "debug"
        case "INFO":
          return "info"
        case "WARNING":
          return "warning"
        default:
          return "error"
      }
    case "STEP_START":
    case "STEP_RESTARTED":
    case "STEP_SUCCESS":
    case "STEP_SKIPPED":
    case "ASSET_MATERIALIZATION":
    case "ASSET_OBSERVATION":
    case "RUN_ENQUEUED":
    case "RUN_DEQUEUED":
    case "RUN_START":
    case "RUN_SUCCESS":
      return "info"
    default:
      return "debug"
  }
}

/**
 * Assigns log levels to events.
 *
 * @since 0.1.0
 */
export const EventLevel = {
  /** All levels, most verbose first. */
  all: LEVELS,

  /** The level of an event. */
  ofEvent,

  /** Whether an event of this level is printed when `least` is the minimum. */
  isShown: (level: EventLevel, least: EventLevel): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(least)
}
