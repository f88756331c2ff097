import { Json } from "@heddle/events/Json"
import { IOManager, type IOManagerShape, type ValueAddress, ValueNotFound } from "@heddle/definitions/IOManager"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import { join, resolve } from "node:path"
import { FileIOError } from "./FileIOError.ts"
import { DecodedValues } from "./internal/DecodedValues.ts"
import { fileName } from "./internal/fileName.ts"
import { jsonCodec } from "./internal/jsonCodec.ts"
import { nodeValueFiles } from "./internal/nodeValueFiles.ts"
import { FileFailed, valueFilesOf } from "./internal/ValueFiles.ts"

/** How values are kept as files. */
export interface FileIOOptions {
  /**
   * The file system that holds the values. Tests may give one of their own.
   *
   * @default the file system of Node
   */
  readonly fileSystem?: FileSystem.FileSystem | undefined
}

/** The folder of an IO manager, and how it keeps values as files. */
export interface FileIOLayerOptions extends FileIOOptions {
  /** The path of the folder. */
  readonly folder: string
}

/**
 * Path of a value below the folder: `<run>/<step>/<output>.json`, or `<run>/<step>/<output>/<mapping key>.json`, each name
 * as `fileName` writes it.
 */
const pathOf = ({ mappingKey, output, runId, stepKey }: ValueAddress): string =>
  join(
    fileName(runId),
    fileName(stepKey),
    mappingKey === undefined ? `${fileName(output)}.json` : join(fileName(output), `${fileName(mappingKey)}.json`)
  )

const make = (folder: string, options: FileIOOptions = {}): IOManagerShape => {
  const root = resolve(folder)
  const files = options.fileSystem === undefined ? nodeValueFiles(root) : valueFilesOf(options.fileSystem)
  const decoded = new DecodedValues()
  return {
    givesBackAsStored: true,
    handleOutput: (context, value) => {
      const path = join(root, pathOf(context))
      const operation = `write output "${context.output}" of step "${context.stepKey}"`
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
      const { output, stepKey } = context.upstream
      const path = join(root, pathOf(context.upstream))
      const operation = `read output "${output}" of step "${stepKey}"`
      const { schema } = context
      const broken = (error: unknown) =>
        new FileIOError({ operation, path, cause: error instanceof FileFailed ? error.cause : error })
      const read = async () => jsonCodec(schema).decode(Json.parse(await Effect.runPromise(files.read(path))))
      return files.stat(path).pipe(
        Effect.mapError(({ cause, isNotFound }) =>
          isNotFound ? new ValueNotFound({ ...context.upstream }) : broken(cause)
        ),
        Effect.flatMap((mark) => Effect.tryPromise({ try: () => decoded.get(path, schema, mark, read), catch: broken }))
      )
    }
  }
}

const NO_JSON = "Give the output a schema whose values have a JSON form"

/**
 * Keeps values as files: each as JSON by its schema, written beside its place, synced and renamed, so that a file is
 * there whole or not at all and is on the disk before anything is told of it.
 *
 * A value that several steps of a process load is decoded once while it is kept in mind, and they get the same object: do
 * not change what is loaded. What another process writes in its place is seen.
 *
 * @since 0.1.0
 * @source Dagster FilesystemIOManager, with JSON for pickles
 */
export const FileIOManager = {
  /**
   * The IO manager of a folder, which is made when it is first needed.
   *
   * @param folder - path of the folder
   * @param options - `fileSystem`: the file system that holds the files, that of Node by default
   */
  make,

  /** Layer of the default IO manager, in a folder. */
  layer: (options: FileIOLayerOptions): Layer.Layer<IOManager> =>
    Layer.sync(IOManager, () => make(options.folder, options))
}
