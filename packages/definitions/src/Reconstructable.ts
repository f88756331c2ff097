import type { AnyJob, Job } from "./Job.ts"
import type { Provides, ResourceNeeds } from "./Resource.ts"

/** Shown by the compiler when something is still open. */
export interface Missing<Services> {
  readonly "provide these services by a resource of the job": Services
}
type Open<J> =
  J extends Job<any, any, any, any, any, infer R, any, infer Rs> ? Exclude<R | ResourceNeeds<Rs>, Provides<Rs>> : never
/** What a job must be to cross a process: closed, which is to need nothing that its own resources do not provide. */
export type Closed<J> = [Open<J>] extends [never] ? unknown : Missing<Open<J>>

/**
 * A job that another process can load by its module and export.
 *
 * @since 0.1.0
 * @source Dagster ReconstructableJob
 */
export interface Reconstructable<J> {
  readonly _tag: "Reconstructable"
  readonly moduleUrl: string
  readonly exportName: string
  readonly job: J
}

/**
 * Names the place from which another process can load a job.
 *
 * @param moduleUrl - URL of the module, `import.meta.url`
 * @param exportName - name under which the module exports the job
 * @param job - the job itself, which must be closed
 * @since 0.1.0
 * @source Dagster reconstructable
 */
export const reconstructable = <J extends AnyJob>(
  moduleUrl: string,
  exportName: string,
  job: J & Closed<J>
): Reconstructable<J> => ({ _tag: "Reconstructable", moduleUrl, exportName, job })
