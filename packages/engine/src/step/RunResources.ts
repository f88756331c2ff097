import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { isInstance } from "./isInstance.ts"
import { DEFAULT_IO, JobNeeds } from "./JobNeeds.ts"
import { ResourceFailed } from "./ResourceFailed.ts"
import { hasService } from "./unboundNeeds.ts"

/** A layer with its types erased. */
export type AnyLayer = Layer.Layer<unknown, unknown, unknown>

/** Services of resources that were started, and the milliseconds that each took. */
export interface Started {
  readonly context: Context.Context<never>
  readonly durationMillis: { readonly [key: string]: number }
}

/** A layer needs a service that nothing gives. */
export class MissingService extends Schema.TaggedError<MissingService>()("MissingService", {
  service: Schema.String,
  jobName: Schema.String
}) {
  override get message(): string {
    return `it needs the service "${this.service}", which no other resource of job "${this.jobName}" provides`
  }
}

const MISSING = "Service not found: "

/** The key of the service that a layer died for want of, if it died of that. */
const missingService = (cause: Cause.Cause<unknown>): string | undefined => {
  for (const reason of cause.reasons) {
    if (!Cause.isDieReason(reason) || !isInstance(reason.defect, Error)) continue
    // Not the message itself, which may throw when it is read.
    const { message } = ErrorInfo.fromUnknown(reason.defect)
    if (message.startsWith(MISSING)) return message.slice(MISSING.length)
  }
  return undefined
}

/** Which resources are started. */
export interface NeededResources {
  /** Their keys, sorted. */
  readonly keys: ReadonlyArray<string>
  /** Whether it is known that none of them needs any other. */
  readonly complete: boolean
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

/** What a resource says that it needs; one that takes the place of another needs nothing. */
const needsOf = ({ job, replaced }: ResourceSources, key: string) =>
  Object.hasOwn(replaced, key) ? {} : job.resources[key]!.definition.needs

/**
 * The resources that a run starts: those that its ops, hooks, outputs and the resources among them name; all of the
 * job's as soon as something that names none may read any, or a service is bound under a key that is not known for it.
 *
 * @param needs - what the steps of the run need
 */
export const neededResources = (sources: ResourceSources, needs: JobNeeds): NeededResources => {
  const bound = boundKeys(sources)
  const all = { keys: [...bound].toSorted(), complete: true }
  if (needs.any) return all
  const keys = new Set<string>()
  if (needs.defaultIO && bound.has(DEFAULT_IO)) keys.add(DEFAULT_IO)
  for (const need of needs.named) {
    const key = JobNeeds.boundAs(need, bound)
    if (key !== undefined) keys.add(key)
    else if (bound.size > 0 && !hasService(sources.context, need.tag)) return all
  }
  let complete = true
  // A set gives what is added to it while it is gone through.
  for (const key of keys) {
    const own = needsOf(sources, key)
    if (own === undefined) complete = false
    for (const [name, tag] of Object.entries(own ?? {})) {
      const needed = JobNeeds.boundAs({ key: name, tag }, bound)
      if (needed !== undefined) keys.add(needed)
      else if (!hasService(sources.context, tag)) return all
    }
  }
  return { keys: [...keys].toSorted(), complete: complete || keys.size === bound.size }
}

/** What went wrong while resources stopped. */
export interface StopFailure {
  /** Keys of the resources that failed to stop, in the order in which they did. */
  readonly resources: ReadonlyArray<string>
  /** What the last of them failed with. */
  readonly error: unknown
}

/**
 * Starts resources, those that others need first and by key among equals; they stop in reverse order with the scope, and
 * one that fails to stop does not keep the others from it.
 *
 * What a layer needs is known only to the compiler, where its resource does not say. So a layer that asks for a service
 * which is not there yet is let go, with whatever it had acquired, and started again after the others; level by level,
 * that is the order of their dependencies.
 *
 * @param sources - the job, the layers that replace some of its resources, and services that are there from the start
 * @param config - run config, resolved
 * @param needed - keys of the resources to start
 * @param asked - is told of a resource that turns out to be needed beside those
 * @param stopFailed - is told when all have stopped and some failed in it
 * @returns their services; fails with `ResourceFailed`, after the ones that had started were stopped with the scope
 */
export const startResources = Effect.fnUntraced(function* (
  sources: ResourceSources,
  config: JobRunConfig,
  needed: ReadonlyArray<string>,
  asked: (key: string) => void,
  stopFailed: (failure: StopFailure) => void
) {
  const { job, replaced } = sources
  if (needed.length === 0) return { context: Context.empty(), durationMillis: {} } satisfies Started
  const bound = boundKeys(sources)
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
  let known = sources.context
  let services: Context.Context<never> = Context.empty()
  let waiting = [...needed]
  while (waiting.length > 0) {
    const level: Array<Context.Context<never>> = []
    const later: Array<string> = []
    let missing: readonly [key: string, service: string] | undefined
    for (const key of waiting) {
      const isLater = Object.entries(needsOf(sources, key) ?? {}).some(([name, tag]) => {
        const other = JobNeeds.boundAs({ key: name, tag }, bound)
        return other !== undefined && waiting.includes(other)
      })
      if (isLater) {
        later.push(key)
        continue
      }
      const started = clock.currentTimeMillisUnsafe()
      const inner = yield* Scope.make()
      const stop = (exit: Exit.Exit<unknown, unknown>) =>
        Effect.map(Effect.exit(Scope.close(inner, exit)), (stopped) => {
          if (Exit.isFailure(stopped)) stops.push([key, Cause.squash(stopped.cause)])
        })
      yield* Scope.addFinalizerExit(scope, stop)
      const layer = Effect.suspend(() =>
        // Its needs are types that are gone; what is missing of them is found out by asking.
        Layer.buildWithMemoMap(
          (replaced[key] ?? job.resources[key]!.definition.layer(config.resource(key))) as Layer.Layer<
            unknown,
            unknown
          >,
          memoMap,
          inner
        )
      )
      const exit = yield* Effect.exit(Effect.provideContext(layer, known))
      if (Exit.isSuccess(exit)) {
        level.push(exit.value as Context.Context<never>)
        durationMillis[key] = clock.currentTimeMillisUnsafe() - started
        continue
      }
      yield* stop(exit)
      const service = missingService(exit.cause)
      if (service === undefined) return yield* ResourceFailed.from(key, Cause.squash(exit.cause))
      missing ??= [key, service]
      later.push(key)
    }
    if (later.length === waiting.length) {
      const [key, service] = missing ?? [later[0]!, "of a resource that needs it in turn"]
      const others = [...bound].filter((other) => !Object.hasOwn(durationMillis, other) && !waiting.includes(other))
      if (missing === undefined || others.length === 0) {
        return yield* ResourceFailed.from(key, new MissingService({ service, jobName: job.name }))
      }
      // The one with the key of the service, or else any of those that nothing names.
      for (const other of others.includes(service) ? [service] : others) {
        asked(other)
        later.push(other)
      }
      later.sort()
    }
    const levelServices = Context.mergeAll(...level)
    services = Context.merge(services, levelServices)
    known = Context.merge(known, levelServices)
    waiting = later
  }
  return { context: services, durationMillis } satisfies Started
})
