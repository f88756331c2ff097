import { Context, Effect, Layer, Schema } from "effect"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"

/** A page or picture could not be stored or read. */
export class ArtifactFailed extends Schema.TaggedError<ArtifactFailed>()("ArtifactFailed", {
  operation: Schema.Literals(["write", "read"]),
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `Cannot ${this.operation} "${this.path}": ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** Stores pages and pictures under relative paths such as `airports/ATL.html`. */
export class ArtifactStore extends Context.Service<
  ArtifactStore,
  {
    /** Writes or overwrites a file, and returns its size in bytes. */
    readonly write: (path: string, content: string | Uint8Array) => Effect.Effect<number, ArtifactFailed>
    /** Reads a text file that this or another process wrote. */
    readonly read: (path: string) => Effect.Effect<string, ArtifactFailed>
  }
>()("@heddle/example-flight-delays/ArtifactStore") {
  /** Stores the files in a folder, and creates the folder on the first write. */
  static readonly layer = (config: { readonly folder: string }): Layer.Layer<ArtifactStore> =>
    Layer.sync(ArtifactStore, () => {
      const folder = resolve(config.folder)
      return {
        write: (path, content) =>
          Effect.tryPromise({
            try: async () => {
              const file = join(folder, path)
              await mkdir(dirname(file), { recursive: true })
              await writeFile(file, content)
              return Buffer.byteLength(content)
            },
            catch: (cause) => new ArtifactFailed({ operation: "write", path: join(folder, path), cause })
          }),
        read: (path) =>
          Effect.tryPromise({
            try: () => readFile(join(folder, path), "utf8"),
            catch: (cause) => new ArtifactFailed({ operation: "read", path: join(folder, path), cause })
          })
      }
    })

  /** Stores the files in a map that a test can read. */
  static readonly layerMemory = (files: Map<string, string | Uint8Array>): Layer.Layer<ArtifactStore> =>
    Layer.succeed(ArtifactStore, {
      write: (path, content) =>
        Effect.sync(() => {
          files.set(path, content)
          return Buffer.byteLength(content)
        }),
      read: (path) =>
        Effect.suspend(() => {
          const content = files.get(path)
          return typeof content === "string"
            ? Effect.succeed(content)
            : Effect.fail(new ArtifactFailed({ operation: "read", path, cause: new Error("the text does not exist") }))
        })
    })
}
