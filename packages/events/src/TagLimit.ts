import * as Schema from "effect/Schema"

const schema = Schema.Struct({
  /** The tag that steps have. */
  key: Schema.String,
  /** The value of the tag; if absent, any value. */
  value: Schema.optionalKey(Schema.Union([Schema.String, Schema.Struct({ applyLimitPerUniqueValue: Schema.Boolean })])),
  /** How many such steps may run at once: at least 1. */
  limit: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
})

/**
 * Limits how many steps of a run with a tag may run at once: all of them, those with one value, or, with
 * `applyLimitPerUniqueValue`, those of each value.
 *
 * @since 0.1.0
 * @source Dagster tag_concurrency_limits
 */
export type TagLimit = typeof schema.Type

/** The schema of limits, and the group that a limit counts a step in. */
export const TagLimit = {
  schema,

  /**
   * The name of the group that a limit counts a step in; `undefined` if the limit does not apply to the step.
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
