import { StepKey } from "@heddle/events/StepKey"
import type { Source } from "../plan/ExecutionPlan.ts"
import type { InputRequest, StepRequest } from "../wire/StepRequest.ts"
import { fate } from "./decide.ts"
import type { Draft } from "./Draft.ts"
import { ReadyOrder } from "./ReadyOrder.ts"
import { RunState, type StepState } from "./RunState.ts"

/** Starts ready steps while there is a place for them. */
export const launchReady = (draft: Draft): void => {
  while (draft.running < draft.maxConcurrent) {
    const taken = ReadyOrder.take(draft.ready)
    if (taken === undefined) return
    draft.ready = taken[1]
    const step = draft.step(taken[0])!
    const launched: StepState = {
      ...step,
      phase: "running",
      attempt: step.attempt + 1,
      optional: [],
      keys: undefined
    }
    draft.set(launched)
    draft.running += 1
    draft.commands.push({ _tag: "LaunchStep", request: requestOf(draft, launched) })
  }
}

const requestOf = (draft: Draft, step: StepState): StepRequest => {
  const planned = draft.planned(step)
  return {
    stepKey: step.key,
    nodePath: planned.nodePath,
    ...(step.mappingKey === undefined ? {} : { mappingKey: step.mappingKey }),
    attempt: step.attempt,
    inputs: planned.inputs.map(({ name, source }) => ({ name, from: inputOf(draft, source, step.mappingKey) })),
    ...(planned.retry === undefined ? {} : { retry: planned.retry })
  }
}

/** A value by the step that gave it, and the run where that is an ancestor. */
const valueOf = (draft: Draft, stepKey: string, output: string, mappingKey?: string): InputRequest => {
  const runId = draft.step(stepKey)?.runId
  return {
    _tag: "Value",
    ref: {
      stepKey,
      output,
      ...(mappingKey === undefined ? {} : { mappingKey }),
      ...(runId === undefined ? {} : { runId })
    }
  }
}

const inputOf = (draft: Draft, source: Source, mappingKey: string | undefined): InputRequest => {
  switch (source._tag) {
    case "JobInput":
    case "Config":
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
      const optional = !draft.plan.steps[source.step]!.outputs.some(({ name, required }) => name === output && required)
      return {
        _tag: "List",
        items: draft
          .expansion(source.step)!
          .keys.map((k) => StepKey.make(nodePath, [k]))
          .filter((stepKey) => {
            const copy = draft.step(stepKey)!
            return copy.phase === "success" && (!optional || copy.optional.includes(output))
          })
          .map((stepKey) => valueOf(draft, stepKey, output))
      }
    }
  }
}
