import { assert, describe, it } from "@effect/vitest"
import {
  DefinitionError,
  Graph,
  Hook,
  IOManager,
  type IOManagerShape,
  Job,
  Op,
  Out,
  Resource
} from "@heddle/definitions"
import { HeddleEvent } from "@heddle/events"
import { executeDefinition, executeInProcess } from "@heddle/execution"
import { Cause, Context, Effect, Exit, Layer, Schema } from "effect"

class Http extends Context.Service<Http, string>()("test/resources/Http") {}
class Auth extends Context.Service<Auth, string>()("test/resources/Auth") {}
class Api extends Context.Service<Api, string>()("test/resources/Api") {}
class Shelf extends Context.Service<Shelf, IOManagerShape>()("test/resources/Shelf") {}

class Setup extends Schema.TaggedError<Setup>()("Setup", { why: Schema.String }) {}

/** A layer that notes when it starts and stops. */
const noted = <I, R = never>(
  log: Array<string>,
  key: Context.Key<I, string>,
  value: Effect.Effect<string, Setup, R>,
  stop: Effect.Effect<void> = Effect.void
) =>
  Layer.effect(
    key,
    Effect.acquireRelease(
      Effect.tap(value, (name) => Effect.sync(() => log.push(`up ${name}`))),
      (name) =>
        Effect.andThen(
          Effect.sync(() => log.push(`down ${name}`)),
          stop
        )
    )
  )

const call = Op.make("call", {
  resources: { api: Api },
  output: Schema.String,
  run: (_, { resources }) => resources.api
})

/** Events of resources and of the run's end, a word each. */
const story = (events: ReadonlyArray<HeddleEvent>) =>
  events.flatMap((event) => {
    switch (event._tag) {
      case "RESOURCE_INIT_STARTED":
        return [`started ${event.resources.join(" ")}`]
      case "RESOURCE_INIT_SUCCESS":
        return [`success ${Object.keys(event.durationMillis).toSorted().join(" ")}`]
      case "RESOURCE_INIT_FAILURE":
        return [`failure ${event.resources?.join(" ")}: ${event.resource} ${event.error.name}`]
      case "ENGINE_EVENT":
        return [`${event.message}: ${event.error?.message}`]
      case "STEP_START":
      case "RUN_SUCCESS":
        return [event._tag]
      case "RUN_FAILURE":
        return [`${event._tag} ${event.error?.name} of ${event.error?.cause?.name}`]
      default:
        return []
    }
  })

const api = (log: Array<string>) =>
  Resource.fromLayer(
    noted(
      log,
      Api,
      Effect.map(Effect.all([Http, Auth]), ([http, auth]) => `api(${auth},${http})`)
    ),
    { needs: { http: Http, auth: Auth } }
  )
const auth = (log: Array<string>) =>
  Resource.fromLayer(
    noted(
      log,
      Auth,
      Effect.map(Http, (http) => `auth(${http})`)
    ),
    { needs: { http: Http } }
  )
const http = (log: Array<string>) => Resource.fromLayer(noted(log, Http, Effect.succeed("http")))

const UP_AND_DOWN = [
  "up http",
  "up auth(http)",
  "up api(auth(http),http)",
  "down api(auth(http),http)",
  "down auth(http)",
  "down http"
]

