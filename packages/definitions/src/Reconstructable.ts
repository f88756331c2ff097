import type { AnyJob, Job } from "./Job.ts"
import type { MissingServices } from "./Missing.ts"
import type { Provides, ResourceNeeds } from "./Resource.ts"

type Open<J> =
  J extends Job<infer Name, any, any, any, any, infer R, any, infer Rs>
    ? [Exclude<R | ResourceNeeds<Rs>, Provides<Rs>>] extends [never]
      ? never
      : MissingServices<Name, Exclude<R | ResourceNeeds<Rs>, Provides<Rs>>>
    : never
/**
 * Nothing where jobs are closed, which is to need nothing that their own resources do not provide, and otherwise what the
 * compiler shows. Only closed jobs cross a process.
 */
export type Closed<J> = [Open<J>] extends [never] ? [] : Open<J>

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
  job: J,
  ..._missing: Closed<J>
): Reconstructable<J> => ({ _tag: "Reconstructable", moduleUrl, exportName, job })
