import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  /** The tag that a step has. */
  key: Schema.String,
  /** Its value; any value without it. */
  value: Schema.optionalKey(Schema.Union([Schema.String, Schema.Struct({ applyLimitPerUniqueValue: Schema.Boolean })])),
  /** How many such steps may run at once, ≥ 1. */
  limit: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
})

/**
 * How many steps of one run may run at once that have a tag: all that have it, or those with one value, or, with
 * `applyLimitPerUniqueValue`, those of each value.
 *
 * @since 0.1.0
 * @source Dagster tag_concurrency_limits
 */
export type TagLimit = typeof schema.Type

/** Schema of limits, and where a step stands under one. */
export const TagLimit = {
  schema,

  /**
   * The name of the group of steps, among those under a limit, that a step is counted in; nothing when the limit is none
   * of the step's.
   *
   * @param limit - the limit
   * @param tags - the tags of the step
   */
  groupOf: ({ key, value }: TagLimit, tags: { readonly [key: string]: string }): string | undefined => {
    const own = Object.hasOwn(tags, key) ? tags[key] : undefined
    if (own === undefined) return undefined
    if (value === undefined) return ""
    if (typeof value === "string") return own === value ? value : undefined
    return value.applyLimitPerUniqueValue ? own : ""
  }
}
