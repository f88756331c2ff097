import type { Wire } from "@heddle/events/JobSnapshot"
import type { RetrySnapshot } from "@heddle/events/RetrySnapshot"
import type * as Schema from "effect/Schema"
import type { Hook } from "./Hook.ts"
import type { OpDefinition } from "./OpDefinition.ts"

/** Config that a graph takes in place of that of its nodes. */
export interface ConfigMapping {
  /** What it takes. Without it, it takes nothing, and values that are given anyway are ignored. */
  readonly config: Schema.Top | undefined
  /** Gives the config of what it stands for. */
  readonly to: (config: unknown) => unknown
}

/** One node of a checked graph. */
export interface NodeDefinition {
  readonly name: string
  readonly body: OpDefinition | GraphDefinition
  readonly inputs: { readonly [input: string]: Wire }
  readonly after: ReadonlyArray<Wire>
  readonly tags: { readonly [key: string]: string }
  readonly hooks: ReadonlyArray<Hook<any>>
  readonly retry?: RetrySnapshot
}

/**
 * A graph as the engine sees it: checked, with its types erased.
 *
 * @since 0.1.0
 */
export interface GraphDefinition {
  readonly _tag: "GraphDefinition"
  readonly name: string
  readonly description?: string
  readonly inputs: ReadonlyArray<string>
  readonly outputs: { readonly [output: string]: Wire }
  readonly nodes: ReadonlyArray<NodeDefinition>
  /** Config that it takes in place of the `ops` of its nodes. */
  readonly configMapping?: ConfigMapping
  /** Whether it was made of data, so that no compiler has seen whether what its ops need is there. */
  readonly fromData?: boolean
}
