import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobLoggers } from "@heddle/definitions/JobLoggers"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { Logger, type LogRecord, type LogWriter } from "@heddle/definitions/Logger"
import type { StepTable } from "@heddle/definitions/StepTable"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import { StepKey } from "@heddle/events/StepKey"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { EventSink } from "../wire/Executor.ts"
import type { RunRequest } from "../wire/StepRequest.ts"

/** A logger that could not be made. */
export class LoggerFailed extends Schema.TaggedError<LoggerFailed>()("LoggerFailed", {
  logger: Schema.String,
  cause: Schema.Defect()
}) {
  override get message(): string {
    return `Logger "${this.logger}" could not be created: ${ErrorInfo.summary(ErrorInfo.fromUnknown(this.cause))}`
  }
}

interface NamedWriter {
  readonly name: string
  readonly writer: LogWriter
  broken: boolean
}

const recordOf = (event: HeddleEventOf<"LOG_MESSAGE">, request: RunRequest, table: StepTable): LogRecord => ({
  level: event.level,
  message: event.message,
  data: event.data,
  timestamp: event.timestamp,
  runId: event.runId,
  jobName: request.jobName,
  stepKey: event.stepKey,
  opName: event.stepKey === undefined ? undefined : table.get(StepKey.nodePath(event.stepKey))?.op.name,
  tags: request.tags
})

/**
 * The loggers of a run.
 *
 * @since 0.1.0
 */
export const StepLoggers = {
  /**
   * Makes the loggers that run config chooses, and gives them what passes through a sink of events on its way to the log.
   * A logger that throws is reported once; the line is in the event log in any case.
   *
   * @returns the sink; the very same one where no logger is chosen. Fails with `LoggerFailed`
   */
  tap: Effect.fnUntraced(function* (
    job: JobDefinition,
    config: JobRunConfig,
    request: RunRequest,
    table: StepTable,
    sink: EventSink
  ) {
    const writers: Array<NamedWriter> = []
    for (const [name, own] of Object.entries(config.loggers)) {
      const logger = JobLoggers.of(job)[name]
      if (logger === undefined) continue
      const writer = yield* logger.definition
        .make(own)
        .pipe(Effect.catchCause((cause) => Effect.fail(new LoggerFailed({ logger: name, cause: Cause.squash(cause) }))))
      writers.push({ name, writer, broken: false })
    }
    if (writers.length === 0) return sink
    const tapped: EventSink = (events, stored) => {
      sink(events, stored)
      for (const event of events) {
        if (event._tag !== "LOG_MESSAGE") continue
        for (const one of writers) {
          if (one.broken) continue
          try {
            if (!Logger.isAtLeast(event.level, one.writer.level ?? "DEBUG")) continue
            one.writer.write(recordOf(event, request, table))
          } catch (error) {
            one.broken = true
            const { id, runId, timestamp } = event
            const message = `Logger "${one.name}" failed and receives no more log lines`
            const about = event.stepKey === undefined ? {} : { stepKey: event.stepKey }
            sink([
              {
                _tag: "ENGINE_EVENT",
                id: `${id}~${one.name}`,
                runId,
                timestamp,
                ...about,
                message,
                error: ErrorInfo.fromUnknown(error)
              }
            ])
          }
        }
      }
    }
    return tapped
  })
}
