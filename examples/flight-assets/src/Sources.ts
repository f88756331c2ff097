import { DataUnusable, files } from "@heddle/example-flight-delays/DataFolder"
import { Context, Effect, Layer } from "effect"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { join, resolve } from "node:path"

/** A file as it is now. */
export interface Found {
  readonly path: string
  readonly bytes: number
  /** SHA-256 of its contents. */
  readonly hash: string
}

/** The raw files, which come from elsewhere. */
export class Sources extends Context.Service<
  Sources,
  {
    readonly folder: string
    readonly look: (file: keyof typeof files) => Effect.Effect<Found, DataUnusable>
  }
>()("@heddle/example-flight-assets/Sources") {
  static readonly layer = (config: { readonly dataFolder: string }): Layer.Layer<Sources> =>
    Layer.sync(Sources, () => {
      const folder = resolve(config.dataFolder)
      return {
        folder,
        look: (file) => {
          const path = join(folder, files[file])
          return Effect.tryPromise({
            try: async () => {
              const content = await readFile(path)
              return { path, bytes: content.length, hash: createHash("sha256").update(content).digest("hex") }
            },
            catch: (cause) => new DataUnusable({ reason: `${path} cannot be read (${String(cause)})` })
          })
        }
      }
    })
}
