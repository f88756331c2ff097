import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { ExecutionPlan } from "./ExecutionPlan.ts"
import { PlanBuilder } from "./PlanBuilder.ts"

const plans = new WeakMap<JobSnapshot, ExecutionPlan>()

/**
 * Makes the plan of a job, once for each snapshot: graphs dissolved, every input's source found, mapped steps marked.
 *
 * @param job - the job as data
 * @returns the plan; steps by dependency level, by name inside a level, those of a nested graph at the graph's place
 * @throws PlanError for a step that would be mapped over two dynamic outputs at once, or is mapped and has one of its
 *   own, or a priority that is no number
 * @since 0.1.0
 * @source Dagster create_execution_plan
 */
export const makePlan = (job: JobSnapshot): ExecutionPlan => {
  let plan = plans.get(job)
  if (plan === undefined) plans.set(job, (plan = new PlanBuilder(job).build()))
  return plan
}
