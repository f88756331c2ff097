import { IOManager, type IOManagerShape } from "@heddle/definitions/IOManager"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import { PathIOManager } from "./PathIOManager.ts"

/** Options of the layers of `FileIOManager`. */
export interface FileIOLayerOptions {
  /** The path of the folder. */
  readonly folder: string
}

const optionNames: OptionNames<FileIOLayerOptions> = { folder: "required" }

/**
 * Stores each value as a JSON file, encoded by its schema. A file is written to a temporary file, synced and renamed, so it is
 * complete or absent, and it is on disk before the run continues.
 *
 * Steps of one process that load the same value share one decoded object while it is cached: do not change loaded values. A
 * value that another process replaces is read again.
 *
 * @since 0.1.0
 * @source Dagster FilesystemIOManager, with JSON for pickles
 */
export const FileIOManager = {
  /**
   * The IO manager of a folder on the provided `FileSystem`. The folder is created when the first value is stored.
   *
   * @param folder - path of the folder
   */
  make: (folder: string): Effect.Effect<IOManagerShape, never, FileSystem.FileSystem | Path.Path> =>
    PathIOManager.make({ folder }),

  /**
   * The same on Node's file system, which is loaded when the first value is stored or loaded.
   *
   * @param folder - path of the folder
   */
  makeNode: (folder: string): IOManagerShape => PathIOManager.makeNode({ folder }),

  /** Layer of the default IO manager, in a folder of Node's file system. Throws `DefinitionError` for unknown options. */
  layer: (options: FileIOLayerOptions): Layer.Layer<IOManager> => {
    OptionNames.check("FileIOManager.layer", options, optionNames)
    return Layer.sync(IOManager, () => PathIOManager.makeNode(options))
  },

  /** Layer of the default IO manager, in a folder of the provided `FileSystem`. Tests can provide a full disk. Throws as `layer` does. */
  layerFileSystem: (options: FileIOLayerOptions): Layer.Layer<IOManager, never, FileSystem.FileSystem | Path.Path> => {
    OptionNames.check("FileIOManager.layerFileSystem", options, optionNames)
    return PathIOManager.layer(options)
  }
}
