import { DEFAULT_IO, type JobNeeds } from "@heddle/definitions/JobNeeds"
import type { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Effect from "effect/Effect"
import type { EventSink } from "../wire/Executor.ts"
import { neededResources, type ResourceSources, startResources } from "./RunResources.ts"

/** What an event of this process bears: its id, run and time, and its step where the run has only one. */
export type EventStamp = () => {
  readonly id: string
  readonly runId: string
  readonly timestamp: number
  readonly stepKey?: string
}

/**
 * Starts the resources that the steps of a run need, and tells of it in events, also when they stop. The default IO
 * manager is told of among them, bound or not.
 *
 * @param sources - the job, the layers that replace some of its resources, and services that are there from the start
 * @param needs - what the steps of the run need
 * @param config - run config, resolved
 * @param stamp - makes what each event bears
 * @param sink - takes the events
 * @returns the services of the resources; fails with `ResourceFailed`
 */
export const openResources = Effect.fnUntraced(function* (
  sources: ResourceSources,
  needs: JobNeeds,
  config: JobRunConfig,
  stamp: EventStamp,
  sink: EventSink
) {
  const keys = neededResources(sources, needs)
  const resources = needs.defaultIO ? [...new Set([...keys, DEFAULT_IO])].toSorted() : keys
  if (resources.length > 0) sink([{ _tag: "RESOURCE_INIT_STARTED", ...stamp(), resources }])
  const { context, durationMillis } = yield* startResources(sources, config, keys, ({ error, resources }) => {
    const names = resources.map((key) => `"${key}"`).join(", ")
    const message = `${resources.length === 1 ? "Resource" : "Resources"} ${names} failed to stop`
    sink([{ _tag: "ENGINE_EVENT", ...stamp(), message, error: ErrorInfo.fromUnknown(error) }])
  }).pipe(
    Effect.tapError(({ error, resource }) =>
      Effect.sync(() => sink([{ _tag: "RESOURCE_INIT_FAILURE", ...stamp(), resource, resources, error }]))
    )
  )
  if (resources.length > 0) {
    const all = needs.defaultIO ? { [DEFAULT_IO]: 0, ...durationMillis } : durationMillis
    sink([{ _tag: "RESOURCE_INIT_SUCCESS", ...stamp(), durationMillis: all }])
  }
  return context
})
