import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

const Metadata: Schema.Codec<{ readonly [name: string]: MetadataInput }> = Schema.Record(
  Schema.String,
  Schema.Union([MetadataValue.schema, Schema.Json])
)

/**
 * A body's own word that its step has failed, with a description and metadata that go into the event of the failure.
 *
 * A body fails with it, throws it, or rejects its promise with it. It is never wrapped in another error. A retry policy
 * applies to it unless `allowRetries` is false.
 *
 * @param description - what went wrong, for people
 * @param metadata - values about the failure, by name
 * @param allowRetries - whether a retry policy may apply; true without it
 * @since 0.1.0
 * @source Dagster Failure
 */
export class StepFailure extends Schema.TaggedError<StepFailure>()("StepFailure", {
  description: Schema.optionalKey(Schema.String),
  metadata: Schema.optionalKey(Metadata),
  allowRetries: Schema.optionalKey(Schema.Boolean)
}) {
  override get message(): string {
    return this.description ?? "The body failed on purpose and gave no description"
  }
}
