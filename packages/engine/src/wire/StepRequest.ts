import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import type { RetryMode } from "../plan/RetryDecision.ts"

/** Names one value that an earlier step has given. */
export interface ValueRef {
  readonly stepKey: string
  readonly output: string
  /** Mapping keys of the value, outermost first: those of its step, then its own. Absent where the output is not dynamic. */
  readonly mappingKeys?: ReadonlyArray<string>
  /** The run that gave it, when that is an ancestor of this one. */
  readonly runId?: string
}

/** Where one input's value is to be taken from. */
export type InputRequest =
  | { readonly _tag: "Value"; readonly ref: ValueRef }
  | { readonly _tag: "List"; readonly items: ReadonlyArray<InputRequest> }
  | { readonly _tag: "JobInput"; readonly input: string }
  | { readonly _tag: "Asset"; readonly asset: string }
  | { readonly _tag: "Config"; readonly node: ReadonlyArray<string>; readonly input: string }

/**
 * Asks for one attempt of one step: the contract between the half that decides and the half that runs bodies. It holds
 * only data and no values, so that it is the same inside a process and between two.
 *
 * @since 0.1.0
 */
export interface StepRequest {
  readonly stepKey: string
  readonly nodePath: string
  /** Mapping keys of a mapped step, outermost first. */
  readonly mappingKeys?: ReadonlyArray<string>
  /** Number of the attempt, from 1. */
  readonly attempt: number
  readonly inputs: ReadonlyArray<{ readonly name: string; readonly from: InputRequest }>
  readonly retry?: RetrySnapshot
  /** What is known of the assets that the step makes, checks and depends on, by text key. */
  readonly assets?: { readonly [asset: string]: AssetVersion }
}

/**
 * What the half that runs bodies is told of a run once, before its first step.
 *
 * @since 0.1.0
 */
export interface RunRequest {
  readonly runId: string
  readonly jobName: string
  /** Run config as it was given, with its secrets: the steps need them. */
  readonly runConfig: unknown
  /** Run config without its secrets, as bodies and people see it; `runConfig` itself if it has no secrets. */
  readonly shownRunConfig?: unknown
  readonly tags: { readonly [key: string]: string }
  /** The run that this one goes on from, and the first of their chain. */
  readonly parentRunId?: string
  readonly rootRunId?: string
  /** Whether failed attempts are retried; by default they are. */
  readonly retries?: RetryMode
  /** For a job of assets: the assets and checks that were selected; by default those of the job. */
  readonly assetSelection?: { readonly assets: ReadonlyArray<string>; readonly checks: ReadonlyArray<string> }
  /** Node paths of the ops and graphs that were selected; by default the whole job. */
  readonly selection?: ReadonlyArray<string>
  /** Node paths of the steps that the run may execute, where it takes over others; all of them without it. */
  readonly executes?: ReadonlyArray<string>
  /** Whether the first failure of a step ends the run. */
  readonly raiseOnError?: boolean
  /** Key of the step, when the run executes only one. */
  readonly onlyStep?: string
  /** How many steps wait for no other, so that they start together if they may. */
  readonly firstSteps?: number
}
