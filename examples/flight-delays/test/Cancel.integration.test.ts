import { assert, describe, it } from "@effect/vitest"
import { Context, Deferred, Effect, Fiber, Layer } from "effect"
import { executeInProcess, Instance, Storage } from "heddle"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ArtifactStore } from "../src/ArtifactStore.ts"
import { installed } from "../src/DataFolder.ts"
import { flightDelays } from "../src/FlightDelays.ts"
import { Warehouse } from "../src/Warehouse.ts"

describe("FlightDelays, cancelled in the fan-out", () => {
  it.effect("ends CANCELED with DuckDB closed by its finalizer", () =>
    Effect.gen(function* () {
      const workFolder = mkdtempSync(join(tmpdir(), "flights-cancel-"))
      let opened: Warehouse["Service"] | undefined
      const warehouse = Layer.effect(
        Warehouse,
        Effect.map(Layer.build(Warehouse.layer({ dataFolder: installed, workFolder })), (services) => {
          opened = Context.get(services, Warehouse)
          return opened
        })
      )
      const writing = yield* Deferred.make<void>()
      const artifacts = Layer.succeed(ArtifactStore, {
        write: () => Effect.andThen(Deferred.succeed(writing, undefined), Effect.never),
        read: () => Effect.never
      })
      const run = yield* Effect.forkChild(
        executeInProcess(flightDelays, { resources: { warehouse, artifacts }, runId: "cancelled" })
      )
      yield* Deferred.await(writing)
      yield* Fiber.interrupt(run)
      assert.strictEqual((yield* Storage.RunStorage.use((runs) => runs.get("cancelled"))).status, "CANCELED")
      const error = yield* Effect.flip(opened!.source)
      assert.match(error.message, /closed/)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})
