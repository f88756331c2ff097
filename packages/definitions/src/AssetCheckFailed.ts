import { MetadataValue } from "@heddle/events/MetadataValue"
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
      description: Schema.optionalKey(Schema.String),
      metadata: Schema.optionalKey(MetadataValue.record)
    })
  )
}) {
  override get message(): string {
    const lines = this.checks.flatMap(({ asset, check, description, metadata = {} }) => [
      `Blocking check "${check}" of asset "${asset}" failed${description === undefined ? "" : `: ${description}`}`,
      ...Object.entries(metadata).map(([name, value]) => `  ${name} = ${MetadataValue.show(value)}`)
    ])
    return lines.join("\n")
  }
}
