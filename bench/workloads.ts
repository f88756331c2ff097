import type { Workload } from "./Workload.ts"
import { appendSqlite, appendSqliteBatches } from "./workloads/append-sqlite.ts"
import { assets, assetsMemory } from "./workloads/assets.ts"
import { chain } from "./workloads/chain.ts"
import { chainSqlite } from "./workloads/chain-sqlite.ts"
import { cold } from "./workloads/cold.ts"
import { dynamic } from "./workloads/dynamic.ts"
import { fan } from "./workloads/fan.ts"
import { multi8 } from "./workloads/multi8.ts"
import { partitionStatus } from "./workloads/partition-status.ts"
import { partitions } from "./workloads/partitions.ts"
import { readEvents } from "./workloads/read-events.ts"
import { validate } from "./workloads/validate.ts"

/** All workloads, in the order in which they run. */
export const workloads: ReadonlyArray<Workload> = [
  chain,
  fan,
  dynamic,
  chainSqlite,
  appendSqlite,
  appendSqliteBatches,
  readEvents,
  assets,
  assetsMemory,
  multi8,
  validate,
  partitions,
  partitionStatus,
  cold
]
