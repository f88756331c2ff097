import type * as Effect from "effect/Effect"
import { executeInProcess, materializeToMemory } from "heddle"
import { layeredAssets } from "../jobs/assets.ts"
import { chain } from "../jobs/chain.ts"
import { dynamic } from "../jobs/dynamic.ts"
import { fan } from "../jobs/fan.ts"

/** Runs in this process of so many steps, by workload; those that end in `-sqlite` want an instance in a file. */
export const runs = {
  chain: (n: number) => executeInProcess(chain(n)),
  fan: (n: number) => executeInProcess(fan(n)),
  dynamic: (n: number) => executeInProcess(dynamic(n)),
  "chain-sqlite": (n: number) => executeInProcess(chain(n)),
  "assets-memory": (n: number) => materializeToMemory(layeredAssets(n))
}

/** How a run of a workload ended. */
export type Ended = { readonly success: true } | { readonly success: false; readonly reason: string }

/** The run of a workload. Throws if the workload does not exist. */
export const runOf = (workload: string, n: number): Effect.Effect<Ended, unknown> => {
  const isWorkload = (name: string): name is keyof typeof runs => Object.hasOwn(runs, name)
  if (!isWorkload(workload))
    throw new Error(`unknown workload "${workload}", expected one of: ${Object.keys(runs).join(" ")}`)
  return runs[workload](n)
}
