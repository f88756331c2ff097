import { LogLevel } from "@heddle/events/EngineEvent"
import * as Schema from "effect/Schema"
import { Logger } from "./Logger.ts"

const Config = Schema.Struct({
  /** The lowest level that is printed; by default `DEBUG`. */
  level: Schema.optionalKey(LogLevel)
})

/**
 * The logger `console` of a job that names no loggers of its own, and for those that do to name too: it prints what bodies
 * and hooks log, a line each, on standard error.
 *
 * @since 0.1.0
 * @source Dagster colored_console_logger
 */
export const consoleLogger: Logger<typeof Config.Encoded> = Logger.make({
  config: Config,
  make: ({ level }) => ({
    level,
    write: ({ level, message, runId, stepKey, timestamp }) => {
      const place = stepKey === undefined ? runId : `${runId} - ${stepKey}`
      globalThis.console.error(`${new Date(timestamp).toISOString()} - ${level} - ${place} - ${message}`)
    }
  })
})
