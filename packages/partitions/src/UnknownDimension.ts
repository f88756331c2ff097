import * as Schema from "effect/Schema"

/**
 * Names of dimensions that partitions do not have, or that are missing.
 *
 * @since 0.1.0
 */
export class UnknownDimension extends Schema.TaggedError<UnknownDimension>()("UnknownDimension", {
  /** The dimensions that there are. */
  dimensions: Schema.Array(Schema.String),
  unknown: Schema.Array(Schema.String),
  missing: Schema.Array(Schema.String)
}) {
  override get message(): string {
    const list = (names: ReadonlyArray<string>) => names.map((name) => `"${name}"`).join(", ")
    return [
      ...(this.unknown.length > 0 ? [`there is no dimension ${list(this.unknown)}`] : []),
      ...(this.missing.length > 0 ? [`the key of dimension ${list(this.missing)} is missing`] : []),
      `the dimensions are ${list(this.dimensions)}`
    ].join("; ")
  }
}
