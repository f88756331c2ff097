import { ConfigProblem } from "@heddle/config/ConfigProblem"
import * as Schema from "effect/Schema"

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

/**
 * The result does not have the value of the requested asset.
 *
 * @since 0.1.0
 * @source Dagster ExecuteInProcessResult.asset_value
 */
export class AssetValueNotFound extends Schema.TaggedError<AssetValueNotFound>()("AssetValueNotFound", {
  runId: Schema.String,
  /** Text key of the requested asset. */
  asset: Schema.String,
  /** The requested partition. */
  partition: Schema.optionalKey(Schema.String),
  /** Whether the run was to make the asset. */
  isPlanned: Schema.Boolean,
  /** Text keys of the assets that the run was to make. */
  available: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const { asset, available, isPlanned, partition, runId } = this
    if (isPlanned) {
      const what = partition === undefined ? "" : `partition "${partition}" of `
      const other = partition === undefined ? "" : "the run is for other partitions, or "
      return `In run "${runId}" there is no value of ${what}asset "${asset}": ${other}its step failed, was skipped, did not run, or did not return it`
    }
    const nearest = ConfigProblem.nearest(asset, available)
    const instead =
      available.length === 0
        ? "it makes none"
        : `${nearest === undefined ? "" : `did you mean "${nearest}"? `}it makes ${quoted(available)}`
    return `Run "${runId}" does not make asset "${asset}"; ${instead}`
  }
}
