import { ConfigNode } from "@heddle/config/ConfigNode"
import type { LogLevel } from "@heddle/events/EngineEvent"
import { type AnyMapping, ConfigSchema } from "@heddle/config/ConfigSchema"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { checkConstant } from "./internal/checkConstant.ts"
import { checkMapping } from "./internal/definitionArguments.ts"
import { OptionNames } from "./OptionNames.ts"

/** One line that a body or a hook logged, and where it came from. */
export interface LogRecord {
  readonly level: LogLevel
  readonly message: string
  readonly data: { readonly [key: string]: Schema.Json } | undefined
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string | undefined
  readonly opName: string | undefined
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
}

/** Takes the lines of one run; those below `level` are not given to it. */
export interface LogWriter {
  /** The lowest level that it takes; `DEBUG` without it. */
  readonly level?: LogLevel | undefined
  readonly write: (record: LogRecord) => void
}

/** A logger as the engine sees it, with its types erased. */
export interface LoggerDefinition {
  /** Schema of its config; `undefined` if it takes no config. */
  readonly config: Schema.Top | undefined
  readonly make: (config: unknown) => Effect.Effect<LogWriter, unknown, Scope.Scope>
}

/**
 * Takes what the bodies and hooks of a run log to a place of its own, beside the event log. A job names its loggers; run
 * config chooses the ones of a run with a section `loggers.<name>`, and configures them.
 *
 * @since 0.1.0
 * @source Dagster LoggerDefinition
 */
export interface Logger<C> {
  readonly _C: (_: C) => C
  readonly definition: LoggerDefinition
}

/** Loggers by the name under which run config chooses them. */
export type Loggers = { readonly [name: string]: Logger<any> }

/** Log levels, from the least to the most severe. */
const LEVELS: ReadonlyArray<LogLevel> = ["TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

/**
 * Options of a logger.
 *
 * @since 0.1.0
 */
export interface LoggerOptions<C extends Schema.Top> {
  /**
   * The schema of the config that run config gives the logger.
   *
   * @default the logger takes no config
   */
  readonly config?: C
  /**
   * Makes the writer that receives the lines, once for each run. An Effect may hold something open until the run ends.
   *
   * @example
   * () => ({ level: "WARNING", write: (record) => console.error(record.message) })
   */
  readonly make: (config: C["Type"]) => LogWriter | Effect.Effect<LogWriter, unknown, Scope.Scope>
}

const optionNames: OptionNames<LoggerOptions<Schema.Top>> = { config: "optional", make: "required" }

const make = <C extends Schema.Top = Schema.Void>(options: LoggerOptions<C>): Logger<C["Encoded"]> => {
  OptionNames.check<LoggerOptions<Schema.Top>>("logger", options, optionNames)
  const definition: LoggerDefinition = {
    config: options.config === (Schema.Void as Schema.Top) ? undefined : options.config,
    make: (config) =>
      Effect.suspend(() => {
        const made = options.make(config as C["Type"])
        return Effect.isEffect(made) ? made : Effect.succeed(made)
      })
  }
  // The type of its config is only a type.
  return { definition } as unknown as Logger<C["Encoded"]>
}

const configured = ((logger: Logger<any>, mapping: AnyMapping) => {
  checkMapping("logger", mapping)
  const { config = Schema.Unknown, make } = logger.definition
  checkConstant("logger", ConfigNode.value(config), mapping)
  const definition: LoggerDefinition = { config: ConfigSchema.configured(config, mapping), make }
  return { definition } as unknown as Logger<unknown>
}) as {
  <C, D extends Schema.Top>(
    logger: Logger<C>,
    mapping: { readonly config: D; readonly to: (config: D["Type"]) => C }
  ): Logger<D["Encoded"]>
  <C>(logger: Logger<C>, mapping: { readonly constant: C }): Logger<void>
}

/**
 * Constructor of loggers, and the order of levels.
 *
 * @since 0.1.0
 */
export const Logger = {
  /**
   * Makes a logger.
   *
   * @param options - `config`: schema of its run config; `make`: gives what takes the lines, once for a run, and may hold
   *   something open until the run ends
   */
  make,

  /**
   * The same logger with other config or none.
   *
   * @param logger - the logger
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the logger. Or `constant`:
   *   its config in every run; config that is given anyway is ignored
   * @throws DefinitionError when the constant does not fit the config of the logger
   * @source Dagster configured
   */
  configured,

  /** Tells whether a level is at or above another. */
  isAtLeast: (level: LogLevel, lowest: LogLevel): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(lowest),

  /** The level with this name, in any case, such as `warning`; `undefined` if no level has the name. */
  levelOf: (name: string): LogLevel | undefined => LEVELS.find((level) => level === name.toUpperCase())
}
