import type { LogLevel } from "@heddle/events/EngineEvent"
import type { MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import type { PartitionMembers } from "./BodyPartition.ts"
import * as Context from "effect/Context"
import type * as Scope from "effect/Scope"
import type { BodyEvent } from "./BodyEvent.ts"

/** The service keys of resources, by the name under which a body reads them. */
export type Tags = { readonly [key: string]: Context.Key<any, any> }
/** The services behind service keys. */
export type Shapes<T extends Tags> = {
  readonly [K in keyof T]: T[K] extends Context.Key<any, infer S> ? S : never
}
/** The identifiers of service keys, as they stand in an effect's requirements. */
export type Ids<T extends Tags> = [keyof T] extends [never]
  ? never
  : T[keyof T] extends Context.Key<infer I, any>
    ? I
    : never

/**
 * Writes lines into the run's event log. Any data can be logged: what JSON has no form for is stored as text or marked, an
 * error as its message, stack and causes.
 */
export interface OpLogger {
  readonly debug: (message: string, data?: unknown) => void
  readonly info: (message: string, data?: unknown) => void
  readonly warning: (message: string, data?: unknown) => void
  readonly error: (message: string, data?: unknown) => void
  readonly critical: (message: string, data?: unknown) => void
  readonly log: (level: LogLevel, message: string, data?: unknown) => void
}

/** Names one output of a step; one value of it where it is dynamic. */
export interface OutputPlace {
  /** Name of the output; not needed where the op has only one. */
  readonly output?: string
  /** Mapping key of a value of a dynamic output. */
  readonly mappingKey?: string
}

/**
 * Second argument of a body: kept small on purpose. `resources` serves promise bodies; Effect bodies may also `yield*`
 * services.
 *
 * @since 0.1.0
 * @source Dagster OpExecutionContext
 */
export interface OpContext<C, T extends Tags> extends PartitionMembers {
  readonly config: C
  readonly resources: Shapes<T>
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string
  /** Names of the nodes on the way to the op, dotted. */
  readonly nodePath: string
  /** Name of the node: the last part of `nodePath`. */
  readonly nodeName: string
  readonly opName: string
  /** Number of the attempt, from 1. */
  readonly attempt: number
  /** Number of earlier attempts of the step; 0 in the first. */
  readonly retryNumber: number
  /** The key of the value that a mapped step was made for. */
  readonly mappingKey: string | undefined
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /** Run config as it was given, with `<redacted>` in the place of secrets; `config` holds them as `Redacted` values. */
  readonly runConfig: unknown
  /** Whether the run is a re-execution of an earlier run. */
  readonly isReexecution: boolean
  /** The run that this one re-executes. */
  readonly parentRunId: string | undefined
  /** The first run of the chain of re-executions. */
  readonly rootRunId: string | undefined
  /** Names of the outputs that this execution must return. */
  readonly selectedOutputs: ReadonlySet<string>
  /**
   * Adds metadata to the event of an output that is still to be given. Added twice, it is merged, and the later value of a
   * name wins, also over the metadata of the emission. Throws `OutputError` for an output that was given already or is not
   * declared, and where it is not clear which output is meant.
   */
  readonly addOutputMetadata: (metadata: { readonly [name: string]: MetadataInput }, at?: OutputPlace) => void
  /** The metadata that was added to an output so far. */
  readonly getOutputMetadata: (at?: OutputPlace) => { readonly [name: string]: MetadataValue }
  /** Writes a materialization, an observation or an expectation result into the log of the run at once. */
  readonly logEvent: (event: BodyEvent) => void
  readonly log: OpLogger
  /** Aborted when the step is interrupted. */
  readonly signal: AbortSignal
}

/**
 * The same context as a service, for helpers deep inside an Effect body; the engine provides it.
 *
 * @since 0.1.0
 */
export class OpExecutionContext extends Context.Service<OpExecutionContext, OpContext<unknown, {}>>()(
  "@heddle/definitions/OpExecutionContext"
) {}

/** The services that the engine provides to every body. */
export type Given = OpExecutionContext | Scope.Scope
