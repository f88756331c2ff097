import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { executeJob, Instance, reconstructable } from "heddle"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { secret } from "./fixtures/secret.ts"

const pointer = reconstructable(new URL("./fixtures/secret.ts", import.meta.url).href, "secret", secret)

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-secrets-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

describe("a secret that run config holds as Redacted", () => {
  for (const executor of ["inProcess", "multiprocess"] as const) {
    it.live(`reaches the body: ${executor}`, () =>
      Effect.gen(function* () {
        const values = yield* temporaryFolder
        const password = Redacted.make("s3cret")
        const runConfig = { execution: { [executor]: {} }, ops: { login: { config: { password } } } }
        const result = yield* executeJob(pointer, { values, runConfig })
        const [pid, length] = String(yield* result.outputValue()).split(" ")
        assert.strictEqual(length, "6")
        assert.strictEqual(Number(pid) === process.pid, executor === "inProcess")
        assert.notInclude(JSON.stringify([result.run, result.allEvents]), "s3cret")
      }).pipe(Effect.scoped, Effect.provide(Instance.layerMemory))
    )
  }
})
