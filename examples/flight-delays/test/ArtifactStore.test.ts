import { assert, describe, it } from "@effect/vitest"
import { Effect, type Layer } from "effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ArtifactStore } from "../src/ArtifactStore.ts"

const keepsItsPromises = (name: string, layer: Layer.Layer<ArtifactStore>) => {
  it.effect(`${name} gives back what was written last, and its size in bytes`, () =>
    Effect.gen(function* () {
      const artifacts = yield* ArtifactStore
      yield* artifacts.write("airports/AAA.html", "old")
      assert.strictEqual(yield* artifacts.write("airports/AAA.html", "né"), 3)
      assert.strictEqual(yield* artifacts.read("airports/AAA.html"), "né")
    }).pipe(Effect.provide(layer))
  )

  it.effect(`${name} says which text is not there`, () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip((yield* ArtifactStore).read("map.svg"))
      assert.match(error.message, /^Cannot read ".*map\.svg": /)
    }).pipe(Effect.provide(layer))
  )
}

const folder = mkdtempSync(join(tmpdir(), "artifacts-"))

describe("ArtifactStore", () => {
  keepsItsPromises("on disk", ArtifactStore.layer({ folder: join(folder, "new") }))
  keepsItsPromises("in memory", ArtifactStore.layerMemory(new Map()))

  it.effect("says what stands in the way of a page", () =>
    Effect.gen(function* () {
      writeFileSync(join(folder, "file"), "")
      const artifacts = yield* ArtifactStore
      const error = yield* Effect.flip(artifacts.write("file/page.html", ""))
      assert.match(error.message, /^Cannot write ".*page\.html": E/)
    }).pipe(Effect.provide(ArtifactStore.layer({ folder })))
  )
})
