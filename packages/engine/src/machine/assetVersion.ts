import type { HeddleEventOf } from "@heddle/events/HeddleEvent"
import type { AssetVersion } from "@heddle/events/AssetVersion"

/** What an event tells of its asset. */
export const assetVersion = (event: HeddleEventOf<"ASSET_MATERIALIZATION" | "ASSET_OBSERVATION">): AssetVersion => {
  const place = { runId: event.runId, eventId: event.id, timestamp: event.timestamp }
  if (event._tag === "ASSET_OBSERVATION") {
    return event.dataVersion === undefined ? place : { ...place, dataVersion: event.dataVersion }
  }
  const { provenance } = event
  return provenance === undefined ? place : { ...place, dataVersion: provenance.dataVersion, provenance }
}
