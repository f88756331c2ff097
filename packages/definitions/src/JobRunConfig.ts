import { ConfigEnvironment } from "@heddle/config/ConfigEnvironment"
import { ConfigNode } from "@heddle/config/ConfigNode"
import { ConfigSecrets } from "@heddle/config/ConfigSecrets"
import { RunConfigError } from "@heddle/config/RunConfigError"
import { validate } from "@heddle/config/validate"
import * as Effect from "effect/Effect"
import type { ExecutorDeclaration } from "./ExecutorDeclaration.ts"
import type { GivenAtCall } from "./GivenAtCall.ts"
import { withOwnConfig, withoutOwnConfig } from "./internal/ownRunConfig.ts"
import { keptRunConfigShape, runConfigShape } from "./internal/runConfigShape.ts"
import type { JobDefinition } from "./JobDefinition.ts"

type Section = { readonly [name: string]: unknown }

/** Config of an executor: what every executor takes, decoded, and its own fields. */
export type ExecutionFields = typeof ExecutorDeclaration.common.Type & Section

const section = (value: unknown, name: string): Section => {
  // A name such as `constructor` is also one of every object.
  const inner =
    typeof value === "object" && value !== null && Object.hasOwn(value, name) ? (value as Section)[name] : undefined
  return typeof inner === "object" && inner !== null ? (inner as Section) : {}
}

/**
 * The run config of a job after validation: values decoded, defaults filled in.
 *
 * @since 0.1.0
 */
export class JobRunConfig {
  readonly resolved: Section

  constructor(resolved: Section) {
    this.resolved = resolved
  }

  /** The section of a node, `{ config?, inputs?, ops? }`, by the names on the way to it. */
  node(path: ReadonlyArray<string>): { readonly config?: unknown; readonly inputs: Section } {
    let at: Section = this.resolved
    for (const name of path) at = section(at["ops"] === undefined ? {} : at["ops"], name)
    return { config: at["config"], inputs: section(at, "inputs") }
  }

  /** The config of a resource. */
  resource(key: string): unknown {
    return section(this.resolved["resources"], key)["config"]
  }

  /** The config of each logger that run config chooses, by name. */
  get loggers(): Section {
    const loggers = section(this.resolved, "loggers")
    return Object.fromEntries(Object.keys(loggers).map((name) => [name, section(loggers, name)["config"]]))
  }

  /** The values of the job's inputs that run config gives. */
  get inputs(): Section {
    return section(this.resolved, "inputs")
  }

  /** Name of the executor that run config chooses. The run config can be given, the job's own, or returned by a config mapping. */
  get executor(): string | undefined {
    return Object.keys(section(this.resolved, "execution")).find((name) => name !== "config")
  }

  /** Config of the executor: what stands under its name, over what stands under `execution.config`. */
  get execution(): ExecutionFields {
    const execution = section(this.resolved, "execution")
    const named = this.executor === undefined ? {} : section(section(execution, this.executor), "config")
    return { ...section(execution, "config"), ...named }
  }

  /** Whether failed attempts are retried, if run config says so. */
  get retries(): "enabled" | "disabled" | undefined {
    const { retries } = this.execution
    return retries === undefined ? undefined : "disabled" in retries ? "disabled" : "enabled"
  }

  /** The shape of a job's run config, less what the call gives; what the job's own config says need not be given. */
  static readonly schema = (job: JobDefinition, given: GivenAtCall = {}): ConfigNode =>
    withoutOwnConfig(job, runConfigShape(job, given))

  /**
   * Run config as it can be kept with a run or shown: values of secrets are replaced, names of environment variables stay.
   *
   * @param job - definition of the job
   * @param config - run config as it was read
   * @param given - `executors` of a job that names none
   */
  static readonly withoutSecrets = (
    job: JobDefinition,
    config: unknown,
    given: Pick<GivenAtCall, "executors"> = {}
  ): unknown => ConfigSecrets.hide(keptRunConfigShape(job, given), config)

  /**
   * Checks run config against a job.
   *
   * @param job - definition of the job
   * @param config - run config as it was read; `undefined` for none
   * @param given - what the call gives, so that run config need not
   * @returns the resolved config; fails with `RunConfigError`, which holds every problem
   */
  static readonly validate = (
    job: JobDefinition,
    config: unknown,
    given: GivenAtCall = {}
  ): Effect.Effect<JobRunConfig, RunConfigError> =>
    Effect.flatMap(Effect.service(ConfigEnvironment), (variables) => {
      const merged = withOwnConfig(job, given, config)
      const executors = job.executors ?? given.executors
      const namesOther =
        executors !== undefined &&
        Object.keys(section(merged, "execution")).some((name) => name !== "config") &&
        ConfigNode.isRequired(ConfigNode.value(executors[0].config))
      const schema = namesOther ? runConfigShape(job, given, true) : keptRunConfigShape(job, given)
      const result = validate(schema, merged, { variables })
      return result._tag === "Valid"
        ? Effect.succeed(new JobRunConfig(result.value as Section))
        : Effect.fail(new RunConfigError({ jobName: job.name, problems: result.problems }))
    })
}
