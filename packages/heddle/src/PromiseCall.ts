import type { MissingServices } from "@heddle/definitions/Missing"
import type { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { ExecuteJobCall } from "@heddle/execution/ExecuteJobOptions"
import type { InstanceChoice } from "./openInstance.ts"

/** What the compiler reports about a call: services that are not provided or, if there are none, options that are missing. */
export type Asked<JobName, Services, Options extends ReadonlyArray<unknown>> = [Services] extends [never]
  ? Options
  : MissingServices<JobName, Services>

/** Options of `executeJob` as a promise. */
export type ExecuteJobPromiseOptions<
  J,
  Selection extends ReadonlyArray<string>,
  Reexecution extends ReexecutionOptions,
  Raise extends boolean
> = ExecuteJobCall<J, Selection, Reexecution, Raise> & InstanceChoice
