import type { Workload } from "./Workload.ts"
import { appendSqlite } from "./workloads/append-sqlite.ts"
import { chain } from "./workloads/chain.ts"
import { chainSqlite } from "./workloads/chain-sqlite.ts"
import { cold } from "./workloads/cold.ts"
import { dynamic } from "./workloads/dynamic.ts"
import { fan } from "./workloads/fan.ts"
import { validate } from "./workloads/validate.ts"

/** All workloads, in the order in which they run. */
export const workloads: ReadonlyArray<Workload> = [chain, fan, dynamic, chainSqlite, appendSqlite, validate, cold]
