import type { OpSettings } from "@heddle/events/OpSettings"
import type * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import type { IOManagerShape } from "./IOManager.ts"
import type { OpContext, Tags } from "./OpExecutionContext.ts"

/** An input of an op. */
export interface InputDefinition {
  readonly name: string
  readonly schema: Schema.Top
}

/** An output of an op. */
export interface OutputDefinition {
  readonly name: string
  readonly schema: Schema.Top
  readonly required: boolean
  readonly dynamic: boolean
  /** The IO manager that it names; the default one without. */
  readonly io: Context.Key<unknown, IOManagerShape> | undefined
}

/**
 * An op as the engine sees it: the one form that every way of writing an op compiles to. Types are erased.
 *
 * @since 0.1.0
 */
export interface OpDefinition {
  readonly _tag: "OpDefinition"
  readonly name: string
  /** Its options that are plain data. */
  readonly settings: OpSettings
  readonly inputs: ReadonlyArray<InputDefinition>
  readonly outputs: ReadonlyArray<OutputDefinition>
  /** How the body gives its outputs: the one value itself, or a record or emissions by name. */
  readonly returns: "value" | "record"
  /** Schema of its config; `undefined` for an op that takes none. */
  readonly config: Schema.Top | undefined
  /** The resources that it names; `undefined` for an op that may use any of the job's. */
  readonly resources: Tags | undefined
  /** Names of the time limits that it sets. */
  readonly timeouts: ReadonlyArray<"timeout" | "idleTimeout">
  readonly run: (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>) => unknown
}
