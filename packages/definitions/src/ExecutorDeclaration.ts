import { ConfigSchema } from "@heddle/config/ConfigSchema"
import { TagLimit } from "@heddle/events/TagLimit"
import * as Schema from "effect/Schema"

/** The fields of run config that every executor takes, because the engine itself obeys them. */
const fields = {
  /** Whether failed attempts are retried; enabled by default. */
  retries: Schema.optionalKey(
    ConfigSchema.Selector({ enabled: ConfigSchema.Shape({}), disabled: ConfigSchema.Shape({}) })
  ),
  /** How many steps may run at once, ≥ 1. */
  maxConcurrent: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  /** How many steps with a given tag may run at once. */
  tagConcurrencyLimits: Schema.optionalKey(Schema.Array(TagLimit.schema)),
  /**
   * Whether a step waits until its upstream steps have succeeded; true by default. With `false` it starts once the outputs
   * that it needs are stored, even if their steps are still running or fail afterwards.
   */
  requireUpstreamStepSuccess: Schema.optionalKey(Schema.Boolean)
}

const common = Schema.Struct(fields)

/** The config that every executor accepts, as written in run config. */
export type ExecutorConfig = typeof common.Encoded

/**
 * What an executor needs of a job and its surroundings. The run is checked against it before anything is recorded.
 *
 * @since 0.1.0
 * @source Dagster ExecutorRequirement
 */
export interface ExecutorRequirements {
  /** Values cross a process, so every output needs a codec or an IO manager of its own; false by default. */
  readonly portableValues?: boolean
  /** Other processes open the instance, so it must not live in memory; false by default. */
  readonly sharedInstance?: boolean
  /** Other processes load the job, so it must be known by module and export; false by default. */
  readonly reconstructableJob?: boolean
}

/**
 * What a job knows of an executor: its name, its config and what it requires. How it is opened is the engine's business
 * (`@heddle/engine/executor/ExecutorDefinition`).
 *
 * @since 0.1.0
 */
export interface ExecutorDeclaration<out Name extends string = string, out Config = unknown> {
  readonly _tag: "ExecutorDefinition"
  /** Name of the executor, as run config, events and the command line spell it. */
  readonly name: Name
  readonly description?: string | undefined
  /** Schema of its whole config: the fields that every executor takes, and its own. */
  readonly config: Schema.Top
  readonly requirements: ExecutorRequirements
  /** Only a type: the config as it is written. */
  readonly _Config: () => Config
}

/** The executors that a job offers: run config chooses one by its name, and without a name the first one runs. */
export type OfferedExecutors = readonly [ExecutorDeclaration, ...ReadonlyArray<ExecutorDeclaration>]

/**
 * What every executor shares.
 *
 * @since 0.1.0
 */
export const ExecutorDeclaration = {
  /** Fields of config that every executor takes. */
  fields,

  /** Schema of the config that every executor takes. */
  common
}
