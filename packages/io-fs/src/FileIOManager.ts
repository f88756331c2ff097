import { Json } from "@heddle/events/Json"
import {
  type AssetAddress,
  IOManager,
  type IOManagerShape,
  ValueAddress,
  ValueNotFound
} from "@heddle/definitions/IOManager"
import { OptionNames } from "@heddle/definitions/OptionNames"
import { AssetKey } from "@heddle/events/AssetKey"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { resolve } from "node:path"
import { FileIOError } from "./FileIOError.ts"
import { DecodedValues } from "./internal/DecodedValues.ts"
import { fileName } from "./internal/fileName.ts"
import { jsonCodec } from "./internal/jsonCodec.ts"
import { nodeFileSystem } from "./internal/nodeFileSystem.ts"
import { FileFailed, makeValueFiles } from "./internal/ValueFiles.ts"

/** Options of the layers of `FileIOManager`. */
export interface FileIOLayerOptions {
  /** The path of the folder. */
  readonly folder: string
}

const optionNames: OptionNames<FileIOLayerOptions> = { folder: "required" }

/** The folder of the values of assets. A run of this name has another folder. */
const ASSETS = "assets"

const runFolder = (runId: string): string => (runId === ASSETS ? `${ASSETS}~` : fileName(runId))

const assetParts = ({ asset, partition }: AssetAddress): ReadonlyArray<string> => {
  const parts = [ASSETS, ...AssetKey.parts(asset).map(fileName)]
  return partition === undefined
    ? [...parts.slice(0, -1), `${parts.at(-1)}.json`]
    : [...parts, `partition=${fileName(partition)}.json`]
}

/**
 * Path of a value below the folder: `<run>/<step>/<output>.json`, or `<run>/<step>/<output>/<mapping key>.json`; of an asset
 * `assets/<parts of its key>.json`, or `assets/<parts of its key>/partition=<partition>.json`. Each name is as `fileName`
 * writes it.
 */
const partsOf = (address: ValueAddress): ReadonlyArray<string> => {
  if (ValueAddress.isAsset(address)) return assetParts(address)
  const { mappingKey, output, runId, stepKey } = address
  const last =
    mappingKey === undefined ? [`${fileName(output)}.json`] : [fileName(output), `${fileName(mappingKey)}.json`]
  return [runFolder(runId), fileName(stepKey), ...last]
}

/** What a value is, for messages. */
const nameOf = (address: ValueAddress): string => {
  if (!ValueAddress.isAsset(address)) return `output "${address.output}" of step "${address.stepKey}"`
  const { asset, partition } = address
  return partition === undefined ? `asset "${asset}"` : `partition "${partition}" of asset "${asset}"`
}

const make = (folder: string): Effect.Effect<IOManagerShape, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const path = yield* Path.Path
    const root = path.resolve(folder)
    const files = yield* makeValueFiles(root)
    const decoded = new DecodedValues()
    const pathOf = (address: ValueAddress): string => path.join(root, ...partsOf(address))
    return {
      givesBackAsStored: true,
      handleOutput: (context, value) => {
        const path = pathOf(context.address)
        const operation = `write ${nameOf(context.address)}`
        return Effect.gen(function* () {
          const encoded = yield* Effect.try({
            try: () => JSON.stringify(jsonCodec(context.schema).encode(value)),
            catch: (cause) => new FileIOError({ operation, path, hint: NO_JSON, cause })
          })
          yield* Effect.mapError(files.write(path, encoded), ({ cause }) => new FileIOError({ operation, path, cause }))
          decoded.drop(path)
          context.addMetadata({ path: { _tag: "path", value: path } })
        })
      },
      loadInput: (context) => {
        const path = pathOf(context.upstream)
        const operation = `read ${nameOf(context.upstream)}`
        const { schema } = context
        const broken = (error: unknown) =>
          new FileIOError({ operation, path, cause: error instanceof FileFailed ? error.cause : error })
        const read = async () => jsonCodec(schema).decode(Json.parse(await Effect.runPromise(files.read(path))))
        return files.stat(path).pipe(
          Effect.mapError(({ cause, isNotFound }) =>
            isNotFound ? new ValueNotFound({ ...context.upstream }) : broken(cause)
          ),
          Effect.flatMap((mark) =>
            Effect.tryPromise({ try: () => decoded.get(path, schema, mark, read), catch: broken })
          )
        )
      }
    }
  })

const makeNode = (folder: string): IOManagerShape => {
  // The working directory may change before the first value.
  const root = resolve(folder)
  let made: Promise<IOManagerShape> | undefined
  const manager = Effect.promise(() => (made ??= Effect.runPromise(Effect.provide(make(root), nodeFileSystem))))
  return {
    givesBackAsStored: true,
    handleOutput: (context, value) => Effect.flatMap(manager, (io) => io.handleOutput(context, value)),
    loadInput: (context) => Effect.flatMap(manager, (io) => io.loadInput(context))
  }
}

const NO_JSON = "Give the output a schema whose values have a JSON form"

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
  make,

  /**
   * The same on Node's file system, which is loaded when the first value is stored or loaded.
   *
   * @param folder - path of the folder
   */
  makeNode,

  /** Layer of the default IO manager, in a folder of Node's file system. Throws `DefinitionError` for unknown options. */
  layer: (options: FileIOLayerOptions): Layer.Layer<IOManager> => {
    OptionNames.check("FileIOManager.layer", options, optionNames)
    return Layer.sync(IOManager, () => makeNode(options.folder))
  },

  /** Layer of the default IO manager, in a folder of the provided `FileSystem`. Tests can provide a full disk. Throws as `layer` does. */
  layerFileSystem: (options: FileIOLayerOptions): Layer.Layer<IOManager, never, FileSystem.FileSystem | Path.Path> => {
    OptionNames.check("FileIOManager.layerFileSystem", options, optionNames)
    return Layer.effect(IOManager, make(options.folder))
  }
}
