import type { Workload } from "../Workload.ts"

/** The whole process of a job of one step, from its start to its end. */
export const cold: Workload = {
  name: "cold",
  sizes: [1],
  programs: { heddle: "cold/heddle.ts", fibers: "cold/fibers.ts", promises: "cold/promises.ts" }
}
