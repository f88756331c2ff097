import type { OpLogger } from "@heddle/definitions/OpExecutionContext"
import type { LogLevel } from "@heddle/events/EngineEvent"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { Json } from "@heddle/events/Json"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import type * as Schema from "effect/Schema"
import type { StepEvents } from "./StepEvents.ts"

/** The attempt that a fiber works for. */
const CurrentStep = Context.Reference<StepEvents | undefined>("@heddle/engine/CurrentStep", {
  defaultValue: () => undefined
})

const LEVELS: { readonly [level: string]: LogLevel } = {
  Trace: "TRACE",
  Debug: "DEBUG",
  Info: "INFO",
  Warn: "WARNING",
  Error: "ERROR",
  Fatal: "CRITICAL"
}

const text = (part: unknown): string => {
  if (typeof part === "string") return part
  if (part instanceof Error) return part.stack ?? part.message
  try {
    return JSON.stringify(part) ?? String(part)
  } catch {
    return String(part)
  }
}

/** An error has no JSON form of its own; it is stored as in events. */
const errors = (_: string, value: unknown): unknown => (value instanceof Error ? ErrorInfo.fromUnknown(value) : value)

/** What of some data can be stored: its JSON form, or its text where it has none. */
const json = (data: object | undefined): { readonly [key: string]: Schema.Json } | undefined => {
  if (data === undefined) return undefined
  try {
    return Json.parse(JSON.stringify(data, errors)) as { readonly [key: string]: Schema.Json }
  } catch {
    return { data: String(data) }
  }
}

/**
 * How the lines that bodies log come into the run's log.
 *
 * @since 0.1.0
 */
export const StepLog = {
  CurrentStep,

  /** The logger of a body's context. */
  forContext: (events: StepEvents): OpLogger => {
    const log: OpLogger["log"] = (level, message, data) => events.log(level, message, json(data))
    return {
      log,
      debug: (message, data) => log("DEBUG", message, data),
      info: (message, data) => log("INFO", message, data),
      warning: (message, data) => log("WARNING", message, data),
      error: (message, data) => log("ERROR", message, data),
      critical: (message, data) => log("CRITICAL", message, data)
    }
  },

  /** A logger that takes what Effect bodies log with `Effect.log` into the log of the step that their fiber works for. */
  logger: Logger.make<unknown, void>(({ cause, fiber, logLevel, message }) => {
    const events = fiber.getRef(CurrentStep)
    if (events === undefined) return
    const parts = (Array.isArray(message) ? message : [message]).map(text)
    if (cause.reasons.length > 0) parts.push(Cause.pretty(cause))
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    events.log(
      LEVELS[logLevel] ?? "INFO",
      parts.join(" "),
      Object.keys(annotations).length === 0 ? undefined : json(annotations)
    )
  })
}
