import {
  ExecutorDeclaration,
  type ExecutorConfig,
  type ExecutorRequirements
} from "@heddle/definitions/ExecutorDeclaration"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { OptionNames } from "@heddle/definitions/OptionNames"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { LocalServices } from "../step/LocalServices.ts"
import type { EventSink, Executor, StepWire, WireNotOpened } from "../wire/Executor.ts"
import type { RunRequest } from "../wire/StepRequest.ts"
import type { JobLocation } from "./JobLocation.ts"

/** Fields of an executor's own config, with the fields that every executor takes. */
type WholeConfig<Fields extends Schema.Struct.Fields> = Schema.Struct<typeof ExecutorDeclaration.fields & Fields>

/** What an executor is given to open its way to the bodies of one run's steps. */
export interface ExecutorSession<Config> {
  /** The executor's config for this run, decoded. */
  readonly config: Config
  /** How many steps the engine runs at once, ≥ 1. */
  readonly maxConcurrent: number
  /** The part of the run that the step side receives: plain data that may cross processes. */
  readonly request: RunRequest
  /** Takes the events of attempts back to the engine. */
  readonly sink: EventSink
  /** The job as this process has loaded it, for executors that run bodies here. */
  readonly job: JobDefinition
  /** What this process gives to bodies that run here. */
  readonly local: LocalServices
  /** Where another process loads the job from; always there when `reconstructableJob` is required. */
  readonly location: JobLocation | undefined
  /** Folder of the values of outputs that name no IO manager; always there when `portableValues` is required. */
  readonly values: string | undefined
}

/**
 * An executor as a value: a job names it, run config chooses and configures it by its name, and the engine opens it once
 * for each run.
 *
 * @since 0.1.0
 * @source Dagster ExecutorDefinition
 */
export interface ExecutorDefinition<
  out Name extends string = string,
  out Config = ExecutorConfig
> extends ExecutorDeclaration<Name, Config> {
  /** Makes the executor of one run. */
  readonly bind: (
    run: Omit<ExecutorSession<unknown>, "request" | "sink" | "maxConcurrent">,
    override?: number
  ) => Executor["Service"]
}

/**
 * Options of an executor.
 *
 * @since 0.1.0
 */
export interface ExecutorOptions<Name extends string, Fields extends Schema.Struct.Fields> {
  /** The name of the executor, by which run config and the command line choose it. */
  readonly name: Name
  /**
   * What the executor does.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * The fields of its own config, in addition to `maxConcurrent`, `retries`, `tagConcurrencyLimits` and
   * `requireUpstreamStepSuccess`, which every executor takes.
   *
   * @default {}
   * @example
   * { config: { queue: Schema.String } }
   */
  readonly config?: Fields
  /**
   * How many steps run at once if run config does not say: an integer ≥ 1, or a function that returns one.
   *
   * @default 16
   */
  readonly maxConcurrent?: number | (() => number)
  /**
   * What the executor needs of a job and its instance. It is checked before a run is recorded.
   *
   * @default {}
   */
  readonly requirements?: ExecutorRequirements
  /** Opens the way to the bodies of the steps of one run. It closes with the scope. */
  readonly open: (
    session: ExecutorSession<WholeConfig<Fields>["Type"]>
  ) => Effect.Effect<StepWire, WireNotOpened, Scope.Scope>
}

const optionNames: OptionNames<ExecutorOptions<string, Schema.Struct.Fields>> = {
  name: "required",
  description: "optional",
  config: "optional",
  maxConcurrent: "optional",
  requirements: "optional",
  open: "required"
}

/** Several executors, of which run config chooses one; by default the first. */
export type ExecutorChoice = readonly [ExecutorDefinition, ...ReadonlyArray<ExecutorDefinition>]

/**
 * Constructors of executors.
 *
 * @since 0.1.0
 */
export const ExecutorDefinition = {
  /**
   * Makes an executor.
   *
   * @param options - `ExecutorOptions`
   * @returns the executor; throws `InvalidOptions`
   * @since 0.1.0
   * @source Dagster executor
   */
  make: <const Name extends string, Fields extends Schema.Struct.Fields = {}>(
    options: ExecutorOptions<Name, Fields>
  ): ExecutorDefinition<Name, WholeConfig<Fields>["Encoded"]> => {
    const given: unknown = options
    OptionNames.check<ExecutorOptions<string, Schema.Struct.Fields>>("executor", given, optionNames)
    const { description, maxConcurrent = 16, name, open, requirements = {} } = options
    if (typeof maxConcurrent === "number") {
      new OptionCheck("ExecutorDefinition.make").wholeNumber("maxConcurrent", maxConcurrent, 1).orThrow()
    }
    const config = Schema.Struct({ ...ExecutorDeclaration.fields, ...options.config })
    return {
      _tag: "ExecutorDefinition",
      name,
      ...(description === undefined ? {} : { description }),
      config,
      requirements,
      _Config: undefined as never,
      bind: (run, override) => {
        // Run config was decoded by this very schema.
        const decoded = run.config as WholeConfig<Fields>["Type"] & typeof ExecutorDeclaration.common.Type
        const most =
          override ?? decoded.maxConcurrent ?? (typeof maxConcurrent === "number" ? maxConcurrent : maxConcurrent())
        return {
          name,
          maxConcurrent: most,
          limits: decoded.tagConcurrencyLimits ?? [],
          requireUpstreamStepSuccess: decoded.requireUpstreamStepSuccess ?? true,
          open: (request, sink) => open({ ...run, config: decoded, maxConcurrent: most, request, sink })
        }
      }
    }
  },

  /**
   * Offers several executors. Run config chooses one by its name.
   *
   * @param first - the executor that runs where run config chooses none
   * @param others - the others
   */
  oneOf: <First extends ExecutorDefinition, Others extends ReadonlyArray<ExecutorDefinition>>(
    first: First,
    ...others: Others
  ): readonly [First, ...Others] => [first, ...others],

  /** Whether this engine can open the executor of a declaration. */
  is: (declared: ExecutorDeclaration): declared is ExecutorDefinition => "bind" in declared
}
