import * as Schema from "effect/Schema"

/**
 * Blocking checks of assets failed with severity `ERROR`, so that their step fails and nothing downstream is made.
 *
 * @since 0.1.0
 * @source Dagster DagsterAssetCheckFailedError
 */
export class AssetCheckFailed extends Schema.TaggedError<AssetCheckFailed>()("AssetCheckFailed", {
  stepKey: Schema.String,
  checks: Schema.Array(
    Schema.Struct({
      asset: Schema.String,
      check: Schema.String,
      description: Schema.optionalKey(Schema.String)
    })
  )
}) {
  override get message(): string {
    const lines = this.checks.map(
      ({ asset, check, description }) =>
        `Blocking check "${check}" of asset "${asset}" failed${description === undefined ? "" : `: ${description}`}`
    )
    return lines.join("\n")
  }
}
