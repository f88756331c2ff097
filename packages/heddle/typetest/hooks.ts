/** Hooks, managed inputs and stored outputs: what they need is asked for where a job is run. */
import { executeInProcess, Graph, Hook, InputManager, type InputManagerShape, type IOManagerShape, Job, Op, Out } from "heddle"
import { Context, Effect, Layer, Schema } from "effect"

class Mail extends Context.Service<Mail, { readonly send: (text: string) => void }>()("typetest/hooks/Mail") {}
class Reader extends Context.Service<Reader, InputManagerShape>()("typetest/hooks/Reader") {}
class Shelf extends Context.Service<Shelf, IOManagerShape>()("typetest/hooks/Shelf") {}

const closed = <A, E>(_: Effect.Effect<A, E, never>) => {}
const mail = Layer.succeed(Mail, { send: () => {} })
const one = Op.make("one", { output: Schema.Number, run: () => 1 })

const byName = Hook.onSuccess("by_name", { resources: { mail: Mail } }, ({ resources }) => resources.mail.send("done"))
const byEffect = Hook.onFailure("by_effect", () => Effect.flatMap(Mail, (m) => Effect.sync(() => m.send("failed"))))
const plain = Hook.onSuccess("plain", async ({ outputs }) => void outputs["result"])
// @ts-expect-error the hook names no such resource
Hook.onSuccess("unnamed", { resources: { mail: Mail } }, ({ resources }) => resources.post)

const needsNothing = Job.make("needs_nothing", { hooks: [plain] }, function* () {
  yield* one()
})
closed(executeInProcess(needsNothing))

const ofJob = Job.make("of_job", { hooks: [byName, plain] }, function* () {
  yield* one()
})
closed(executeInProcess(ofJob, { layer: mail }))
// @ts-expect-error the hook's Mail is missing
closed(executeInProcess(ofJob))

const inner = Graph.make("inner", { inputs: {} }, function* () {
  return yield* one()
})
const ofGraph = Job.make("of_graph", function* () {
  yield* inner.with({ hooks: [byEffect] })()
})
closed(executeInProcess(ofGraph, { layer: mail }))
// @ts-expect-error the hook's Mail is missing
closed(executeInProcess(ofGraph))

const Config = Schema.Struct({ n: Schema.Number })
const use = Op.make("use", { inputs: { x: InputManager.loads(Schema.Number, Reader, { config: Config }) }, run: () => {} })
const managed = Job.make("managed", function* () {
  yield* use({})
})
const reader = Layer.succeed(Reader, { loadInput: () => Effect.succeed(1) })
closed(executeInProcess(managed, { layer: reader, runConfig: { ops: { use: { inputs: { x: { n: 1 } } } } } }))
// @ts-expect-error the input's Reader is missing
closed(executeInProcess(managed))
// @ts-expect-error the manager takes a number
closed(executeInProcess(managed, { layer: reader, runConfig: { ops: { use: { inputs: { x: { n: "1" } } } } } }))

const stores = Op.make("stores", {
  outputs: { some: Out.optional(Schema.Number, Shelf), many: Out.dynamic(Schema.Number, Shelf) },
  run: () => ({ many: [] })
})
const stored = Job.make("stored", function* () {
  yield* stores()
})
// @ts-expect-error the outputs' Shelf is missing
closed(executeInProcess(stored))
