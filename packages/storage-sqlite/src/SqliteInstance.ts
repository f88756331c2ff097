import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import { AssetLog } from "@heddle/storage/AssetLog"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import { EventLog } from "@heddle/storage/EventLog"
import type { Instance } from "@heddle/storage/Instance"
import { InstanceTraits } from "@heddle/storage/InstanceTraits"
import { RunStorage } from "@heddle/storage/RunStorage"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { OptionPresence } from "@heddle/events/OptionPresence"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { join, resolve } from "node:path"
import { makeHome, makeNodeHome } from "./internal/makeHome.ts"
import type { Durability } from "./internal/Durability.ts"
import { DatabaseChanges } from "./internal/DatabaseChanges.ts"
import { LeaseKeeper } from "./internal/LeaseKeeper.ts"
import { MEMORY } from "./internal/openConnection.ts"
import { SqliteDatabase } from "./internal/SqliteDatabase.ts"
import { sqliteConcurrencySlots } from "./internal/SqliteConcurrencySlots.ts"
import { sqliteDynamicPartitions } from "./internal/SqliteDynamicPartitions.ts"
import { sqliteAssetLog } from "./internal/SqliteAssetLog.ts"
import { sqliteEventLog } from "./internal/SqliteEventLog.ts"
import { sqliteRunStorage } from "./internal/SqliteRunStorage.ts"

/** How an instance stores events and leases. */
export interface SqliteOptions {
  /**
   * When an append returns. `full`: when its events are on disk. `relaxed`: when the operating system has them; they
   * survive a crash of the process, but the last ones can be lost if the power fails. Small appends are faster.
   *
   * @default "full"
   */
  readonly durability?: Durability | undefined
  /**
   * How long a process that executes a run may be silent before another process may take over the run. All processes that
   * use the file should use the same time.
   *
   * @default "15 seconds"
   */
  readonly lease?: Duration.Input | undefined
  /**
   * `read` opens the database even where nothing can be written, such as on a full disk or in a read-only folder. Writing
   * fails then.
   *
   * @default "write"
   */
  readonly access?: "write" | "read" | undefined
}

/** The file of an instance, and how the instance stores events and leases. */
export interface SqliteFileOptions extends SqliteOptions {
  /** The path of the file, in an existing folder; or `:memory:` for a database that ends with the layer. */
  readonly filename: string
  /**
   * The folder where `executeJob` stores the values of outputs that name no IO manager.
   *
   * @default `executeJob` must be given `values`
   */
  readonly values?: string | undefined
}

/** The home folder of an instance, and how the instance stores events and leases. */
export interface SqliteHomeOptions extends SqliteOptions {
  /**
   * The path of the home folder. It is created if it does not exist.
   *
   * @default the folder that `HEDDLE_HOME` names, or else `.heddle`
   */
  readonly home?: string | undefined
}

/** Name of the database in a home folder. */
const DATABASE = "heddle.db"
/** Folder of values in a home folder. */
const VALUES = "storage"

/** Long enough for a machine under load, and short enough for people who wait for a dead run. */
const LEASE: Duration.Input = "15 seconds"

/** The default home folder. */
const HOME = ".heddle"

const homeFolder = (home?: string): Effect.Effect<string> =>
  home === undefined
    ? Config.String("HEDDLE_HOME").pipe(
        Effect.orElseSucceed(() => HOME),
        Effect.map((folder) => resolve(folder === "" ? HOME : folder))
      )
    : Effect.succeed(resolve(home))

const optionNames: OptionPresence<SqliteOptions> = { durability: "optional", lease: "optional", access: "optional" }
const fileOptionNames: OptionPresence<SqliteFileOptions> = { ...optionNames, filename: "required", values: "optional" }
const homeOptionNames: OptionPresence<SqliteHomeOptions> = { ...optionNames, home: "optional" }

