import { OptionCheck } from "@heddle/events/OptionCheck"
import type { OptionPresence } from "@heddle/events/OptionPresence"
import type { Instance } from "@heddle/storage/Instance"
import { type SqliteOptions, SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * Options of an instance for a test.
 *
 * @since 0.1.0
 */
export interface InstanceForTestOptions extends SqliteOptions {
  /**
   * The home folder to use. It is not removed, and the instance contains what is already in it.
   *
   * @default a temporary folder
   */
  readonly home?: string
  /**
   * When an append returns, as for `SqliteInstance`.
   *
   * @default "relaxed"
   */
  readonly durability?: SqliteOptions["durability"]
}

const optionNames: OptionPresence<InstanceForTestOptions> = {
  home: "optional",
  durability: "optional",
  lease: "optional",
  access: "optional"
}

/**
 * An instance on disk for a test: a SQLite file in a temporary folder, which is removed when the scope of the layer closes.
 *
 * @param options - `InstanceForTestOptions`
 * @returns the layer; fails with `StorageError` if the folder or the file cannot be created; throws `InvalidOptions`
 * @since 0.1.0
 * @source Dagster instance_for_test
 */
export const instanceForTest = (options: InstanceForTestOptions = {}): Layer.Layer<Instance, StorageError> => {
  OptionCheck.read("instanceForTest", options, optionNames).orThrow()
  return Layer.unwrap(
    Effect.map(options.home === undefined ? temporaryFolder : Effect.succeed(options.home), (home) =>
      SqliteInstance.layerHome({ ...options, home, durability: options.durability ?? "relaxed" })
    )
  )
}

const temporaryFolder = Effect.acquireRelease(
  Effect.try({
    try: () => mkdtempSync(join(tmpdir(), "heddle-instance-")),
    catch: (cause) => new StorageError({ operation: "make a temporary folder", cause })
  }),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)
