import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import type { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import type { IOManagerShape } from "./IOManager.ts"
import type { Tags } from "./OpExecutionContext.ts"

/** An upstream asset whose value a body takes. */
export interface AssetInputDefinition {
  readonly name: string
  readonly asset: AssetDefinition
  readonly mapping: PartitionMapping<boolean> | undefined
}

/**
 * An asset with its types erased.
 *
 * @since 0.1.0
 */
export interface AssetDefinition {
  readonly _tag: "AssetDefinition"
  readonly key: string
  readonly schema: Schema.Top
  /** Whether it is made elsewhere. */
  readonly external: boolean
  readonly inputs: ReadonlyArray<AssetInputDefinition>
  readonly deps: ReadonlyArray<AssetDefinition>
  readonly config: Schema.Top | undefined
  readonly resources: Tags | undefined
  readonly partitions: Partitions<string> | undefined
  readonly io: Context.Key<unknown, IOManagerShape> | undefined
  readonly retry?: RetrySnapshot
  /** The step that makes it together with others. */
  readonly group:
    | { readonly name: string; readonly optional: boolean; readonly checks: ReadonlyArray<string> }
    | undefined
  readonly run: ((inputs: { readonly [name: string]: unknown }, context: never) => unknown) | undefined
}
