import * as Schema from "effect/Schema"
import { RetryPolicySnapshot } from "./RetryPolicySnapshot.ts"

/**
 * The retries of an op as data: one policy for every failure, or one for each error tag.
 *
 * @since 0.1.0
 */
export type RetrySnapshot =
  | { readonly _tag: "any"; readonly policy: RetryPolicySnapshot }
  | { readonly _tag: "byError"; readonly policies: { readonly [errorTag: string]: RetryPolicySnapshot | null } }

const schema: Schema.Codec<RetrySnapshot> = Schema.Union([
  Schema.TaggedStruct("any", { policy: RetryPolicySnapshot.schema }),
  Schema.TaggedStruct("byError", {
    policies: Schema.Record(Schema.String, Schema.NullOr(RetryPolicySnapshot.schema))
  })
])

/**
 * Schema of retries as data.
 *
 * @since 0.1.0
 */
export const RetrySnapshot = { schema }
