import { Context, Effect, Layer, Schema } from "effect"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"

/** A page or picture could not be kept or found again. */
export class ArtifactFailed extends Schema.TaggedError<ArtifactFailed>()("ArtifactFailed", {
  operation: Schema.Literals(["write", "read"]),
  path: Schema.String,
  cause: Schema.Defect()
}) {
  override get message() {
    return `Cannot ${this.operation} "${this.path}": ${this.cause instanceof Error ? this.cause.message : String(this.cause)}`
  }
}

/** Keeps pages and pictures under relative paths such as `airports/ATL.html`. */
export class ArtifactStore extends Context.Service<
  ArtifactStore,
  {
    /** Writes a file, over an older one; gives its size in bytes. */
    readonly write: (path: string, content: string | Uint8Array) => Effect.Effect<number, ArtifactFailed>
    /** Reads a text that was written before, perhaps by another process. */
    readonly read: (path: string) => Effect.Effect<string, ArtifactFailed>
  }
>()("@heddle/example-flight-delays/ArtifactStore") {
  /** Keeps the files in a folder, which is made when the first one is written. */
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

  /** Keeps the files in a map that the test can look into. */
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
            : Effect.fail(new ArtifactFailed({ operation: "read", path, cause: new Error("no such text") }))
        })
    })
}
