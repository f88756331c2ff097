import type { OutputSnapshot } from "@heddle/events/JobSnapshot"
import type { OpSettings } from "@heddle/events/OpSettings"

/**
 * Where an input of a step comes from. `step` is the index of a step in the plan.
 *
 * `Output` is one value; of a mapped step it is the one with the same mapping key. `Each` is the one value of a dynamic
 * output that the step was made for. `Collect` is all values, of a dynamic output or of a mapped step. `Many` is a list
 * of sources. `JobInput` and `Config` are given from outside; `Asset` is the stored value of an asset that no step makes.
 */
export type Source =
  | { readonly _tag: "Output"; readonly step: number; readonly output: string }
  | { readonly _tag: "Each"; readonly step: number; readonly output: string }
  | { readonly _tag: "Collect"; readonly step: number; readonly output: string }
  | { readonly _tag: "Many"; readonly sources: ReadonlyArray<Source> }
  | { readonly _tag: "JobInput"; readonly input: string }
  | { readonly _tag: "Asset"; readonly asset: string }
  | { readonly _tag: "Config"; readonly node: ReadonlyArray<string>; readonly input: string }

/** One input of a step. */
export interface PlanInput {
  readonly name: string
  readonly source: Source
}

/**
 * One step of a plan; a mapped one stands for as many as its dynamic output has keys. Its tags are those of its node, its
 * retry policy that of its node, op or job, and its other settings those of its op.
 */
export interface PlanStep extends OpSettings {
  /** Key of the step; of a mapped step the placeholder `node[?]`. */
  readonly key: string
  /** Names of nodes on the way to it, dotted. */
  readonly nodePath: string
  readonly opName: string
  readonly inputs: ReadonlyArray<PlanInput>
  readonly after: ReadonlyArray<Source>
  readonly outputs: ReadonlyArray<OutputSnapshot>
  /** The dynamic output that it is mapped over. */
  readonly mappedOver?: { readonly step: number; readonly output: string }
  /** The assets that it makes, checks and depends on; absent where it has nothing to do with assets. */
  readonly assets?: ReadonlyArray<string>
  /** Steps that are ready together start in descending order of it. */
  readonly priority: number
}

/**
 * What a run of a job executes: steps in the order in which they start when all else is equal, as data.
 *
 * @since 0.1.0
 * @source Dagster ExecutionPlan
 */
export interface ExecutionPlan {
  readonly jobName: string
  readonly steps: ReadonlyArray<PlanStep>
  /** Where the outputs of the job come from. */
  readonly outputs: { readonly [output: string]: Source }
}
