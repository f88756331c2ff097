// With the executors that this package offers, in place of the entry points without them.
export * from "@heddle/execution"
export { SelectionError, StepNotFound } from "@heddle/engine/plan/SelectionError"
export { ReexecutionError } from "@heddle/engine/run/ReexecutionOptions"
export { WorkerCrashed } from "@heddle/executor-multiprocess/WorkerCrashed"
export { backfill } from "./backfill.ts"
export { executeJob } from "./executeJob.ts"
export { launch, launchDetached } from "./launch.ts"
