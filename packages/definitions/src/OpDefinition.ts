import type { OpSettings } from "@heddle/events/OpSettings"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import type { AssetDependency } from "./AssetDependency.ts"
import type { BackfillPolicy } from "./BackfillPolicy.ts"
import type { IOManagerShape } from "./IOManager.ts"
import type { OpContext, Tags } from "./OpExecutionContext.ts"

/** An input of an op. */
export interface InputDefinition {
  readonly name: string
  readonly schema: Schema.Top
  /** The asset whose value it is. */
  readonly asset?: AssetDependency
  /** The partitions of that asset. */
  readonly partitions?: Partitions<string>
}

/** The asset that an output is. */
export interface AssetOutput {
  /** Text key of the asset. */
  readonly key: string
  readonly kind: "materialization" | "observation"
  /** The assets that it depends on, with or without loading their values. */
  readonly deps: ReadonlyArray<AssetDependency>
  readonly partitions: Partitions<string> | undefined
  /** How many partitions one run makes; one without it. */
  readonly backfill?: BackfillPolicy | undefined
  /** The declared version of the body that makes it. */
  readonly codeVersion: string | undefined
}

/** The asset check whose result an output is. */
export interface CheckOutput {
  /** Text key of the asset. */
  readonly asset: string
  readonly name: string
  readonly blocking: boolean
  /** The partitions of the asset. */
  readonly partitions: Partitions<string> | undefined
  /** How many of them one run makes, for a check with a body of its own; one without it. */
  readonly backfill?: BackfillPolicy | undefined
}

/** An output of an op. */
export interface OutputDefinition {
  readonly name: string
  readonly schema: Schema.Top
  readonly required: boolean
  readonly dynamic: boolean
  /** The IO manager that it names; the default one without. */
  readonly io: Context.Key<unknown, IOManagerShape> | undefined
  /** The asset that it is; an output of a plain op is none. */
  readonly asset?: AssetOutput
  /** The asset check whose result it is. */
  readonly check?: CheckOutput
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
  /** Whether some of its outputs are assets or results of checks. */
  readonly ofAssets?: boolean
  /** Whether only some of the outputs of the whole op are left. */
  readonly isSubset?: boolean
  /** Schema of its config; `undefined` for an op that takes none. */
  readonly config: Schema.Top | undefined
  /** The resources that it names; `undefined` for an op that may use any of the job's. */
  readonly resources: Tags | undefined
  /** Names of the time limits that it sets. */
  readonly timeouts: ReadonlyArray<"timeout" | "idleTimeout">
  readonly run: (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>) => unknown
}
