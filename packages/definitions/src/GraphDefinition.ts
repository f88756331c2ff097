import type { RetrySnapshot, Wire } from "@heddle/events/JobSnapshot"
import type { Hook } from "./Hook.ts"
import type { OpDefinition } from "./OpDefinition.ts"

/** One node of a checked graph. */
export interface NodeDefinition {
  readonly name: string
  readonly body: OpDefinition | GraphDefinition
  readonly inputs: { readonly [input: string]: Wire }
  readonly after: ReadonlyArray<Wire>
  readonly tags: { readonly [key: string]: string }
  readonly hooks: ReadonlyArray<Hook<any>>
  readonly retry: RetrySnapshot | undefined
}

/**
 * A graph as the engine sees it: checked, with its types erased.
 *
 * @since 0.1.0
 */
export interface GraphDefinition {
  readonly _tag: "GraphDefinition"
  readonly name: string
  readonly description: string | undefined
  readonly inputs: ReadonlyArray<string>
  readonly outputs: { readonly [output: string]: Wire }
  readonly nodes: ReadonlyArray<NodeDefinition>
}
