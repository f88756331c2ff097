import { Json } from "@heddle/events/Json"
import { IOManager, type IOManagerShape, type ValueAddress, ValueNotFound } from "@heddle/definitions/IOManager"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import { FileIOError } from "./FileIOError.ts"
import { DecodedValues } from "./internal/DecodedValues.ts"
import { jsonCodec } from "./internal/jsonCodec.ts"

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

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false
  )

/**
 * Makes a folder and those above it, and has the folders that are new on the disk. Node's own `recursive` never ends in
 * file systems such as `/proc`, which deny that a folder is there and that it can be made.
 */
const makeFolder = async (folder: string): Promise<void> => {
  if (await isFolder(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) await makeFolder(parent)
  try {
    await mkdir(folder)
  } catch (cause) {
    // Another process may have made it in the meantime.
    if (!(await isFolder(folder))) throw cause
  }
  await syncFolder(parent)
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
  const decoded = new DecodedValues()
  return {
    givesBackAsStored: true,
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
        decoded.drop(path)
        context.addMetadata({ path: { _tag: "path", value: path } })
      })
    },
    loadInput: (context) => {
      const { output, stepKey } = context.upstream
      const path = join(root, pathOf(context.upstream))
      const operation = `read output "${output}" of step "${stepKey}"`
      const { schema } = context
      const read = async () => jsonCodec(schema).decode(Json.parse(await readFile(path, "utf8")))
      return Effect.tryPromise({
        try: async () => decoded.get(path, schema, await stat(path), read),
        catch: (cause) =>
          isNotFound(cause) ? new ValueNotFound({ ...context.upstream }) : new FileIOError({ operation, path, cause })
      })
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
   */
  make,

  /** Layer of the default IO manager, in a folder. */
  layer: (options: { readonly folder: string }): Layer.Layer<IOManager> =>
    Layer.sync(IOManager, () => make(options.folder))
}
