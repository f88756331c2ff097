import type { MissingServices } from "@heddle/definitions/Missing"
import type { ExecuteJobOptions } from "@heddle/execution/executeJob"
import type { InstanceChoice } from "./openInstance.ts"

/** What the compiler reports about a call: services that are not provided or, if there are none, options that are missing. */
export type Asked<JobName, Services, Options extends ReadonlyArray<unknown>> = [Services] extends [never]
  ? Options
  : MissingServices<JobName, Services>

/** Options of `executeJob` as a promise. */
export interface ExecuteJobPromiseOptions extends ExecuteJobOptions, InstanceChoice {
  /**
   * Whether the first failure of a step in this process ends the run, and becomes the rejection.
   *
   * @default false
   */
  readonly raiseOnError?: boolean
}
