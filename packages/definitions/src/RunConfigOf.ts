import type { ExecutionConfig } from "./ExecutionConfig.ts"
import type { Simplify } from "./internal/types.ts"

/** A section of run config in which there is nothing to say. */
export interface NoConfig {
  [name: string]: never
}
/** Loggers by name, and their config. */
export interface LoggersConfig {
  [logger: string]: { config?: unknown }
}

type Section<Name extends string, Cfg> = [keyof Cfg] extends [never]
  ? { [K in Name]?: NoConfig }
  : {} extends Cfg
    ? { [K in Name]?: Cfg }
    : { [K in Name]: Cfg }

/** Stands for the config of a graph's nodes where the graph takes config of its own. */
export interface MappedConfig<in out C> {
  readonly "~config": (_: C) => C
}
/** Stands for the run config of a job's ops where the job takes another in place of all its sections. */
export interface MappedRunConfig<in out C> {
  readonly "~runConfig": (_: C) => C
}
type IsAny<X> = 0 extends 1 & X ? true : false

/** The `ops` section of a graph's run config, or its own config; optional when nothing in it is required. */
export type OpsNode<Cfg> =
  IsAny<Cfg> extends true
    ? Section<"ops", Cfg>
    : [Cfg] extends [MappedConfig<infer C>]
      ? [C] extends [void]
        ? {}
        : {} extends C
          ? { config?: C }
          : { config: C }
      : Section<"ops", Cfg>

/** The sections that a job's own run config can give. */
export interface BakedRunConfig<
  Cfg,
  RCfg,
  Ops extends keyof Cfg,
  Keys extends keyof RCfg,
  Execution = ExecutionConfig
> {
  readonly ops?: Pick<Cfg, Ops>
  readonly resources?: Pick<RCfg, Keys>
  readonly execution?: Execution
  readonly loggers?: LoggersConfig
}
/** The same fields, of which some need not be given. */
export type Relaxed<Cfg, K extends keyof Cfg> = Simplify<Omit<Cfg, K> & Partial<Pick<Cfg, K>>>

/**
 * Run config of a job: exactly what `validateRunConfig` accepts, less the resources that a call replaces.
 *
 * @since 0.1.0
 */
export type RunConfigOf<Cfg, RCfg, In, Execution = ExecutionConfig> =
  IsAny<Cfg> extends true
    ? Sections<Cfg, RCfg, In, Execution>
    : [Cfg] extends [MappedRunConfig<infer C>]
      ? C
      : Sections<Cfg, RCfg, In, Execution>

type Sections<Cfg, RCfg, In, Execution> = Simplify<
  OpsNode<Cfg> &
    Section<"resources", RCfg> &
    Section<"inputs", In> &
    ({} extends Execution ? { execution?: Execution } : { execution: Execution }) & { loggers?: LoggersConfig }
>
