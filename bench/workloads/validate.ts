import type { Workload } from "../Workload.ts"

/** The run config of a job of fifty steps, each with four fields of config, is validated `n` times. */
export const validate: Workload = {
  name: "validate",
  sizes: [1_000],
  systems: {
    heddle: async (n) => {
      const Effect = await import("effect/Effect")
      const { JobRunConfig } = await import("@heddle/definitions/JobRunConfig")
      const { configuredJob, runConfig } = await import("../jobs/configured.ts")
      const call = () => Effect.runSync(JobRunConfig.validate(configuredJob.definition, runConfig))
      call()
      const from = performance.now()
      for (let i = 0; i < n; i++) call()
      return { steps: n, seconds: (performance.now() - from) / 1000 }
    }
  }
}
