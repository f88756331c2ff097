/** Resources: what they provide, need and take, and what replaces them. */
import { Definitions, executeInProcess, Job, Op, reconstructable, Resource } from "heddle"
import { Context, Effect, Layer, Schema } from "effect"

const closed = <A, E>(effect: Effect.Effect<A, E>) => effect

class Db extends Context.Service<Db, { readonly rows: Effect.Effect<number> }>()("typetest/Db") {}
class Cache extends Context.Service<Cache, { readonly hit: (key: string) => boolean }>()("typetest/Cache") {}

const db = Resource.make({
  config: Schema.Struct({ url: Schema.String }),
  layer: () => Layer.succeed(Db, { rows: Effect.succeed(1) })
})
const lazyDb = Resource.make({
  config: Schema.Struct({ url: Schema.optionalKey(Schema.String) }),
  layer: () => Layer.succeed(Db, { rows: Effect.succeed(1) })
})
const cacheLayer = Layer.effect(Cache, Effect.map(Db, () => ({ hit: () => true })))
const cache = Resource.fromLayer(cacheLayer, { needs: { db: Db } })
// what a layer needs is named, all of it and nothing else
// @ts-expect-error it needs Db
Resource.fromLayer(cacheLayer)
// @ts-expect-error it needs Db
Resource.fromLayer(cacheLayer, { needs: {} })
// @ts-expect-error it does not need Cache
Resource.fromLayer(cacheLayer, { needs: { db: Db, cache: Cache } })
// @ts-expect-error it needs Db
Resource.make({ config: Schema.Void, layer: () => cacheLayer })
Resource.make({ config: Schema.Void, layer: () => cacheLayer, needs: { db: Db } })
// a layer that needs nothing may name what starts before it
Resource.fromLayer(Layer.succeed(Cache, { hit: () => true }), { needs: { db: Db } })
const DbTest = Layer.succeed(Db, { rows: Effect.succeed(2) })
const CacheTest = Layer.succeed(Cache, { hit: () => false })

const count = Op.make("count", { output: Schema.Number, run: () => Effect.flatMap(Db, ({ rows }) => rows) })
// a promise body reads services by the names that it gives them
const check = Op.make("check", {
  resources: { cache: Cache, base: Db },
  run: async (_, { resources }) => {
    const hit: boolean = resources.cache.hit("k")
    // @ts-expect-error no such resource
    return [hit, resources.nope]
  }
})

const body = function* () {
  yield* check()
  return yield* count()
}
const open = Job.make("open", body)
const half = Job.make("half", { resources: { db } }, body)
const full = Job.make("full", { resources: { db, cache } }, body)
const lazy = Job.make("lazy", { resources: { db: lazyDb, cache } }, body)
const config = { resources: { db: { config: { url: "x" } } } } as const

// what no resource provides is left to a layer of the call
closed(executeInProcess(open, { layer: Layer.mergeAll(DbTest, CacheTest) }))
closed(executeInProcess(half, { layer: CacheTest, runConfig: config }))
closed(executeInProcess(full, { runConfig: config }))
closed(executeInProcess(lazy))
closed(executeInProcess(lazy, { runConfig: { resources: { db: { config: {} } } } }))
// @ts-expect-error Cache is missing
closed(executeInProcess(half, { runConfig: config }))
// @ts-expect-error Db is missing, for an op and for the resource
closed(executeInProcess(Job.make("no_db", { resources: { cache } }, body)))

// layers that are made in the call, by functions that have a form for pipes too
closed(executeInProcess(open, { layer: Layer.mergeAll(Layer.succeed(Db, { rows: Effect.succeed(1) }), CacheTest) }))
closed(executeInProcess(half, { layer: Layer.succeed(Cache, { hit: () => true }), runConfig: config }))
closed(executeInProcess(full, { resources: { db: Layer.succeed(Db, { rows: Effect.succeed(1) }) } }))
closed(executeInProcess(full, { resources: { db: Layer.effect(Db, Effect.succeed({ rows: Effect.succeed(1) })) } }))
void Effect.runPromise(executeInProcess(half, { layer: Layer.succeed(Cache, { hit: () => true }), runConfig: config }))
void executeInProcess(half, { layer: Layer.succeed(Cache, { hit: () => true }), runConfig: config }).pipe(Effect.runPromise)
// @ts-expect-error run config is required beside such a layer too
executeInProcess(half, { layer: Layer.succeed(Cache, { hit: () => true }) })

// a replaced resource needs and asks for nothing
closed(executeInProcess(full, { resources: { db: DbTest } }))
closed(executeInProcess(full, { resources: { db: DbTest, cache: CacheTest } }))
closed(executeInProcess(Job.make("cached", { resources: { cache } }, function* () { yield* check() }), { resources: { cache: CacheTest }, layer: DbTest }))
// @ts-expect-error its config is not asked for any more
executeInProcess(full, { resources: { db: DbTest }, runConfig: config })
// @ts-expect-error no such resource
executeInProcess(full, { resources: { nope: DbTest }, runConfig: config })
// @ts-expect-error the config of a resource that takes none
executeInProcess(full, { runConfig: { resources: { ...config.resources, cache: { config: {} } } } })

// resources that provide nothing are only kept open for the run
const first = Resource.fromLayer(Layer.empty)
const second = Resource.fromLayer(Layer.empty)
closed(executeInProcess(Job.make("kept", { resources: { first, second } }, function* () { yield* Op.make("quiet", { run: () => {} })() })))

// one service under two keys, in whichever way it is made
// @ts-expect-error two keys for one service
Job.make("twice", { resources: { a: db, b: lazyDb } }, body)

// ================================================================ what crosses a process is closed
reconstructable(import.meta.url, "full", full)
Definitions.make({ jobs: [full, lazy] })
Definitions.make({ jobs: [] })
// @ts-expect-error Cache is open
reconstructable(import.meta.url, "half", half)
// @ts-expect-error the resource's own need is open
reconstructable(import.meta.url, "no_db", Job.make("no_db", { resources: { cache } }, function* () { yield* Op.make("quiet", { run: () => {} })() }))
// @ts-expect-error one of them is open
Definitions.make({ jobs: [full, half] })
const jobs = Definitions.make({ jobs: [full, lazy] }).jobs
export const name: "full" = jobs[0].name
