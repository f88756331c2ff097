import * as Schema from "effect/Schema"

/**
 * A run was asked for more partitions than its assets are made in at once.
 *
 * @since 0.1.0
 */
export class RangeNotInOneRun extends Schema.TaggedError<RangeNotInOneRun>()("RangeNotInOneRun", {
  jobName: Schema.String,
  from: Schema.String,
  to: Schema.String,
  /** How many partitions the range holds. */
  count: Schema.Int,
  /** The assets that are made for fewer partitions at once; none if the job has ops and no assets. */
  assets: Schema.Array(Schema.Struct({ asset: Schema.String, maxPartitionsPerRun: Schema.Int }))
}) {
  override get message(): string {
    const range = `The ${this.count} partitions "${this.from}" to "${this.to}" cannot be made in one run of job "${this.jobName}"`
    const rest = "make a run for each with backfill"
    if (this.assets.length === 0) return `${range}, because its ops run for one partition at a time: ${rest}`
    const limits = this.assets.map(({ asset, maxPartitionsPerRun: most }) =>
      most === 1 ? `asset "${asset}" is made for one partition at a time` : `asset "${asset}" for ${most} at most`
    )
    const hint = this.assets.some(({ maxPartitionsPerRun }) => maxPartitionsPerRun === 1)
      ? `, or give the asset backfill: "singleRun"`
      : ""
    return `${range}: ${limits.join(", ")}. Instead, ${rest}${hint}`
  }
}
