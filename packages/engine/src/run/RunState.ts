import type { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { KnownStep } from "@heddle/events/KnownStep"
import * as HashMap from "effect/HashMap"
import type { ExecutionPlan } from "../plan/ExecutionPlan.ts"
import { PlanIndex } from "../plan/PlanIndex.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import { ReadyOrder } from "./ReadyOrder.ts"
import type { TagLimits } from "./TagLimits.ts"

/**
 * Where one step stands.
 *
 * `pending` waits for what it needs, `ready` for a place, `waiting` for the time of its retry. `abandoned` will never
 * start, because something that it needs has failed.
 *
 * A step of a pool asks for a slot once there is a place for it: `claiming` keeps that place until the answer has come.
 * `blocked` has given it up, for the pool is full, and `claimed` has a slot and goes first into the next place.
 */
export type Phase =
  | "pending"
  | "ready"
  | "claiming"
  | "blocked"
  | "claimed"
  | "running"
  | "waiting"
  | "success"
  | "failure"
  | "skipped"
  | "abandoned"

/** Keys in the order in which they came, the last first. Adding a key takes constant time. */
export interface Keys {
  readonly key: string
  readonly before: Keys | undefined
}

/** One step of a run; a mapped step of the plan has one of these for each key. */
export interface StepState {
  readonly key: string
  /** Index in the plan. */
  readonly step: number
  readonly mappingKey: string | undefined
  readonly phase: Phase
  /** How many of the outputs that it needs may still be given: those of steps that have not ended, less those that are there. */
  readonly waiting: number
  /** Attempts that were launched. */
  readonly attempt: number
  /** Optional outputs that the last attempt gave. */
  readonly optional: ReadonlyArray<string>
  /** Outputs that are stored, of any attempt; kept only where downstream steps start by them. */
  readonly given: ReadonlyArray<string>
  /** Mapping keys that the last attempt gave, by dynamic output. */
  readonly keys: { readonly [output: string]: Keys } | undefined
  /** The ancestor that executed it; this run without one. */
  readonly runId: string | undefined
  /** Events of hooks that are still to come after its end; it holds its place until then. */
  readonly hooks: number
}

/** A mapped step of the plan once its keys are known, or known not to come. */
export interface Expansion {
  readonly keys: ReadonlyArray<string>
  /** How many of its copies have not come to their end. */
  readonly open: number
  /** Of how many copies it is known before the last one ends what they give of an output, by its name. */
  readonly decided: { readonly [output: string]: number }
  /** What became of the step whose keys it waits for. */
  readonly source: "success" | "skipped" | "abandoned"
}

/**
 * All that the engine knows of a run: an immutable value, worked out from the plan and the events so far.
 *
 * @since 0.1.0
 */
export interface RunState {
  readonly plan: ExecutionPlan
  /** How many steps may run at once: none before the executor is ready. */
  readonly maxConcurrent: number
  /** Whether a step waits for the success of its upstream steps, and not only for their outputs. */
  readonly requireUpstreamStepSuccess: boolean
  /** Steps that ancestors have executed, by key. */
  readonly known: ReadonlyMap<string, KnownStep>
  /**
   * `starting` waits for the executor; `canceling`, `interrupted` and `raised` start nothing more and wait for what runs; `ending` has decided how the run ends;
   * `ended` has it in the log.
   */
  readonly stage: "created" | "starting" | "running" | "canceling" | "interrupted" | "raised" | "ending" | "ended"
  readonly steps: HashMap.HashMap<string, StepState>
  readonly expansions: HashMap.HashMap<number, Expansion>
  readonly ready: ReadyOrder
  /** Limits by tag, where there are some. */
  readonly limits: TagLimits | undefined
  readonly running: number
  /** Steps, mapped steps without keys counted as one, that have not come to their end. */
  readonly open: number
  /** Keys of the steps that failed, the last first. */
  readonly failed: Keys | undefined
  /** Whether the first failure of a step ends the run. */
  readonly raiseOnError: boolean
  /** The error that the run ends with, beside those of its steps. */
  readonly runError: ErrorInfo | undefined
  /** The latest materialization or observation of each asset, of those that the steps make, check and depend on. */
  readonly assets: HashMap.HashMap<string, AssetVersion>
}

const NONE: ReadonlyArray<string> = []

/**
 * Constructor and readers of run states.
 *
 * @since 0.1.0
 */
export const RunState = {
  /**
   * The state before the first event.
   *
   * @param plan - what is to be run
   * @param known - steps that ancestors have executed
   * @param assets - what is known of assets before the run
   */
  make: (
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep> = [],
    assets: ReadonlyMap<string, AssetVersion> = new Map()
  ): RunState => {
    const index = PlanIndex.of(plan)
    const steps = plan.steps.flatMap((step, i): ReadonlyArray<[string, StepState]> => {
      if (step.mappedOver !== undefined) return []
      const waiting = index.upstreamWhole[i]!.reduce((sum, { outputs }) => sum + outputs.length, 0)
      return [[step.key, RunState.pending(step.key, i, undefined, waiting)]]
    })
    return {
      plan,
      maxConcurrent: 0,
      requireUpstreamStepSuccess: true,
      known: new Map(known.map((step) => [step.stepKey, step])),
      stage: "created",
      steps: HashMap.fromIterable(steps),
      expansions: HashMap.empty(),
      ready: ReadyOrder.empty,
      limits: undefined,
      running: 0,
      open: plan.steps.length,
      failed: undefined,
      raiseOnError: false,
      runError: undefined,
      assets: HashMap.fromIterable(assets)
    }
  },

  /** Keys in the order in which they came. */
  keys: (keys: Keys | undefined): ReadonlyArray<string> => {
    const list: Array<string> = []
    for (let at = keys; at !== undefined; at = at.before) list.push(at.key)
    return list.reverse()
  },

  /** The state of a step that nothing has happened to. */
  pending: (key: string, step: number, mappingKey: string | undefined, waiting: number): StepState => ({
    key,
    step,
    mappingKey,
    phase: "pending",
    waiting,
    attempt: 0,
    optional: NONE,
    given: NONE,
    keys: undefined,
    runId: undefined,
    hooks: 0
  }),

  /** The state of a step as an ancestor left it. */
  fromKnown: (step: StepState, known: KnownStep): StepState => ({
    ...step,
    optional: known.outputs,
    keys:
      known.keys === undefined
        ? undefined
        : Object.fromEntries(
            Object.entries(known.keys).flatMap(([output, list]) => {
              let keys: Keys | undefined
              for (const key of list) keys = { key, before: keys }
              return keys === undefined ? [] : [[output, keys]]
            })
          ),
    runId: known.runId
  }),

  /** The attempts that were launched and have not ended. */
  runningAttempts: ({ steps }: RunState): ReadonlyArray<{ readonly stepKey: string; readonly attempt: number }> =>
    Array.from(HashMap.values(steps)).flatMap(({ attempt, key, phase }) =>
      phase === "running" ? [{ stepKey: key, attempt }] : []
    ),

  /** Tells whether a step in this phase has come to its end. */
  isTerminal: (phase: Phase): boolean =>
    phase === "success" || phase === "failure" || phase === "skipped" || phase === "abandoned"
}
