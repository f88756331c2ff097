import { ArtifactStore } from "@heddle/example-flight-delays/ArtifactStore"
import { DataFolder, installed } from "@heddle/example-flight-delays/DataFolder"
import { Effect, Schema } from "effect"
import { AssetJob, AssetSelection, Definitions, Resource } from "heddle"
import { fileURLToPath } from "node:url"
import { Database } from "./Database.ts"
import * as Flights from "./FlightAssets.ts"
import { ParquetIOManager } from "./ParquetIOManager.ts"
import { Sources } from "./Sources.ts"

/** A folder of this example, unless run config names another. */
const folder = (name: string) =>
  Schema.String.pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(fileURLToPath(new URL(`../${name}`, import.meta.url))))
  )

export const assets = [
  Flights.flightsFile,
  Flights.airportsFile,
  Flights.outlinesFile,
  Flights.flights,
  Flights.monthsAreWhole,
  Flights.airports,
  Flights.airportsAreUsable,
  Flights.cleanFlights,
  Flights.quality,
  Flights.profiles,
  Flights.worstRoutes,
  Flights.airportPages,
  Flights.hourlyProfile,
  Flights.delayMap,
  Flights.report
] as const

export const resources = {
  sources: Resource.make({
    config: Schema.Struct({ dataFolder: DataFolder.pipe(Schema.withDecodingDefaultKey(Effect.succeed(installed))) }),
    layer: Sources.layer
  }),
  database: Resource.fromLayer(Database.layer),
  parquet: Resource.make({
    config: Schema.Struct({ folder: folder("output/tables") }),
    layer: ParquetIOManager.layer,
    needs: { database: Database }
  }),
  artifacts: Resource.make({ config: Schema.Struct({ folder: folder("output") }), layer: ArtifactStore.layer })
}

/** Everything: looks at the raw files, and makes all that comes of them. */
export const flightReport = AssetJob.make("flight_report", {
  assets,
  resources,
  selection: [AssetSelection.all, Flights.flightsFile, Flights.airportsFile, Flights.outlinesFile]
})

/** Draws the report again, from the figures that are stored. */
export const redraw = AssetJob.make("redraw", { assets, resources, selection: "group:report" })

export default Definitions.make({ assets, jobs: [flightReport, redraw], resources })
