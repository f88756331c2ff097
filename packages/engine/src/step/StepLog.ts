import type { OpLogger } from "@heddle/definitions/OpExecutionContext"
import type { LogLevel } from "@heddle/events/EngineEvent"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import { Storable } from "@heddle/events/Storable"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import { isInstance } from "./isInstance.ts"
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
const LEVEL_NAMES: ReadonlySet<string> = new Set(Object.values(LEVELS))

/** A part of a line: an error is written with its stack, other values that are not text as JSON. */
const text = (part: unknown): string => {
  if (typeof part === "string") return part
  if (isError(part)) {
    const { message, stack } = ErrorInfo.fromUnknown(part)
    return stack ?? message
  }
  const json = Storable.json(part)
  return typeof json === "string" ? json : JSON.stringify(json)
}

const isError = (value: unknown): value is Error => isInstance(value, Error)

const pretty = (cause: Cause.Cause<unknown>): string => {
  try {
    return Cause.pretty(cause)
  } catch {
    return ErrorInfo.summary(ErrorInfo.fromUnknown(cause))
  }
}

/** Writes a line of a body; whatever it is given can be stored. */
const write = (events: StepEvents, level: LogLevel, message: unknown, data: unknown): void => {
  const known = LEVEL_NAMES.has(level) ? level : "INFO"
  // Without types a caught error may stand in the place of the message.
  if (!isError(message)) {
    return events.log(known, Storable.text(typeof message === "string" ? message : text(message)), Storable.data(data))
  }
  const info = ErrorInfo.fromUnknown(message)
  events.log(known, ErrorInfo.summary(info), { ...Storable.data(message), ...Storable.data(data) })
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
    const log: OpLogger["log"] = (level, message, data) => write(events, level, message, data)
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
    if (cause.reasons.length > 0) parts.push(pretty(cause))
    const annotations = fiber.getRef(References.CurrentLogAnnotations)
    const data = Object.keys(annotations).length === 0 ? undefined : Storable.data(annotations)
    events.log(LEVELS[logLevel] ?? "INFO", Storable.text(parts.join(" ")), data)
  })
}
