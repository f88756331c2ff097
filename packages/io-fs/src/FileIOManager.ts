import { Json } from "@heddle/events/Json"
import { IOManager, type IOManagerShape, type ValueAddress, ValueNotFound } from "@heddle/definitions/IOManager"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdir, open, readFile, rename, rm } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { FileIOError } from "./FileIOError.ts"
import { jsonCodec } from "./internal/jsonCodec.ts"

/** Folder below a home that holds values. */
const STORAGE = "storage"

/**
 * Path of a value below the folder: `<run>/<step>/<output>.json`, or `<run>/<step>/<output>/<mapping key>.json`.
 * Names of steps, outputs and keys hold only letters, digits, dots, underscores and brackets; a run id may hold anything.
 */
const pathOf = ({ mappingKey, output, runId, stepKey }: ValueAddress): string =>
  join(
    encodeURIComponent(runId).replaceAll(".", "%2E"),
    stepKey,
    mappingKey === undefined ? `${output}.json` : join(output, `${mappingKey}.json`)
  )

const isNotFound = (cause: unknown): boolean =>
  typeof cause === "object" && cause !== null && "code" in cause && cause.code === "ENOENT"

/** Makes a folder and those above it, and has the folders that are new on the disk. */
const makeFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file whole or not at all: what is told of it afterwards survives a loss of power. */
const writeSafely = async (path: string, text: string, attempt: number): Promise<void> => {
  const folder = dirname(path)
  await makeFolder(folder)
  const temporary = `${path}.${process.pid}.${attempt}.tmp`
  try {
    const handle = await open(temporary, "w")
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
  await syncFolder(folder)
}

const make = (folder: string): IOManagerShape => {
  const root = resolve(folder)
  return {
    handleOutput: (context, value) => {
      const path = join(root, pathOf(context))
      const subject = `output "${context.output}" of step "${context.stepKey}"`
      return Effect.gen(function* () {
        const encoded = yield* Effect.try({
          try: () => JSON.stringify(jsonCodec(context.schema).encode(value)),
          catch: (cause) => new FileIOError({ operation: `write ${subject}`, path, hint: NO_JSON, cause })
        })
        yield* Effect.tryPromise({
          try: () => writeSafely(path, encoded, context.attempt),
          catch: (cause) => new FileIOError({ operation: `write ${subject}`, path, cause })
        })
        context.addMetadata({ path: { _tag: "path", value: path } })
      })
    },
    loadInput: (context) => {
      const { output, stepKey } = context.upstream
      const path = join(root, pathOf(context.upstream))
      const operation = `read output "${output}" of step "${stepKey}"`
      return Effect.tryPromise({
        try: () => readFile(path, "utf8"),
        catch: (cause) =>
          isNotFound(cause) ? new ValueNotFound({ ...context.upstream }) : new FileIOError({ operation, path, cause })
      }).pipe(
        Effect.flatMap((text) =>
          Effect.try({
            try: () => jsonCodec(context.schema).decode(Json.parse(text)),
            catch: (cause) => new FileIOError({ operation, path, cause })
          })
        )
      )
    }
  }
}

const NO_JSON = "Give the output a schema whose values have a JSON form"

/**
 * Keeps values as files: each as JSON by its schema, written beside its place, synced and renamed, so that a file is
 * there whole or not at all and is on the disk before anything is told of it.
 *
 * @since 0.1.0
 * @source Dagster FilesystemIOManager, with JSON for pickles
 */
export const FileIOManager = {
  /**
   * The IO manager of a folder, which is made when it is first needed.
   *
   * @param folder - path of the folder
   */
  make,

  /** Layer of the default IO manager, in a folder. */
  layer: (options: { readonly folder: string }): Layer.Layer<IOManager> =>
    Layer.sync(IOManager, () => make(options.folder)),

  /** The folder of values in the home folder of an instance. */
  folderOf: (home: string): string => join(home, STORAGE)
}
