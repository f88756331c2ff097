import { describe } from "@heddle/definitions/describe"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobNeeds } from "@heddle/definitions/JobNeeds"
import { makePlan } from "../plan/makePlan.ts"
import { SourcePart } from "../plan/SourcePart.ts"

/** The outputs that some steps read, each as `<node path> <output>`. */
const outputsReadBy = (job: JobDefinition, executes: ReadonlySet<string>): ReadonlySet<string> => {
  const plan = makePlan(describe(job))
  const read = new Set<string>()
  for (const { inputs, nodePath } of plan.steps) {
    if (!executes.has(nodePath)) continue
    for (const { output, step } of inputs.flatMap(({ source }) => SourcePart.of(source))) {
      read.add(`${plan.steps[step]!.nodePath} ${output}`)
    }
  }
  return read
}

/**
 * Reads what the steps that a run executes need of what surrounds them.
 *
 * @param job - definition of the job
 * @param executes - node paths of the steps that are executed, by default all steps of the job
 * @since 0.1.0
 */
export const stepNeeds = (job: JobDefinition, executes: ReadonlyArray<string> | undefined): JobNeeds => {
  if (executes === undefined) return JobNeeds.of(job)
  const paths = new Set(executes)
  return JobNeeds.of(job, { executes: paths, reads: outputsReadBy(job, paths) })
}
