import type { RetrySnapshot } from "@heddle/events/JobSnapshot"
import type * as Schema from "effect/Schema"
import type { GraphDefinition } from "./GraphDefinition.ts"
import type { Resources } from "./Resource.ts"

/**
 * A job as the engine sees it, with its types erased.
 *
 * @since 0.1.0
 */
export interface JobDefinition {
  readonly _tag: "JobDefinition"
  readonly name: string
  readonly description: string | undefined
  readonly graph: GraphDefinition
  readonly resources: Resources
  /** Schema of each input. */
  readonly inputs: { readonly [input: string]: Schema.Top }
  /** Values of inputs that a call may leave out. */
  readonly inputValues: { readonly [input: string]: unknown }
  readonly tags: { readonly [key: string]: string }
  readonly retry: RetrySnapshot | undefined
}
