import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Schema from "effect/Schema"

/** A layer with its types erased. */
export type AnyLayer = Layer.Layer<unknown, unknown, unknown>

/** A resource that did not start, and why. */
export class ResourceFailed extends Schema.TaggedError<ResourceFailed>()("ResourceFailed", {
  resource: Schema.String,
  error: ErrorInfo.schema
}) {
  override get message(): string {
    return `Resource "${this.resource}" failed to start: ${ErrorInfo.summary(this.error)}`
  }
}

/** Services of resources that were started, and the milliseconds that each took. */
export interface Started {
  readonly context: Context.Context<never>
  readonly durationMillis: { readonly [key: string]: number }
}

const MISSING = "Service not found: "

/** The key of the service that a layer died for want of, if it died of that. */
const missingService = (cause: Cause.Cause<unknown>): string | undefined => {
  for (const reason of cause.reasons) {
    if (!Cause.isDieReason(reason) || !(reason.defect instanceof Error)) continue
    if (reason.defect.message.startsWith(MISSING)) return reason.defect.message.slice(MISSING.length)
  }
  return undefined
}

/**
 * The keys of the resources that some ops of a job may read: those that they name, or all as soon as one op names none,
 * for then its body may read any.
 */
export const neededResources = (
  job: JobDefinition,
  ops: Iterable<{ readonly op: { readonly resources: object | undefined } }>
): ReadonlyArray<string> => {
  const keys = Object.keys(job.resources)
  const named = new Set<string>()
  for (const { op } of ops) {
    if (op.resources === undefined) return keys.toSorted()
    for (const key of Object.keys(op.resources)) {
      // A service may be bound under a key that the op does not know: then it may be any of them.
      if (!keys.includes(key)) return keys.toSorted()
      named.add(key)
    }
  }
  return [...named].toSorted()
}

/**
 * Starts resources, those that others need first and by key among equals; they stop in reverse order with the scope.
 *
 * What a layer needs is known only to the compiler. So a layer that asks for a service which is not there yet is let
 * go, with whatever it had acquired, and started again after the others; level by level, that is the order of their
 * dependencies.
 *
 * @param keys - keys of the resources to start
 * @param layerOf - the layer of a key
 * @param context - services that are there from the start
 * @returns their services; fails with `ResourceFailed`, after the ones that had started were stopped with the scope
 */
export const startResources = Effect.fnUntraced(function* (
  job: JobDefinition,
  config: JobRunConfig,
  replaced: { readonly [key: string]: AnyLayer },
  keys: ReadonlyArray<string>,
  context: Context.Context<never>
) {
  const scope = yield* Effect.scope
  const clock = yield* Clock.Clock
  const memoMap = yield* Layer.makeMemoMap
  const durationMillis: Record<string, number> = {}
  let known = context
  let services = Context.empty() as Context.Context<never>
  let waiting = [...keys]
  while (waiting.length > 0) {
    const level: Array<Context.Context<never>> = []
    const later: Array<string> = []
    let missing: readonly [key: string, service: string] | undefined
    for (const key of waiting) {
      const started = clock.currentTimeMillisUnsafe()
      const layer = replaced[key] ?? job.resources[key]!.definition.layer(config.resource(key))
      const inner = yield* Scope.fork(scope)
      // Its needs are types that are gone; what is missing of them is found out by asking.
      const exit = yield* Layer.buildWithMemoMap(layer as Layer.Layer<unknown, unknown>, memoMap, inner).pipe(
        Effect.provideContext(known),
        Effect.exit
      )
      if (Exit.isSuccess(exit)) {
        level.push(exit.value as Context.Context<never>)
        durationMillis[key] = clock.currentTimeMillisUnsafe() - started
        continue
      }
      yield* Scope.close(inner, exit)
      const service = missingService(exit.cause)
      if (service === undefined) {
        return yield* new ResourceFailed({ resource: key, error: ErrorInfo.fromUnknown(Cause.squash(exit.cause)) })
      }
      missing ??= [key, service]
      later.push(key)
    }
    if (later.length === waiting.length && missing !== undefined) {
      const others = Object.keys(job.resources).filter((key) => !(key in durationMillis) && !waiting.includes(key))
      if (others.length === 0) {
        return yield* new ResourceFailed({
          resource: missing[0],
          error: {
            name: "MissingService",
            message: `it needs the service "${missing[1]}", which no other resource of job "${job.name}" provides`
          }
        })
      }
      // One of those that no op reads provides what is missing.
      later.push(...others)
      later.sort()
    }
    const levelServices = Context.mergeAll(...level)
    services = Context.merge(services, levelServices)
    known = Context.merge(known, levelServices)
    waiting = later
  }
  return { context: services, durationMillis } satisfies Started
})
