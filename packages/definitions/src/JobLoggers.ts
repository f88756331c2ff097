import { consoleLogger } from "./consoleLogger.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { Loggers } from "./Logger.ts"

/** The loggers that run config may choose for a job. */
export const JobLoggers = {
  /** Those that the job names; a job that names none has `console`. */
  of: (job: JobDefinition): Loggers =>
    Object.keys(job.loggers).length === 0 ? { console: consoleLogger } : job.loggers
}
