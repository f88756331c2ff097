import { IOManager, type IOManagerShape, type ValueAddress, ValueNotFound } from "@heddle/definitions/IOManager"
import { OptionNames } from "@heddle/definitions/OptionNames"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as Stream from "effect/Stream"
import { resolve } from "node:path"
import { FileIOError } from "./FileIOError.ts"
import { DecodedValues, type FileMark } from "./internal/DecodedValues.ts"
import { nodeFileSystem } from "./internal/nodeFileSystem.ts"
import { FileFailed, makeValueFiles, type ValueFiles } from "./internal/ValueFiles.ts"
import { nameOf, partsOf } from "./internal/valuePlace.ts"
import { PathFormat, type StoredFile } from "./PathFormat.ts"

/** Options of `PathIOManager`. */
export interface PathIOManagerOptions {
  /** The path of the folder. */
  readonly folder: string
  /**
   * How values are encoded in their files.
   *
   * @default PathFormat.json
   */
  readonly format?: PathFormat
}

const optionNames: OptionNames<PathIOManagerOptions> = { folder: "required", format: "optional" }

const checked = (name: string, options: PathIOManagerOptions): PathIOManagerOptions => {
  OptionNames.check(`PathIOManager.${name}`, options, optionNames)
  return options
}

/** Stores values in the files of one folder, in one format. */
class PathValues implements IOManagerShape {
  readonly givesBackAsStored = true
  readonly #format: PathFormat
  readonly #files: ValueFiles
  readonly #pathOf: (address: ValueAddress) => string
  readonly #decoded = new DecodedValues()

  constructor(format: PathFormat, files: ValueFiles, pathOf: (address: ValueAddress) => string) {
    this.#format = format
    this.#files = files
    this.#pathOf = pathOf
  }

  handleOutput: IOManagerShape["handleOutput"] = (context, value) => {
    const path = this.#pathOf(context.address)
    const operation = `write ${nameOf(context.address)}`
    const { hint } = this.#format
    const content = Effect.try({
      try: () => this.#format.encode(value, context.schema),
      catch: (cause) => new FileIOError({ operation, path, ...(hint === undefined ? {} : { hint }), cause })
    })
    return Effect.flatMap(content, (content) =>
      Effect.mapError(this.#files.write(path, content), ({ cause }) => new FileIOError({ operation, path, cause }))
    ).pipe(
      Effect.tap(() => {
        this.#decoded.drop(path)
        context.addMetadata({ path: { _tag: "path", value: path } })
        return Effect.void
      })
    )
  }

  loadInput: IOManagerShape["loadInput"] = (context) => {
    const path = this.#pathOf(context.upstream)
    const operation = `read ${nameOf(context.upstream)}`
    const { schema, upstream } = context
    const broken = (error: unknown): FileIOError =>
      error instanceof FileIOError
        ? error
        : new FileIOError({ operation, path, cause: error instanceof FileFailed ? error.cause : error })
    return this.#files.stat(path).pipe(
      Effect.mapError((error) => (error.isNotFound ? new ValueNotFound({ ...upstream }) : broken(error))),
      Effect.flatMap((mark) => {
        const decode = this.#format.decode(this.#stored(path, mark, broken), schema)
        if (this.#format.isShared !== true) return Effect.mapError(decode, broken)
        const read = () => Effect.runPromise(decode)
        return Effect.tryPromise({ try: () => this.#decoded.get(path, schema, mark, read), catch: broken })
      })
    )
  }

  #stored(path: string, { size }: FileMark, broken: (error: unknown) => FileIOError): StoredFile {
    const files = this.#files
    return {
      path,
      size,
      text: Effect.mapError(files.read(path), broken),
      bytes: Effect.mapError(files.readBytes(path), broken),
      stream: Stream.mapError(files.stream(path), broken)
    }
  }
}

const make = (options: PathIOManagerOptions): Effect.Effect<IOManagerShape, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const { folder, format = PathFormat.json } = options
    const path = yield* Path.Path
    const root = path.resolve(folder)
    const files = yield* makeValueFiles(root)
    return new PathValues(format, files, (address) => path.join(root, ...partsOf(address, format.extension)))
  })

const makeNode = (options: PathIOManagerOptions): IOManagerShape => {
  // The working directory may change before the first value.
  const folder = resolve(options.folder)
  let made: Promise<IOManagerShape> | undefined
  const manager = Effect.promise(
    () => (made ??= Effect.runPromise(Effect.provide(make({ ...options, folder }), nodeFileSystem)))
  )
  return {
    givesBackAsStored: true,
    handleOutput: (context, value) => Effect.flatMap(manager, (io) => io.handleOutput(context, value)),
    loadInput: (context) => Effect.flatMap(manager, (io) => io.loadInput(context))
  }
}

/**
 * Stores each value as a file of the provided `FileSystem`, in a format of your choice. A file is written to a temporary file,
 * synced and renamed, so it is complete or absent, and it is on disk before the run continues. Values of assets are under
 * `assets/<key>`, and those of steps under `<run>/<step>/<output>`. All functions throw `DefinitionError` for unknown options.
 *
 * @since 0.1.0
 * @source Dagster UPathIOManager
 */
export const PathIOManager = {
  /**
   * The IO manager of a folder, for example for your own tag: `Layer.effect(Blobs, PathIOManager.make({ … }))`. The folder is
   * created when the first value is stored.
   */
  make: (options: PathIOManagerOptions) => make(checked("make", options)),

  /**
   * The same on Node's file system, which is loaded when the first value is stored or loaded: `Layer.succeed(Blobs,
   * PathIOManager.makeNode({ … }))`.
   */
  makeNode: (options: PathIOManagerOptions): IOManagerShape => makeNode(checked("makeNode", options)),

  /** Layer of the default IO manager. */
  layer: (options: PathIOManagerOptions): Layer.Layer<IOManager, never, FileSystem.FileSystem | Path.Path> =>
    Layer.effect(IOManager, make(checked("layer", options)))
}
