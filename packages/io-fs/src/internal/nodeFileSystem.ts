import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"

/**
 * Node's `FileSystem` and `Path`. Their modules are loaded when the layer is built, so that processes which store no value
 * do not pay for them.
 */
export const nodeFileSystem: Layer.Layer<FileSystem.FileSystem | Path.Path> = Layer.unwrap(
  Effect.promise(async () => {
    const [NodeFileSystem, NodePath] = await Promise.all([
      import("@effect/platform-node/NodeFileSystem"),
      import("@effect/platform-node/NodePath")
    ])
    return Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)
  })
)
