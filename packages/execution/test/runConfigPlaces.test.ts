import { assert, describe, it } from "@effect/vitest"
import { ConfigSchema, type RunConfigError } from "@heddle/config"
import {
  InputManager,
  type InputManagerShape,
  IOManager,
  type IOManagerShape,
  Job,
  Op,
  Out,
  Resource
} from "@heddle/definitions"
import { executeDefinition } from "@heddle/execution"
import { Context, Effect, Layer, Schema } from "effect"

class Read extends Context.Service<Read, string>()("test/runConfigPlaces/Read") {}
class Unread extends Context.Service<Unread, string>()("test/runConfigPlaces/Unread") {}
class Kept extends Context.Service<Kept, IOManagerShape>()("test/runConfigPlaces/Kept") {}
class Giver extends Context.Service<Giver, InputManagerShape>()("test/runConfigPlaces/Giver") {}

const named = <I>(key: Context.Key<I, string>) =>
  Resource.make({
    config: Schema.Struct({ name: Schema.String }),
    needs: {},
    layer: ({ name }) => Layer.succeed(key, name)
  })

describe("run config", () => {
  it.effect("does not ask for config of a resource that nothing reads, and checks what is said of it", () =>
    Effect.gen(function* () {
      const read = Op.make("read", {
        resources: { read: Read },
        output: Schema.String,
        run: (_, c) => c.resources.read
      })
      const job = Job.make("partly", { resources: { read: named(Read), unread: named(Unread) } }, function* () {
        yield* read()
      })
      const config = { resources: { read: { config: { name: "r" } } } }
      const result = yield* executeDefinition(job.definition, { runConfig: config, resources: {} })
      assert.isTrue(result.success)
      const wrong = { resources: { ...config.resources, unread: { config: { name: 1 } } } }
      const error = (yield* Effect.flip(
        executeDefinition(job.definition, { runConfig: wrong, resources: {} })
      )) as RunConfigError
      assert.deepStrictEqual(
        error.problems.map(({ path }) => path),
        [["resources", "unread", "config", "name"]]
      )
    })
  )

  it.effect("asks for the config of the default IO manager if the run starts it", () =>
    Effect.gen(function* () {
      const kept = Resource.fromLayer(Layer.sync(Kept, IOManager.makeMemory), { needs: {} })
      const byDefault = Resource.make({
        config: Schema.Struct({ folder: Schema.String }),
        layer: () => IOManager.layerMemory
      })
      const resources = { [Kept.key]: kept, io_manager: byDefault }
      const elsewhere = Op.make("elsewhere", {
        resources: {},
        outputs: { n: Out.stored(Schema.Number, Kept) },
        run: () => ({ n: 1 })
      })
      const stored = Op.make("stored", { resources: {}, output: Schema.Number, run: () => 1 })
      const without = Job.make("without", { resources }, function* () {
        yield* elsewhere()
      })
      const { events, success } = yield* executeDefinition(without.definition, { runConfig: {}, resources: {} })
      assert.isTrue(success)
      const started = events.find(({ _tag }) => _tag === "RESOURCE_INIT_STARTED")
      assert.deepInclude(started, { resources: [Kept.key] })
      const using = Job.make("using", { resources }, function* () {
        yield* elsewhere()
        yield* stored()
      })
      const error = yield* Effect.flip(executeDefinition(using.definition, { runConfig: {}, resources: {} }))
      assert.strictEqual(error._tag, "RunConfigError")
      assert.include(error.message, "io_manager")
    })
  )

  it.effect("has no place for an input whose type it cannot give, and any for one whose manager takes any config", () =>
    Effect.gen(function* () {
      const Odd = ConfigSchema.unloadable(Schema.Number).pipe(Schema.withConstructorDefault(Effect.succeed(3)))
      const odd = Op.make("odd", { resources: {}, inputs: { x: Odd }, run: () => {} })
      const given = Op.make("given", {
        resources: {},
        inputs: { x: InputManager.loads(Schema.Json, Giver) },
        output: Schema.Json,
        run: ({ x }) => x
      })
      const giver: InputManagerShape = { loadInput: ({ config }) => Effect.succeed(config ?? null) }
      const resources = { giver: Resource.fromLayer(Layer.succeed(Giver, giver), { needs: {} }) }
      const job = Job.make("inputs", { resources }, function* () {
        yield* odd({})
        return { given: yield* given({}) }
      })
      const open = { ops: { given: { inputs: { x: { any: [1] } } } } }
      const result = yield* executeDefinition(job.definition, { runConfig: open, resources: {} })
      assert.deepStrictEqual(result.result.outputForNode("given"), { any: [1] })
      const wrong = { ops: { odd: { inputs: { x: 4 } } } }
      const error = (yield* Effect.flip(
        executeDefinition(job.definition, { runConfig: wrong, resources: {} })
      )) as RunConfigError
      assert.deepStrictEqual(
        error.problems.map(({ path }) => path),
        [["ops", "odd"]]
      )
    })
  )
})
