import { AssetSelection, type HeddleEvent, type HeddleEventOf, type HeddleEventType, materialize } from "heddle"
import { join } from "node:path"
import { assets, resources } from "../src/definitions.ts"

/** All months of the recording. */
export const allMonths = { from: "2001-01", to: "2001-07" }

const optionsOf = (dataFolder: string, selection: AssetSelection | undefined) => ({
  resources,
  selection: selection ?? AssetSelection.all,
  runConfig: {
    // A run of a selection takes config of what is selected only.
    ops:
      selection === undefined
        ? { quality: { config: { maximumDropped: 0.2 } }, worst_routes: { config: { minimumFlights: 1 } } }
        : {},
    resources: {
      sources: { config: { dataFolder } },
      parquet: { config: { folder: join(dataFolder, "tables") } },
      artifacts: { config: { folder: join(dataFolder, "output") } }
    }
  }
})

/** Materializes assets of a data folder, for months; tables, pages and pictures go into folders in it. */
export const makeFrom = (dataFolder: string, selection?: AssetSelection, months = allMonths) =>
  materialize(assets, { ...optionsOf(dataFolder, selection), partitionRange: months })

/** The same for assets that are made of all months together. */
export const makeWhole = (dataFolder: string, selection: AssetSelection) =>
  materialize(assets, optionsOf(dataFolder, selection))

/** The events of a kind. */
export const only = <T extends HeddleEventType>(
  events: ReadonlyArray<HeddleEvent>,
  tag: T
): ReadonlyArray<HeddleEventOf<T>> => events.filter((event): event is HeddleEventOf<T> => event._tag === tag)

/** The keys of the assets that were made. */
export const made = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<string> => [
  ...new Set(only(events, "ASSET_MATERIALIZATION").map(({ asset }) => asset))
]
