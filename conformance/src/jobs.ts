import type { AnyJob } from "@heddle/definitions/Job"
import { AssetBuilding } from "./assets.ts"
import type { Call, ResourceMap } from "./Case.ts"
import type { Building } from "./graphs.ts"

/** The job of a definition, of ops or of assets, with some of its resources replaced. */
export const jobOf = (building: Building, rebound: ResourceMap = {}): AnyJob => {
  const { asset_job: words } = building.definition
  return words === undefined ? building.job(rebound) : new AssetBuilding(building).job(words, rebound)
}

/** The target of a call, as a job. */
export const targetOf = (building: Building, call: Call, rebound: ResourceMap = {}): AnyJob =>
  call.target?.startsWith("graph:") === true
    ? building.jobOfGraph(call.target.slice("graph:".length), call.resources)
    : jobOf(building, rebound)

/** The job whose steps a call runs, with the resources of the call bound to it, so that other processes can load it. */
export const jobOfCall = (building: Building, call: Call): AnyJob =>
  call.call === "materialize"
    ? new AssetBuilding(building).jobOfAll(call.selection, call.resources)
    : targetOf(building, call, call.resources)