describe("resources", () => {
  it.effect("that say what they need start after it, alone with it, and stop in reverse order", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const unused = Resource.fromLayer(
        noted(log, Context.Service<"unused", string>("unused"), Effect.succeed("unused"))
      )
      const resources = {
        api: api(log),
        auth: auth(log),
        http: http(log),
        unused
      }
      const job = Job.make("declared", { resources }, function* () {
        return yield* call()
      })
      const result = yield* executeInProcess(job)
      assert.isTrue(result.success && result.output === "api(auth(http),http)")
      assert.deepStrictEqual(log, UP_AND_DOWN)
      assert.deepStrictEqual(story(result.allEvents), [
        "started api auth http io_manager",
        "success api auth http io_manager",
        "STEP_START",
        "RUN_SUCCESS"
      ])
    })
  )

  it.effect("whose own error speaks of a missing service are built once, and tell that error", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const broken = Resource.fromLayer(
        Layer.effect(
          Http,
          Effect.andThen(
            Effect.sync(() => log.push("built")),
            Effect.die(new Error("Service not found: the warehouse has none"))
          )
        )
      )
      const job = Job.make("told", { resources: { auth: auth(log), http: broken } }, function* () {
        yield* Op.make("op", { resources: { auth: Auth }, run: () => {} })()
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.deepStrictEqual(log, ["built"])
      const failed = allEvents.find(HeddleEvent.is("RESOURCE_INIT_FAILURE"))
      assert.strictEqual(failed?.resource, "http")
      assert.strictEqual(failed?.error.message, "Service not found: the warehouse has none")
    })
  )

  it.effect("of which one fails to start stop those before it, and the run names it with its error as the cause", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const broken = Resource.fromLayer(noted(log, Auth, Effect.fail(new Setup({ why: "no auth" }))), {
        needs: { http: Http }
      })
      const resources = {
        api: api(log),
        auth: broken,
        http: http(log)
      }
      const job = Job.make("failing", { resources }, function* () {
        return yield* call()
      })
      const { allEvents, success } = yield* executeInProcess(job)
      assert.isFalse(success)
      assert.deepStrictEqual(log, ["up http", "down http"])
      assert.deepStrictEqual(story(allEvents), [
        "started api auth http io_manager",
        "failure api auth http io_manager: auth Setup",
        "RUN_FAILURE ResourceFailed of Setup"
      ])
    })
  )

  it.effect("that fail to stop do not keep the others from it, and do not fail the run", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const rude = (why: string) => Effect.die(new Error(why))
      const resources = {
        api: Resource.fromLayer(noted(log, Api, Effect.succeed("api"), rude("api stays")), { needs: { auth: Auth } }),
        auth: Resource.fromLayer(noted(log, Auth, Effect.succeed("auth")), { needs: { http: Http } }),
        http: Resource.fromLayer(noted(log, Http, Effect.succeed("http"), rude("http stays")), { needs: {} })
      }
      const job = Job.make("staying", { resources }, function* () {
        return yield* call()
      })
      const { allEvents, success } = yield* executeInProcess(job)
      assert.isTrue(success)
      assert.deepStrictEqual(log.slice(3), ["down api", "down auth", "down http"])
      assert.deepStrictEqual(story(allEvents).slice(-2), [
        'Resources "api", "http" failed to stop: http stays',
        "RUN_SUCCESS"
      ])
    })
  )

  it.effect("that a call replaces are not acquired, nor what only they need", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const resources = {
        api: api(log),
        auth: auth(log),
        http: http(log)
      }
      const job = Job.make("replaced", { resources }, function* () {
        return yield* call()
      })
      const result = yield* executeInProcess(job, { resources: { api: Layer.succeed(Api, "fake") } })
      assert.isTrue(result.success && result.output === "fake")
      assert.deepStrictEqual(log, [])
      assert.strictEqual(story(result.allEvents)[0], "started api io_manager")
    })
  )

  it.effect("that are missing in a graph of data are a mistake of the definition: all at once, before a run", () =>
    Effect.gen(function* () {
      const store = Op.make("store", {
        resources: {},
        outputs: { v: Out.stored(Schema.Number, Shelf) },
        run: () => ({ v: 1 })
      })
      const mail = Hook.onSuccess("mail", { resources: { mail: Http } }, () => {})
      const graph = Graph.fromNodes({
        name: "erased",
        nodes: [
          { name: "call", node: call },
          { name: "store", node: store, hooks: [mail] }
        ]
      })
      const resources = { apis: Resource.fromLayer(Layer.succeed(Auth, "a"), { needs: { ghost: Http } }) }
      const job = Job.fromGraph(graph, { resources: resources as {} })
      const exit = yield* Effect.exit(executeDefinition(job.definition, {}))
      const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined
      assert.instanceOf(error, DefinitionError)
      assert.deepStrictEqual(
        (error as DefinitionError).problems.map(({ message, place }) => `${place}: ${message}`),
        [
          'op "call": it needs resource "api" (service "test/resources/Api"), which is not bound: the job binds "apis"; did you mean "apis"?',
          'op "store" › output "v": it is stored by IO manager "test/resources/Shelf", which is not bound: the job binds "apis"',
          'hook "mail" of op "store": it needs resource "mail" (service "test/resources/Http"), which is not bound: the job binds "apis"',
          'resource "apis": it needs resource "ghost" (service "test/resources/Http"), which is not bound: the job binds "apis"'
        ]
      )
      // The services of a call are there, whatever the job binds.
      const layer = Layer.mergeAll(
        Layer.succeed(Api, "api"),
        Layer.succeed(Http, "http"),
        Layer.succeed(Shelf, IOManager.makeMemory())
      )
      const { success } = yield* executeInProcess(job, { layer })
      assert.isTrue(success)
    })
  )

  it.effect("that are bound under another key than a resource needs them by are a mistake of the definition", () =>
    Effect.gen(function* () {
      const log: Array<string> = []
      const job = Job.make("renamed", { resources: { auth: auth(log), web: http(log) } }, function* () {
        yield* Op.make("op", { resources: { auth: Auth }, run: () => {} })()
      })
      const error = yield* Effect.flip(executeInProcess(job))
      assert.include(
        error.message,
        'resource "auth": it needs resource "http" (service "test/resources/Http"), which is not bound: the job binds "auth", "web"'
      )
      assert.deepStrictEqual(log, [])
    })
  )

  it.effect("that need each other in a circle are a mistake of the definition", () =>
    Effect.gen(function* () {
      const resources = {
        api: Resource.fromLayer(Layer.succeed(Api, "api"), { needs: { auth: Auth } }),
        auth: Resource.fromLayer(Layer.succeed(Auth, "auth"), { needs: { api: Api } })
      }
      const job = Job.make("circle", { resources }, function* () {
        return yield* call()
      })
      const exit = yield* Effect.exit(executeInProcess(job))
      assert.include(String(exit), 'its resources need each other in a cycle: "api" → "auth" → "api"')
    })
  )

  it.effect("end the run before its first step when a service turns out to be bound nowhere", () =>
    Effect.gen(function* () {
      const other = Resource.fromLayer(Layer.succeed(Http, "http"))
      const job = Job.make("wrong", { resources: { other } }, function* () {
        return yield* call()
      })
      const { events } = yield* executeDefinition(job.definition, {})
      const end = events.at(-1)
      assert.isTrue(end?._tag === "RUN_FAILURE" && end.error?.name === "DefinitionError")
      assert.isFalse(events.some(({ _tag }) => _tag === "STEP_START"))
    })
  )
})

