import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobNeeds } from "@heddle/definitions/JobNeeds"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { ResourceFailed } from "./ResourceFailed.ts"
import { hasService } from "./unboundNeeds.ts"

/** A layer with its types erased. */
export type AnyLayer = Layer.Layer<unknown, unknown, unknown>

/** Services of resources that were started, and the milliseconds that each took. */
export interface Started {
  readonly context: Context.Context<never>
  readonly durationMillis: { readonly [key: string]: number }
}

/** What of a run's surroundings decides which resources it starts. */
export interface ResourceSources {
  readonly job: JobDefinition
  /** Layers that take the place of resources of the job, by key. */
  readonly replaced: { readonly [key: string]: AnyLayer }
  /** Services that are there from the start. */
  readonly context: Context.Context<never>
}

const boundKeys = ({ job, replaced }: ResourceSources): ReadonlySet<string> =>
  new Set([...Object.keys(job.resources), ...Object.keys(replaced)])

/** What a resource declares that it needs. A replacement needs nothing. */
const needsOf = ({ job, replaced }: ResourceSources, key: string) =>
  Object.hasOwn(replaced, key) ? {} : job.resources[key]!.definition.needs

/** The keys of the resources that steps with these needs use, sorted. */
export const neededResources = (sources: ResourceSources, needs: JobNeeds): ReadonlyArray<string> =>
  JobNeeds.resources(needs, {
    keys: boundKeys(sources),
    needsOf: (key) => needsOf(sources, key),
    hasService: (tag) => hasService(sources.context, tag)
  })

/** What went wrong while resources stopped. */
export interface StopFailure {
  /** Keys of the resources that failed to stop, in that order. */
  readonly resources: ReadonlyArray<string>
  /** What the last of them failed with. */
  readonly error: unknown
}

/** The order in which resources start: those that others need come first, then by key. */
const inOrder = (sources: ResourceSources, needed: ReadonlyArray<string>): ReadonlyArray<string> => {
  const bound = boundKeys(sources)
  const ordered = new Set<string>()
  const visit = (key: string, path: ReadonlyArray<string>): void => {
    // A circle is refused before a run begins.
    if (ordered.has(key) || path.includes(key)) return
    for (const [name, tag] of Object.entries(needsOf(sources, key)).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const other = JobNeeds.boundAs({ key: name, tag }, bound)
      if (other !== undefined && needed.includes(other)) visit(other, [...path, key])
    }
    ordered.add(key)
  }
  for (const key of needed) visit(key, [])
  return levels(sources, [...ordered], bound)
}

/** Resources that need nothing of each other start by key, whatever they are needed by. */
const levels = (
  sources: ResourceSources,
  keys: ReadonlyArray<string>,
  bound: ReadonlySet<string>
): ReadonlyArray<string> => {
  const level = new Map<string, number>()
  for (const key of keys) {
    const below = Object.entries(needsOf(sources, key)).map(([name, tag]) => {
      const other = JobNeeds.boundAs({ key: name, tag }, bound)
      return other === undefined ? -1 : (level.get(other) ?? -1)
    })
    level.set(key, Math.max(-1, ...below) + 1)
  }
  return keys.toSorted((a, b) => level.get(a)! - level.get(b)! || (a < b ? -1 : 1))
}

/**
 * Starts resources, those that others need first and by key among equals. They stop in reverse order with the scope, and one
 * that fails to stop does not keep the others from it.
 *
 * @param sources - the job, the layers that replace some of its resources, and services that are there from the start
 * @param config - run config, resolved
 * @param needed - keys of the resources to start
 * @param stopFailed - is told when all have stopped and some failed in it
 * @returns their services; fails with `ResourceFailed`, after the ones that had started were stopped with the scope
 */
export const startResources = Effect.fnUntraced(function* (
  sources: ResourceSources,
  config: JobRunConfig,
  needed: ReadonlyArray<string>,
  stopFailed: (failure: StopFailure) => void
) {
  const { job, replaced } = sources
  if (needed.length === 0) return { context: Context.empty(), durationMillis: {} } satisfies Started
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  const memoMap = yield* Layer.makeMemoMap
  const durationMillis: Record<string, number> = {}
  const stops: Array<readonly [key: string, error: unknown]> = []
  // What is added first runs last.
  yield* Scope.addFinalizer(
    scope,
    Effect.sync(() => {
      if (stops.length > 0) stopFailed({ resources: stops.map(([key]) => key), error: stops.at(-1)![1] })
    })
  )
  let services: Context.Context<never> = Context.empty()
  for (const key of inOrder(sources, needed)) {
    const started = clock.currentTimeMillisUnsafe()
    const inner = yield* Scope.make()
    const stop = (exit: Exit.Exit<unknown, unknown>) =>
      Effect.map(Effect.exit(Scope.close(inner, exit)), (stopped) => {
        if (Exit.isFailure(stopped)) stops.push([key, Cause.squash(stopped.cause)])
      })
    yield* Scope.addFinalizerExit(scope, stop)
    const layer = Effect.suspend(() =>
      // What it needs was started before; its type is erased here.
      Layer.buildWithMemoMap(
        (replaced[key] ?? job.resources[key]!.definition.layer(config.resource(key))) as Layer.Layer<unknown, unknown>,
        memoMap,
        inner
      )
    )
    const exit = yield* Effect.exit(Effect.provideContext(layer, Context.merge(sources.context, services)))
    if (Exit.isFailure(exit)) {
      yield* stop(exit)
      return yield* ResourceFailed.from(key, Cause.squash(exit.cause))
    }
    services = Context.merge(services, exit.value as Context.Context<never>)
    durationMillis[key] = Math.max(0, clock.currentTimeMillisUnsafe() - started)
  }
  return { context: services, durationMillis } satisfies Started
})
