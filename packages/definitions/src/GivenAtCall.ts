import type { OfferedExecutors } from "./ExecutorDeclaration.ts"

/** What of a run is given at the call, so that its run config does not ask for it. */
export interface GivenAtCall {
  /** Keys of resources that are replaced. */
  readonly resources?: ReadonlyArray<string>
  /** Names of job inputs that have a value. */
  readonly inputs?: ReadonlyArray<string>
  /** Executors of a job that names none, the default one first; without them any name with any config is accepted. */
  readonly executors?: OfferedExecutors | undefined
}
