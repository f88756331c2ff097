import type { LogLevel } from "@heddle/events/EngineEvent"
import * as Context from "effect/Context"
import type * as Scope from "effect/Scope"

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

/** Writes lines into the run's event log. */
export interface OpLogger {
  readonly debug: (message: string, data?: object) => void
  readonly info: (message: string, data?: object) => void
  readonly warning: (message: string, data?: object) => void
  readonly error: (message: string, data?: object) => void
  readonly critical: (message: string, data?: object) => void
  readonly log: (level: LogLevel, message: string, data?: object) => void
}

/**
 * Second argument of a body: small on purpose. `resources` serves promise bodies; Effect bodies may also `yield*`
 * services.
 *
 * @since 0.1.0
 * @source Dagster OpExecutionContext
 */
export interface OpContext<C, T extends Tags> {
  readonly config: C
  readonly resources: Shapes<T>
  readonly runId: string
  readonly jobName: string
  readonly stepKey: string
  /** Attempts of this step that were made before, 0 in the first. */
  readonly retryNumber: number
  /** The key of the value that a mapped step was made for. */
  readonly mappingKey: string | undefined
  readonly tags: { readonly [key: string]: string }
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

/** What the engine gives to every body. */
export type Given = OpExecutionContext | Scope.Scope
