import { type AssetSelection, type HeddleEvent, type HeddleEventOf, type HeddleEventType, materialize } from "heddle"
import { join } from "node:path"
import { assets, resources } from "../src/definitions.ts"

/** Materializes assets of a data folder; tables, pages and pictures go into folders in it. */
export const makeFrom = (dataFolder: string, selection?: AssetSelection) =>
  materialize(assets, {
    resources,
    ...(selection === undefined ? {} : { selection }),
    runConfig: {
      // A run of a selection takes config of what is selected only.
      ops:
        selection === undefined
          ? { quality: { config: { maximumDropped: 0.1 } }, worst_routes: { config: { minimumFlights: 1 } } }
          : {},
      resources: {
        sources: { config: { dataFolder } },
        parquet: { config: { folder: join(dataFolder, "tables") } },
        artifacts: { config: { folder: join(dataFolder, "output") } }
      }
    }
  })

/** The events of a kind. */
export const only = <T extends HeddleEventType>(
  events: ReadonlyArray<HeddleEvent>,
  tag: T
): ReadonlyArray<HeddleEventOf<T>> => events.filter((event): event is HeddleEventOf<T> => event._tag === tag)

/** The keys of the assets that were made. */
export const made = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<string> =>
  only(events, "ASSET_MATERIALIZATION").map(({ asset }) => asset)
