import { Definitions } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/**
 * Where a process finds a job: a module, and the job's name in it. Plain data that crosses processes.
 *
 * @since 0.1.0
 * @source Dagster ReconstructableJob, as module specifier and name
 */
export interface JobLocation {
  /** URL of the module, of TypeScript source or built JavaScript. */
  readonly moduleUrl: string
  readonly jobName: string
  /** The export that is the job, or definitions that hold it; every export is looked at without it. */
  readonly exportName?: string
}

/**
 * A job that a process cannot load.
 *
 * @since 0.1.0
 */
export class JobNotLoaded extends Schema.TaggedError<JobNotLoaded>()("JobNotLoaded", {
  moduleUrl: Schema.String,
  jobName: Schema.String,
  problem: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `Cannot load job "${this.jobName}" from "${this.moduleUrl}": ${this.problem}`
  }
}

const jobsOf = (exported: unknown): ReadonlyArray<AnyJob> =>
  Job.is(exported) ? [exported] : Definitions.is(exported) ? exported.jobs : []

const load = (location: JobLocation): Effect.Effect<AnyJob, JobNotLoaded> => {
  const { exportName, jobName, moduleUrl } = location
  const refuse = (problem: string, cause?: unknown) =>
    new JobNotLoaded({ moduleUrl, jobName, problem, ...(cause === undefined ? {} : { cause }) })
  return Effect.tryPromise({
    try: () => import(moduleUrl) as Promise<{ readonly [name: string]: unknown }>,
    catch: (cause) =>
      refuse(cause instanceof Error ? `the module does not load: ${cause.message}` : "the module does not load", cause)
  }).pipe(
    Effect.flatMap((module) => {
      const names = exportName === undefined ? Object.keys(module) : [exportName]
      if (exportName !== undefined && !Object.hasOwn(module, exportName)) {
        const exports = Object.keys(module)
          .map((name) => `"${name}"`)
          .join(", ")
        return Effect.fail(
          refuse(`it has no export "${exportName}"; it exports ${exports}. Write "export const ${exportName} = …"`)
        )
      }
      const job = names.flatMap((name) => jobsOf(module[name])).find(({ name }) => name === jobName)
      return job === undefined
        ? Effect.fail(
            refuse(
              exportName === undefined
                ? "none of its exports is that job, or definitions that hold it"
                : `its export "${exportName}" is neither that job nor definitions that hold it`
            )
          )
        : Effect.succeed(job)
    })
  )
}

/** Loads jobs from where they are. */
export const JobLocation = {
  /** Loads the module of a job and gives the job. Fails with `JobNotLoaded`, which says how to mend it. */
  load
}
