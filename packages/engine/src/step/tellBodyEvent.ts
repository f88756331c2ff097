import { BodyEvent } from "@heddle/definitions/BodyEvent"
import { ContextError } from "@heddle/definitions/ContextError"
import { MetadataValue } from "@heddle/events/MetadataValue"
import { Storable } from "@heddle/events/Storable"
import type { StepEvents } from "./StepEvents.ts"

const textTags = (tags: { readonly [key: string]: string }): { readonly [key: string]: string } =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, Storable.text(value)]))

/**
 * Records an event that a body emitted or logged.
 *
 * @throws ContextError if the value is not an event
 */
export const tellBodyEvent = (event: BodyEvent, events: StepEvents): void => {
  if (!BodyEvent.is(event)) {
    throw new ContextError({
      member: "logEvent",
      problem: "it accepts only materializations, observations and expectation results"
    })
  }
  const said = {
    ...(event.description === undefined ? {} : { description: Storable.text(event.description) }),
    ...(event.metadata === undefined ? {} : { metadata: MetadataValue.fromRecord(event.metadata) })
  }
  if (event._tag === "ExpectationResult") {
    events.emit("STEP_EXPECTATION_RESULT", {
      success: event.success,
      ...(event.label === undefined ? {} : { label: Storable.text(event.label) }),
      ...said
    })
    return
  }
  events.emit(event._tag === "AssetMaterialization" ? "ASSET_MATERIALIZATION" : "ASSET_OBSERVATION", {
    asset: event.asset,
    ...(event.partition === undefined ? {} : { partition: Storable.text(event.partition) }),
    ...said,
    ...(event.tags === undefined ? {} : { tags: textTags(event.tags) })
  })
}
