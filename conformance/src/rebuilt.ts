/**
 * The job of one call of a case, rebuilt from the case's file: what the runner and the worker processes load. The query of this
 * module's URL says which file and which call, and where IO managers of the case keep values.
 */
import { readFileSync } from "node:fs"
import type { Case } from "./Case.ts"
import { Building } from "./graphs.ts"
import { jobOf, jobOfCall } from "./jobs.ts"
import { surroundings } from "./Surroundings.ts"

const query = new URL(import.meta.url).searchParams
const { definition } = JSON.parse(readFileSync(query.get("case") ?? "", "utf8")) as Case
const delays = query.get("delays")
if (delays !== null && process.send !== undefined) surroundings.delayBodies(Number(delays))
const folder = query.get("values")
if (folder !== null) surroundings.keepValuesIn(folder)

const building = new Building(definition, surroundings)
const call = query.get("call")
export const job = call === null ? jobOf(building) : jobOfCall(building, definition.calls[Number(call)]!)
