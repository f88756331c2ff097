import { assert, describe, it } from "@effect/vitest"
import { ConfigSchema } from "@heddle/config/ConfigSchema"
import { Job } from "@heddle/definitions/Job"
import { Op } from "@heddle/definitions/Op"
import { executeInProcess } from "@heddle/execution/executeInProcess"
import { Instance } from "@heddle/storage/Instance"
import { RunStorage } from "@heddle/storage/RunStorage"
import { Effect, Redacted } from "effect"

const login = Op.make("login", {
  config: ConfigSchema.Shape({ user: ConfigSchema.String, password: ConfigSchema.Secret(ConfigSchema.StringSource) }),
  output: ConfigSchema.String,
  run: (_, { config }) => `${config.user}:${Redacted.value(config.password).length}`
})
const job = Job.make("job", {}, function* () {
  return yield* login()
})

describe("a secret in run config", () => {
  it.effect("reaches the body and is not kept with the run", () =>
    Effect.gen(function* () {
      const runConfig = { ops: { login: { config: { user: "ada", password: "s3cret" } } } }
      const result = yield* executeInProcess(job, { runConfig })
      assert.isTrue(result.success && result.output === "ada:6")
      const record = yield* Effect.flatMap(RunStorage, (storage) => storage.get(result.runId))
      assert.deepStrictEqual(record.runConfig, { ops: { login: { config: { user: "ada", password: "<redacted>" } } } })
      assert.notInclude(JSON.stringify(result.allEvents), "s3cret")
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
