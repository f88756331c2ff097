import { StepKey } from "@heddle/events/StepKey"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Source } from "../plan/ExecutionPlan.ts"
import type { AssetVersion } from "@heddle/events/AssetVersion"
import type { InputRequest, StepRequest } from "../wire/StepRequest.ts"
import { fate, fateOf } from "./decide.ts"
import type { Draft } from "./Draft.ts"
import { ReadyOrder } from "./ReadyOrder.ts"
import { RunState, type StepState } from "./RunState.ts"
import { TagLimits, type Unparked } from "./TagLimits.ts"

/** Starts ready steps while there is a place for them. */
export const launchReady = (draft: Draft): void => {
  while (draft.running < draft.maxConcurrent) {
    const taken = ReadyOrder.take(draft.ready)
    if (taken === undefined) return
    draft.ready = taken[1]
    const step = draft.step(taken[0])!
    if (draft.limits !== undefined) {
      if (!TagLimits.admits(draft.limits, step.step)) {
        tryAgain(draft, TagLimits.park(draft.limits, step.step, step.key, priorityOf(draft, step)))
        continue
      }
      draft.limits = TagLimits.enter(draft.limits, step.step)
    }
    draft.running += 1
    const { pool, priority } = draft.planned(step)
    if (pool === undefined || step.phase === "claimed") {
      launch(draft, step)
    } else {
      draft.set({ ...step, phase: "claiming" })
      draft.commands.push({ _tag: "ClaimPool", stepKey: step.key, attempt: step.attempt + 1, pool, priority })
    }
  }
}

/** Starts the next attempt of a step that has a place. */
const launch = (draft: Draft, step: StepState): void => {
  const launched: StepState = {
    ...step,
    phase: "running",
    attempt: step.attempt + 1,
    optional: [],
    keys: undefined
  }
  draft.set(launched)
  draft.commands.push({ _tag: "LaunchStep", request: requestOf(draft, launched) })
}

/** A step has a slot of its pool. One that was blocked has no place any more, and gets the next one before all others. */
export const launchClaimed = (draft: Draft, step: StepState): void => {
  if (step.phase === "claiming") {
    launch(draft, step)
  } else {
    const claimed: StepState = { ...step, phase: "claimed" }
    draft.set(claimed)
    draft.ready = ReadyOrder.add(draft.ready, step.key, priorityOf(draft, claimed))
  }
}

/** The pool of a step is full: others may have its place until it gets a slot. */
export const block = (draft: Draft, step: StepState): void => {
  draft.set({ ...step, phase: "blocked" })
  giveUpPlace(draft, step)
}

/** A step that ran gives up its place, and what it holds of its pool. */
export const leave = (draft: Draft, step: StepState): void => {
  releasePool(draft, step, step.attempt)
  giveUpPlace(draft, step)
}

/** A step that has or waits for a slot will not start after all. */
export const withdraw = (draft: Draft, step: StepState): void => {
  releasePool(draft, step, step.attempt + 1)
  draft.set({ ...step, phase: "ready" })
  if (step.phase === "claiming") giveUpPlace(draft, step)
}

const releasePool = (draft: Draft, step: StepState, attempt: number): void => {
  const { pool } = draft.planned(step)
  if (pool !== undefined) draft.commands.push({ _tag: "ReleasePool", stepKey: step.key, attempt, pool })
}

const giveUpPlace = (draft: Draft, step: StepState): void => {
  draft.running -= 1
  if (draft.limits !== undefined) tryAgain(draft, TagLimits.leave(draft.limits, step.step))
}

/** A step that holds a slot which others may wait for goes before all that hold none. */
const priorityOf = (draft: Draft, step: StepState): number =>
  step.phase === "claimed" ? Number.POSITIVE_INFINITY : draft.planned(step).priority

/** Puts steps that were parked where they stood before. */
const tryAgain = (
  draft: Draft,
  [limits, unparked]: readonly [limits: TagLimits, unparked: ReadonlyArray<Unparked>]
): void => {
  draft.limits = limits
  for (const { key, priority } of unparked.toReversed()) draft.ready = ReadyOrder.addFirst(draft.ready, key, priority)
}

const requestOf = (draft: Draft, step: StepState): StepRequest => {
  const planned = draft.planned(step)
  return {
    stepKey: step.key,
    nodePath: planned.nodePath,
    ...(step.mappingKey === undefined ? {} : { mappingKeys: [step.mappingKey] }),
    attempt: step.attempt,
    inputs: planned.inputs.map(({ name, source }) => ({ name, from: inputOf(draft, source, step.mappingKey) })),
    ...(planned.retry === undefined ? {} : { retry: planned.retry }),
    ...(planned.assets === undefined ? {} : { assets: knownAssets(draft, planned.assets) })
  }
}

/** What is known of assets. */
const knownAssets = (draft: Draft, keys: ReadonlyArray<string>): NonNullable<StepRequest["assets"]> => {
  const assets: Record<string, AssetVersion> = {}
  for (const key of keys) {
    const version = Option.getOrUndefined(HashMap.get(draft.assets, key))
    if (version !== undefined) assets[key] = version
  }
  return assets
}

/** A value by the step that gave it, and the run where that is an ancestor. */
const valueOf = (draft: Draft, stepKey: string, output: string, mappingKey?: string): InputRequest => {
  const runId = draft.step(stepKey)?.runId
  return {
    _tag: "Value",
    ref: {
      stepKey,
      output,
      ...(mappingKey === undefined ? {} : { mappingKeys: [mappingKey] }),
      ...(runId === undefined ? {} : { runId })
    }
  }
}

const inputOf = (draft: Draft, source: Source, mappingKey: string | undefined): InputRequest => {
  switch (source._tag) {
    case "JobInput":
    case "Config":
    case "Asset":
      return source
    case "Output": {
      const { mappedOver, nodePath } = draft.plan.steps[source.step]!
      const keys = mappedOver === undefined || mappingKey === undefined ? [] : [mappingKey]
      return valueOf(draft, StepKey.make(nodePath, keys), source.output)
    }
    case "Each":
      return valueOf(draft, draft.plan.steps[source.step]!.key, source.output, mappingKey)
    case "Many":
      return {
        _tag: "List",
        items: source.sources
          .filter((inner) => fate(draft, inner, mappingKey) === "there")
          .map((inner) => inputOf(draft, inner, mappingKey))
      }
    case "Collect": {
      const { key, mappedOver, nodePath } = draft.plan.steps[source.step]!
      const { output } = source
      if (mappedOver === undefined) {
        const keys = RunState.keys(draft.step(key)!.keys?.[output])
        return {
          _tag: "List",
          items: keys.map((k) => valueOf(draft, key, output, k))
        }
      }
      return {
        _tag: "List",
        items: draft
          .expansion(source.step)!
          .keys.map((k) => StepKey.make(nodePath, [k]))
          .filter((stepKey) => fateOf(draft, stepKey, output) === "there")
          .map((stepKey) => valueOf(draft, stepKey, output))
      }
    }
  }
}
