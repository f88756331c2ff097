import type { RunConfigError } from "@heddle/config/RunConfigError"
import type { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { AnyJob, Job } from "@heddle/definitions/Job"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type { Replace, Resources } from "@heddle/definitions/Resource"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type { SelectionError } from "@heddle/engine/plan/SelectionError"
import * as Effect from "effect/Effect"
import { DefaultExecutors } from "./DefaultExecutors.ts"
import { selectOps, unknownInputs } from "./RunTarget.ts"

/** A run config with its values decoded and its defaults filled in; `ops` stands as it is nested. */
export interface ResolvedRunConfig {
  readonly execution: { readonly [executor: string]: unknown }
  readonly loggers: { readonly [name: string]: { readonly config?: unknown } | undefined }
  readonly resources: { readonly [key: string]: { readonly config?: unknown } | undefined }
  /** A job that leaves no input to run config does not have this section. */
  readonly inputs?: { readonly [input: string]: unknown }
  readonly ops: { readonly [node: string]: unknown }
}

/** The other options of the call that the run config is for. */
export interface ValidateRunConfigOptions<
  InputValues = { readonly [input: string]: unknown },
  Replacements = { readonly [key: string]: unknown }
> {
  /**
   * The ops that the call will execute, with the clauses of `executeInProcess`.
   *
   * @default all ops
   */
  readonly opSelection?: ReadonlyArray<string>
  /**
   * The layers that the call will replace resources with, by key: run config does not need to configure these resources.
   * A key whose value is `undefined` replaces nothing.
   *
   * @default {}
   */
  readonly resources?: Replacements
  /**
   * The values that the call will give to job inputs: run config does not need to give them. Only their names are read.
   *
   * @default {}
   */
  readonly inputValues?: InputValues
}

/** The type of `validateRunConfig`. */
export interface ValidateRunConfig {
  <JI extends Fields, Rs extends Resources>(
    job: Job<string, JI, any, any, any, any, any, Rs, any>,
    config?: unknown,
    options?: ValidateRunConfigOptions<Partial<Values<JI>>, Replace<Rs>>
  ): Effect.Effect<ResolvedRunConfig, RunConfigError | SelectionError | DefinitionError>
}

const optionNames: OptionNames<ValidateRunConfigOptions> = {
  opSelection: "optional",
  resources: "optional",
  inputValues: "optional"
}

/**
 * Checks run config against a job, as a call of `executeInProcess` or `executeJob` does before it runs anything.
 *
 * @param job - the job
 * @param config - run config as it was read; none for a job that needs none
 * @param options - what the call will give, as `ValidateRunConfigOptions`
 * @returns the resolved config; fails with `RunConfigError`, which holds every problem, with `SelectionError`, and with
 *   `DefinitionError` for values of inputs that the job does not have, and for unknown options
 * @since 0.1.0
 * @source Dagster validate_run_config
 */
export const validateRunConfig: ValidateRunConfig = Effect.fnUntraced(function* (
  job: AnyJob,
  config?: unknown,
  options: ValidateRunConfigOptions = {}
): Effect.fn.Return<ResolvedRunConfig, RunConfigError | SelectionError | DefinitionError> {
  const problem = OptionNames.error(`run config of job "${job.name}"`, options, optionNames)
  if (problem !== undefined) return yield* problem
  const unknown = unknownInputs(job.definition, Object.keys(options.inputValues ?? {}))
  if (unknown !== undefined) return yield* unknown
  const { job: part } = yield* selectOps(job.definition, options.opSelection ?? [])
  const { resolved } = yield* JobRunConfig.validate(part, config, {
    resources: Object.entries(options.resources ?? {}).flatMap(([key, layer]) => (layer === undefined ? [] : [key])),
    inputs: Object.keys(options.inputValues ?? {}),
    executors: yield* DefaultExecutors
  })
  // Its shape is that of the schema of every run config.
  return resolved as unknown as ResolvedRunConfig
})
