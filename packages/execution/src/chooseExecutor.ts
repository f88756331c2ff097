import { IOManager } from "@heddle/definitions/IOManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { ExecutorDefinition, type ExecutorChoice } from "@heddle/engine/executor/ExecutorDefinition"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { Instance } from "@heddle/storage/Instance"
import { InstanceTraits } from "@heddle/storage/InstanceTraits"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { ExecutorRequirementsUnmet } from "./ExecutorRequirementsUnmet.ts"
import type { LaunchDefinitionOptions } from "./LaunchDefinitionOptions.ts"
import { OutputsNotPortable } from "./OutputsNotPortable.ts"

/** The inputs for choosing an executor. */
export interface ExecutorQuestion {
  readonly job: JobDefinition
  readonly snapshot: JobSnapshot
  readonly config: JobRunConfig
  /** The executors of jobs that name none. */
  readonly executors: ExecutorChoice
  readonly ambient: Context.Context<Instance>
  readonly options: Pick<
    LaunchDefinitionOptions,
    "inputValues" | "ioManager" | "layer" | "location" | "resources" | "values"
  >
}

/** The parts of a call that only exist in this process. */
const onlyHere = ({ inputValues, layer, resources }: ExecutorQuestion["options"]): ReadonlyArray<string> => [
  ...(layer === undefined ? [] : ['"layer"']),
  ...(Object.keys(resources ?? {}).length === 0 ? [] : ['"resources"']),
  ...(Object.keys(inputValues ?? {}).length === 0 ? [] : ['"inputValues"'])
]

const unmet = (
  { name, requirements }: ExecutorDefinition,
  { ambient, job, options }: ExecutorQuestion
): ExecutorRequirementsUnmet | undefined => {
  const problems: Array<string> = []
  if (requirements.reconstructableJob === true) {
    if (options.location === undefined) {
      problems.push("its processes load the job by module and export: pass reconstructable(import.meta.url, …, job)")
    }
    const here = onlyHere(options)
    if (here.length > 0) {
      problems.push(
        `its processes do not receive ${here.join(", ")} of the call: bind resources in the job, and give inputs in run config`
      )
    }
  }
  if (requirements.portableValues === true && options.values === undefined) {
    problems.push('its processes exchange values as files: pass a folder, values: "…", or use an instance that has one')
  }
  if (requirements.sharedInstance === true && !Context.get(ambient, InstanceTraits).isShared) {
    problems.push("its processes open the instance, but this one is in memory: use one on disk, such as SqliteInstance")
  }
  return problems.length === 0
    ? undefined
    : new ExecutorRequirementsUnmet({ jobName: job.name, executor: name, problems })
}

/**
 * Finds the executor that run config chooses among those that the job offers, and checks what it requires.
 *
 * @param question - the job, its config, the executors of jobs that name none, and what the call gives
 * @returns the executor; fails with `ExecutorRequirementsUnmet` or `OutputsNotPortable`, which say what to change
 * @since 0.1.0
 */
export const chooseExecutor = Effect.fnUntraced(function* (
  question: ExecutorQuestion
): Effect.fn.Return<ExecutorDefinition, ExecutorRequirementsUnmet | OutputsNotPortable> {
  const { ambient, config, executors, job, options, snapshot } = question
  const offered = job.executors ?? executors
  const chosen = offered.find(({ name }) => name === config.executor) ?? offered[0]
  if (!ExecutorDefinition.is(chosen)) {
    const problems = ["it is only a declaration: make it with ExecutorDefinition.make"]
    return yield* new ExecutorRequirementsUnmet({ jobName: job.name, executor: chosen.name, problems })
  }
  const problem = unmet(chosen, question)
  if (problem !== undefined) return yield* problem
  // Where bodies run in this process, another default IO manager may be there.
  const keepsFiles =
    chosen.requirements.portableValues === true ||
    (options.values !== undefined &&
      options.ioManager === undefined &&
      Context.getOrUndefined(ambient as Context.Context<unknown>, IOManager) === undefined)
  const refused = keepsFiles ? OutputsNotPortable.find(snapshot, chosen) : undefined
  return refused === undefined ? chosen : yield* refused
})
