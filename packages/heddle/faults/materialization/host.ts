/**
 * A process that materializes the assets, and kills itself at a moment. If it gets to the end, it says how many moments
 * there were.
 *
 *     node host.ts <home> <run id> <number of the moment>
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { materialize } from "@heddle/execution/materialize"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { assets } from "./assets.ts"
import { instanceOf, managersOf } from "./home.ts"
import { Moments } from "./Moments.ts"

const [home, runId, moment] = process.argv.slice(2)
const moments = new Moments(Number(moment))

const files = Layer.merge(Layer.provide(moments.fileSystem, NodeFileSystem.layer), NodePath.layer)
const managers = Layer.provide(managersOf(home!), files)
const instance = Layer.provideMerge(moments.eventLog, instanceOf(home!))
const run = materialize(assets, { runId: runId!, maxConcurrent: 4 }).pipe(
  Effect.provide(Layer.merge(managers, instance))
)
const { success } = await Effect.runPromise(run)
if (!success) throw new Error(`run "${runId}" failed`)
console.log(moments.count)
