import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import * as NodeTerminal from "@effect/platform-node/NodeTerminal"
import * as Effect from "effect/Effect"
import type * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import type * as Path from "effect/Path"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type * as Terminal from "effect/Terminal"

const files = Layer.mergeAll(NodeFileSystem.layer, NodePath.layer)

/** Loads Node's spawner for the first process: the parser asks for one, but no flag starts a process. */
const spawner = Layer.succeed(
  ChildProcessSpawner.ChildProcessSpawner,
  ChildProcessSpawner.make((command) =>
    Effect.gen(function* () {
      const { layer } = yield* Effect.promise(() => import("@effect/platform-node/NodeChildProcessSpawner"))
      const context = yield* Layer.build(Layer.provide(layer, files))
      return yield* Effect.provideContext(
        Effect.flatMap(ChildProcessSpawner.ChildProcessSpawner, ({ spawn }) => spawn(command)),
        context
      )
    })
  )
)

const nodeStdio = Effect.flatMap(
  Effect.promise(() => import("@effect/platform-node/NodeStdio")),
  ({ layer }) => Effect.provide(Effect.service(Stdio.Stdio), layer)
)

/** Loads the streams of `NodeStdio` when one is used: they take 8 ms of CPU, and most commands write to `Terminal` only. */
const stdio = Layer.succeed(
  Stdio.Stdio,
  Stdio.make({
    args: Effect.sync(() => process.argv.slice(2)),
    stdinIsTerminal: Effect.sync(() => process.stdin.isTTY === true),
    stdoutIsTerminal: Effect.sync(() => process.stdout.isTTY === true),
    stderrIsTerminal: Effect.sync(() => process.stderr.isTTY === true),
    stdout: (options) => Sink.unwrap(Effect.map(nodeStdio, (loaded) => loaded.stdout(options))),
    stderr: (options) => Sink.unwrap(Effect.map(nodeStdio, (loaded) => loaded.stderr(options))),
    stdin: Stream.unwrap(Effect.map(nodeStdio, (loaded) => loaded.stdin))
  })
)

/** Services of Node that the command line uses. */
export const nodeServices: Layer.Layer<
  ChildProcessSpawner.ChildProcessSpawner | FileSystem.FileSystem | Path.Path | Stdio.Stdio | Terminal.Terminal
> = Layer.mergeAll(files, stdio, NodeTerminal.layer, spawner)
