import type { Simplify } from "./internal/types.ts"

/** A section of run config in which there is nothing to say. */
export interface NoConfig {
  [name: string]: never
}
/** Which executor runs the steps, and its config. */
export type ExecutionConfig = { config?: unknown } | { [executor: string]: { config?: unknown } }
/** Loggers by name, and their config. */
export interface LoggersConfig {
  [logger: string]: { config?: unknown }
}

type Section<Name extends string, Cfg> = [keyof Cfg] extends [never]
  ? { [K in Name]?: NoConfig }
  : {} extends Cfg
    ? { [K in Name]?: Cfg }
    : { [K in Name]: Cfg }

/** The `ops` section of a graph's run config; optional when nothing in it is required. */
export type OpsNode<Cfg> = Section<"ops", Cfg>

/**
 * Run config of a job: exactly what `validateRunConfig` accepts, less the resources that a call replaces.
 *
 * @since 0.1.0
 */
export type RunConfigOf<Cfg, RCfg, In> = Simplify<
  OpsNode<Cfg> &
    Section<"resources", RCfg> &
    Section<"inputs", In> & { execution?: ExecutionConfig; loggers?: LoggersConfig }
>
