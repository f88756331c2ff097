import type { MetadataValue } from "@heddle/events/MetadataValue"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import type { AssetDependency } from "./AssetDependency.ts"
import type { BackfillPolicy } from "./BackfillPolicy.ts"
import type { GraphDefinition } from "./GraphDefinition.ts"
import type { Hook } from "./Hook.ts"
import type { IOManagerShape } from "./IOManager.ts"
import type { OpDefinition } from "./OpDefinition.ts"

/**
 * What is known of one asset.
 *
 * @since 0.1.0
 * @source Dagster AssetSpec
 */
export interface AssetSpec {
  /** Text key. */
  readonly key: string
  /** Whether a run materializes it, observes it, or neither: an external asset is made elsewhere. */
  readonly kind: "materializable" | "observable" | "external"
  /** The output of its node that is the asset; empty for an external asset. */
  readonly output: string
  readonly schema: Schema.Top
  /** The IO manager that it names; the default one without. */
  readonly io: Context.Key<unknown, IOManagerShape> | undefined
  /** Whether its node must give it. */
  readonly required: boolean
  /** The assets that it depends on, each once. */
  readonly deps: ReadonlyArray<AssetDependency>
  readonly partitions: Partitions<string> | undefined
  /** How many partitions one run makes; one without it. */
  readonly backfill?: BackfillPolicy | undefined
  readonly group: string
  readonly owners: ReadonlyArray<string>
  readonly kinds: ReadonlyArray<string>
  readonly tags: { readonly [key: string]: string }
  readonly metadata: { readonly [name: string]: MetadataValue }
  readonly description: string | undefined
  readonly codeVersion: string | undefined
}

/** What is known of one check of an asset. */
export interface CheckSpec {
  /** Text key of the asset. */
  readonly asset: string
  readonly name: string
  /** The output of its node that is the result. */
  readonly output: string
  /** The partitions of the asset. */
  readonly partitions: Partitions<string> | undefined
  readonly blocking: boolean
  readonly description: string | undefined
  readonly metadata: { readonly [name: string]: MetadataValue }
}

/**
 * What makes assets and checks them, as the engine sees it: one op or graph, and which of its inputs and outputs are
 * assets and results of checks. A check of its own is a node without assets, and an external asset is a node without a
 * body. Types are erased.
 *
 * @since 0.1.0
 * @source Dagster AssetsDefinition
 */
export interface AssetNode {
  readonly _tag: "AssetNode"
  /** The name of its node in jobs, and so of its step and its run config. */
  readonly name: string
  /** Nothing for external assets. */
  readonly body: OpDefinition | GraphDefinition | undefined
  /** The graph whose outputs of ops are neither assets nor results of checks; only of a node whose body is a graph. */
  readonly unmarked?: GraphDefinition
  /** The upstream assets whose values it loads, by input. */
  readonly inputs: { readonly [input: string]: AssetDependency }
  /** Other assets after which it runs. */
  readonly after: ReadonlyArray<AssetDependency>
  readonly assets: ReadonlyArray<AssetSpec>
  /** The checks that it evaluates. */
  readonly checks: ReadonlyArray<CheckSpec>
  /** Whether a run may ask for some of its assets and checks only. */
  readonly canSubset: boolean
  readonly hooks: ReadonlyArray<Hook<any>>
  /** Tags of its node, beside those of its op. */
  readonly tags?: { readonly [key: string]: string }
}