/** Throws `InvalidOptions`. */
const checkOptions = <O extends SqliteOptions>(target: string, options: O, names: OptionPresence<O>): void =>
  OptionCheck.read(target, options, names)
    .oneOf("durability", options.durability, ["full", "relaxed"])
    .duration("lease", options.lease, "positive")
    .oneOf("access", options.access, ["write", "read"])
    .orThrow()

const open = (options: SqliteFileOptions): Layer.Layer<Instance, StorageError> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const database = yield* SqliteDatabase.open(options.filename, options.durability ?? "full", options.access)
      const leaseMillis = Duration.toMillis(options.lease ?? LEASE)
      const keeper = new LeaseKeeper(database, leaseMillis)
      yield* Effect.addFinalizer(() => Effect.promise(() => keeper.close()))
      const changes = new DatabaseChanges(database)
      return Context.make(EventLog, sqliteEventLog(database, changes)).pipe(
        Context.add(AssetLog, sqliteAssetLog(database)),
        Context.add(RunStorage, sqliteRunStorage({ database, keeper, leaseMillis, changes })),
        Context.add(ConcurrencySlots, sqliteConcurrencySlots(database)),
        Context.add(DynamicPartitions, sqliteDynamicPartitions(database)),
        Context.add(InstanceTraits, { isShared: options.filename !== MEMORY, valuesFolder: options.values })
      )
    })
  )

const layer = (options: SqliteFileOptions): Layer.Layer<Instance, StorageError> => {
  checkOptions("SqliteInstance.layer", options, fileOptionNames)
  return open(options)
}

const homeLayer = <R>(
  target: string,
  options: SqliteHomeOptions,
  make: (folder: string) => Effect.Effect<void, StorageError, R>
): Layer.Layer<Instance, StorageError, R> => {
  checkOptions(target, options, homeOptionNames)
  return Layer.unwrap(
    homeFolder(options.home).pipe(
      // Reading does not create the folder.
      Effect.tap((folder) => (options.access === "read" ? Effect.void : make(folder))),
      Effect.map((folder) => open({ ...options, filename: join(folder, DATABASE), values: join(folder, VALUES) }))
    )
  )
}

const layerHome = (options: SqliteHomeOptions = {}): Layer.Layer<Instance, StorageError> =>
  homeLayer("SqliteInstance.layerHome", options, makeNodeHome)

const layerHomeFileSystem = (
  options: SqliteHomeOptions = {}
): Layer.Layer<Instance, StorageError, FileSystem.FileSystem | Path.Path> =>
  homeLayer("SqliteInstance.layerHomeFileSystem", options, makeHome)

/**
 * Layers of instances that live in one SQLite file, which several processes may use at the same time.
 *
 * @since 0.1.0
 * @source Dagster DagsterInstance.local_temp and DAGSTER_HOME, which keep one file for each run
 */
export const SqliteInstance = {
  /**
   * An instance in a file. The file is created if it does not exist; its folder must exist. Fails with `StorageError` if the
   * file cannot be opened, is not a Heddle database, or was written by a newer version of Heddle.
   *
   * @param options - `SqliteFileOptions`
   */
  layer,

  /**
   * An instance in a home folder: in its file `heddle.db`, with the values of runs in its folder `storage`. The folder is
   * created if it does not exist. Fails with `StorageError` as `layer` does, or if the folder cannot be created.
   *
   * @param options - `SqliteHomeOptions`
   */
  layerHome,

  /**
   * The same as `layerHome`, but the home folder is created through the provided `FileSystem`, so that a test can make that
   * fail. SQLite always opens the file on the real file system.
   *
   * @param options - `SqliteHomeOptions`
   */
  layerHomeFileSystem,

  /**
   * Returns the absolute path of the home folder, whether it exists or not.
   *
   * @param home - the folder; by default, the folder that `HEDDLE_HOME` names, or else `.heddle` in the working directory
   */
  homeFolder
}
