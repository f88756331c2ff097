import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { Phase } from "./Phase.ts"
import type { RunState } from "./RunState.ts"
import type { Stage } from "./Stage.ts"
import type { GroupSnapshot } from "./TagLimits.ts"

/** What a run machine knows of one step. */
export interface StepSnapshot {
  readonly key: string
  /** Index in the plan. */
  readonly index: number
  /** The keys of a mapped step, outermost first. */
  readonly mappingKeys: ReadonlyArray<string>
  readonly phase: Phase
  /** How many of the outputs that it needs may still be given. */
  readonly waiting: number
  /** Attempts that were launched. */
  readonly attempt: number
  /** Optional outputs that the last attempt gave, without dynamic ones. */
  readonly optional: ReadonlyArray<string>
  /** Outputs that downstream steps may start by before the step has ended. */
  readonly given: ReadonlyArray<string>
  /** Mapping keys that the last attempt gave, by dynamic output. */
  readonly keys: { readonly [output: string]: ReadonlyArray<string> }
  /** Events of hooks that are still to come. */
  readonly hooks: number
}

/**
 * All that a run machine knows of its run, as plain data, to compare and to look at.
 *
 * @since 0.1.0
 */
export interface RunSnapshot {
  readonly stage: Stage
  readonly maxConcurrent: number
  /** Steps that hold a place. */
  readonly running: number
  /** Steps that have not come to their end; a mapped step without keys counts as one. */
  readonly open: number
  /** Keys of the steps that failed, in order. */
  readonly failed: ReadonlyArray<string>
  /** The error that the run ends with, beside those of its steps. */
  readonly runError: ErrorInfo | undefined
  /** The steps that are known so far; those of a mapped step once its keys are. */
  readonly steps: ReadonlyArray<StepSnapshot>
  /** Keys of the steps that are ready, in the order in which they start. */
  readonly ready: ReadonlyArray<string>
  /** The steps that run and wait under each limit by tag. */
  readonly limits: ReadonlyArray<GroupSnapshot>
  /** What is known of assets, by text key. */
  readonly assets: { readonly [key: string]: AssetVersion }
}

/** Copies a state. */
export const snapshotOf = (run: RunState): RunSnapshot => ({
  stage: run.stage,
  maxConcurrent: run.maxConcurrent,
  running: run.running,
  open: run.open,
  failed: [...run.failed],
  runError: run.runError,
  steps: Array.from(run.steps, ({ attempt, given, hooks, index, key, keys, optional, phase, place, waiting }) => ({
    key,
    index,
    mappingKeys: place.keys,
    phase,
    waiting,
    attempt,
    optional,
    given,
    keys: Object.fromEntries(Array.from(keys ?? [], ([output, list]) => [output, [...list]])),
    hooks
  })),
  ready: run.ready.values.map(({ key }) => key),
  limits: run.limits?.groups ?? [],
  assets: Object.fromEntries(run.assets)
})
