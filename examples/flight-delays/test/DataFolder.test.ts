import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DataFolder, files, installed, missing } from "../src/DataFolder.ts"

describe("DataFolder", () => {
  it("finds the data of the installed package", () => {
    assert.strictEqual(missing(installed), undefined)
  })

  it("names the folder that is not there, and what to do", () => {
    const reason = missing("/no/such/folder")
    assert.include(reason, `there is no folder "/no/such/folder"`)
    assert.include(reason, "Leave dataFolder out to use the npm package vega-datasets")
  })

  it("names only the files that are missing, and where it looked", () => {
    const folder = mkdtempSync(join(tmpdir(), "flights-"))
    writeFileSync(join(folder, files.airports), "")
    writeFileSync(join(folder, files.outlines), "")
    assert.match(missing(folder)!, new RegExp(`^"flights-3m.parquet" is not in "${folder}"`))
  })

  it("is refused as run config before anything runs", () => {
    const decoded = Schema.decodeResult(DataFolder)("/no/such/folder")
    assert.isTrue(Result.isFailure(decoded))
    if (Result.isFailure(decoded)) assert.include(decoded.failure.message, `"flights-3m.parquet"`)
  })
})
