import { PathFormat } from "@heddle/io-fs/PathFormat"
import { PathIOManager } from "@heddle/io-fs/PathIOManager"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import * as Layer from "effect/Layer"
import { join } from "node:path"
import { Blobs } from "./assets.ts"

/** The instance of a home. */
export const instanceOf = (home: string) => SqliteInstance.layer({ filename: join(home, "heddle.db") })

/** The IO managers of a home: JSON by default, and bytes. */
export const managersOf = (home: string) =>
  Layer.merge(
    PathIOManager.layer({ folder: join(home, "values") }),
    Layer.effect(Blobs, PathIOManager.make({ folder: join(home, "blobs"), format: PathFormat.bytes }))
  )
