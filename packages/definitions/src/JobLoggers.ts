import { consoleLogger } from "./consoleLogger.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { Loggers } from "./Logger.ts"

/** The loggers that run config may choose for a job. */
export const JobLoggers = {
  /** Those that the job names, and the one that every job has, where it names no other so. */
  of: (job: JobDefinition): Loggers => ({ console: consoleLogger, ...job.loggers })
}