describe("IO managers", () => {
  it.effect("are resources: the one bound as io_manager is the default, with what it needs", () =>
    Effect.gen(function* () {
      const stored: Array<string> = []
      const memory = IOManager.makeMemory()
      const shared = (name: string): IOManagerShape => ({
        handleOutput: (context, value) => {
          stored.push(`${name} ${context.stepKey}.${context.output}`)
          return memory.handleOutput(context, value)
        },
        loadInput: (context) => memory.loadInput(context)
      })
      const resources = {
        http: Resource.fromLayer(Layer.succeed(Http, "http"), { needs: {} }),
        io_manager: Resource.fromLayer(Layer.effect(IOManager, Effect.map(Http, shared)), { needs: { http: Http } }),
        shelf: Resource.fromLayer(Layer.succeed(Shelf, shared("shelf")), { needs: {} })
      }
      const pair = Op.make("pair", {
        resources: {},
        outputs: {
          a: Schema.Number,
          b: Out.stored(Schema.Number, Shelf),
          c: Out.optional(Schema.Number, Shelf),
          d: Out.dynamic(Schema.Number, Shelf)
        },
        run: () => ({ a: 1, b: 2, c: 3, d: [["k", 4]] as const })
      })
      const job = Job.make("stored", { resources }, function* () {
        yield* pair()
      })
      const { allEvents, success } = yield* executeInProcess(job)
      assert.isTrue(success)
      assert.deepStrictEqual(stored, ["http pair.a", "shelf pair.b", "shelf pair.c", "shelf pair.d"])
      assert.strictEqual(story(allEvents)[0], "started http io_manager shelf")
    })
  )

  it.effect("are told of where a step has an output, be it one without a value", () =>
    Effect.gen(function* () {
      const nothing = Op.make("nothing", { resources: {}, run: () => {} })
      const job = Job.make("nothing", {}, function* () {
        yield* nothing()
      })
      const { allEvents } = yield* executeInProcess(job)
      assert.deepStrictEqual(story(allEvents), [
        "started io_manager",
        "success io_manager",
        "STEP_START",
        "RUN_SUCCESS"
      ])
    })
  )
})
