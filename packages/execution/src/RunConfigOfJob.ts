import type { Job } from "@heddle/definitions/Job"
import type { ResourceConfig } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Unfilled } from "./ExecuteInProcessOptions.ts"

/**
 * The run config that a job accepts; anything where the type of the job is not known.
 *
 * @since 0.1.0
 * @example
 * type Body = RunConfigOfJob<typeof etl>
 */
export type RunConfigOfJob<J> =
  J extends Job<any, infer JI, infer Preset, any, any, any, infer Cfg, infer Rs, infer Execution>
    ? 0 extends 1 & Cfg
      ? unknown
      : RunConfigOf<Cfg, ResourceConfig<Rs>, Unfilled<JI, Preset>, Execution>
    : unknown
