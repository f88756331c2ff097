import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import type * as Schema from "effect/Schema"
import type { AssetGraph } from "./AssetGraph.ts"
import type { AssetSubset } from "./AssetSubset.ts"
import type { OfferedExecutors } from "./ExecutorDeclaration.ts"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import type { Hook } from "./Hook.ts"
import type { JobPartitions } from "./JobPartitions.ts"
import type { Loggers } from "./Logger.ts"
import type { Resources } from "./Resource.ts"

/** The assets that a job knows, and those that its runs make and check. */
export interface JobAssets {
  readonly graph: AssetGraph
  readonly selection: AssetSubset
}

/**
 * A job as the engine sees it, with its types erased.
 *
 * @since 0.1.0
 */
export interface JobDefinition {
  readonly _tag: "JobDefinition"
  readonly name: string
  readonly description?: string
  readonly graph: GraphDefinition
  readonly resources: Resources
  /** Schema of each input. */
  readonly inputs: { readonly [input: string]: Schema.Top }
  /** Values of inputs that a call may leave out. */
  readonly inputValues: { readonly [input: string]: unknown }
  readonly tags: { readonly [key: string]: string }
  /** Tags of its runs in place of `tags`. */
  readonly runTags?: { readonly [key: string]: string }
  readonly retry?: RetrySnapshot
  /** Run config of its own: what stands for entries that a run config does not have, or another schema for all of it. */
  readonly config?:
    | { readonly _tag: "Defaults"; readonly runConfig: { readonly [section: string]: unknown } }
    | { readonly _tag: "Mapped"; readonly config: Schema.Top; readonly to: (config: unknown) => unknown }
  /** Its partitions; those of a job of assets are the ones of its assets. */
  readonly partitions?: JobPartitions
  /** Hooks that run after every step. */
  readonly hooks: ReadonlyArray<Hook<any>>
  /** Loggers that run config may choose, by name. */
  readonly loggers: Loggers
  /** The executors that the job offers; by default those of the call that runs it. */
  readonly executors?: OfferedExecutors
  /** For a job of assets: all assets that it knows, from which its graph was made. */
  readonly assets?: JobAssets
  /** For a part of a job: the nodes of the whole job that were not selected. Their run config is ignored. */
  readonly unselected?: ReadonlyArray<NodeDefinition>
}
