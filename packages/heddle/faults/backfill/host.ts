/**
 * A process that backfills the assets, or resumes the backfill, and kills itself at a moment. If it gets to the end, it says how
 * many moments there were, and how many partitions it made.
 *
 *     node host.ts <home> <number of the moment>
 */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodePath from "@effect/platform-node/NodePath"
import { backfill } from "@heddle/execution/backfill"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { instanceOf, managersOf } from "../materialization/home.ts"
import { Moments } from "../materialization/Moments.ts"
import { assets } from "./assets.ts"

const [home, moment] = process.argv.slice(2)
const moments = new Moments(Number(moment))

const files = Layer.merge(Layer.provide(moments.fileSystem, NodeFileSystem.layer), NodePath.layer)
const managers = Layer.provide(managersOf(home!), files)
const instance = Layer.provideMerge(moments.eventLog, instanceOf(home!))
const run = backfill(assets, { backfillId: "all" }).pipe(Effect.provide(Layer.merge(managers, instance)))
const { made, success } = await Effect.runPromise(run)
if (!success) throw new Error("the backfill failed")
console.log(JSON.stringify({ moments: moments.count, made: made.length }))
