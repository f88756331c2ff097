/**
 * The job of one call of a case, rebuilt from the case's file: what the runner and the worker processes load. Which file
 * and which call is said in the query of this module's URL.
 */
import { readFileSync } from "node:fs"
import type { Case } from "./Case.ts"
import { Building } from "./graphs.ts"
import { jobOf } from "./jobs.ts"
import { surroundings } from "./Surroundings.ts"

const query = new URL(import.meta.url).searchParams
const { definition } = JSON.parse(readFileSync(query.get("case") ?? "", "utf8")) as Case
const delays = query.get("delays")
if (delays !== null && process.send !== undefined) surroundings.delayBodies(Number(delays))

export const job = jobOf(new Building(definition, surroundings))
