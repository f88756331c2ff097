import type { Wire } from "@heddle/events/JobSnapshot"
import type { GraphDefinition } from "./GraphDefinition.ts"
import type { Hook } from "./Hook.ts"
import type { OpDefinition } from "./OpDefinition.ts"
import type { RetryPolicy } from "./RetryPolicy.ts"

/** Anything that can be a node: a value that carries the definition of an op or of a graph. */
export interface NodeBody {
  readonly definition: OpDefinition | GraphDefinition
}

/**
 * One use of an op or a graph, as data beside the body that it uses.
 *
 * @since 0.1.0
 */
export interface NodeDescription {
  /** Name of the node; it stands in step keys and in run config. */
  readonly name: string
  readonly node: NodeBody
  /** Where each input comes from; an input that is not named is left to run config. */
  readonly inputs?: Readonly<Record<string, Wire>>
  /** Outputs that must be there before it starts, without bringing a value. */
  readonly after?: ReadonlyArray<Wire>
  readonly tags?: Readonly<Record<string, string>>
  readonly hooks?: ReadonlyArray<Hook<any>>
  readonly retry?: RetryPolicy | Readonly<Record<string, RetryPolicy | "fail">>
}

/** A graph as data: the one description that every way of writing a graph compiles to. */
export interface GraphDescription {
  readonly name: string
  readonly description?: string
  readonly nodes: ReadonlyArray<NodeDescription>
  readonly inputs?: ReadonlyArray<string>
  readonly outputs?: Readonly<Record<string, Wire>>
}
