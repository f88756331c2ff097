import { EventId } from "@heddle/events/EventId"
import { StepKey } from "@heddle/events/StepKey"
import type { Source } from "../plan/ExecutionPlan.ts"
import type { Draft } from "./Draft.ts"
import { ReadyOrder } from "./ReadyOrder.ts"
import type { StepState } from "./RunState.ts"

/** The state of a source: its value exists, was omitted, or will never exist. */
type Fate = "there" | "missing" | "failed"

/** What has become of one output of one step that is over, or has given it. */
export const fateOf = (draft: Draft, key: string, output: string): Fate => {
  const step = draft.step(key)!
  if (step.given.includes(output)) return "there"
  if (step.phase === "skipped") return "missing"
  if (step.phase !== "success") return "failed"
  const declared = draft.planned(step).outputs.find(({ name }) => name === output)!
  // What waits for a check waits for its step to succeed, whatever it found.
  if (declared.required || declared.check !== undefined) return "there"
  const isGiven = declared.dynamic ? step.keys?.[output] !== undefined : step.optional.includes(output)
  return isGiven ? "there" : "missing"
}

/** Of several: failed when one is, missing when all are. */
const together = (fates: ReadonlyArray<Fate>): Fate =>
  fates.includes("failed")
    ? "failed"
    : fates.length > 0 && fates.every((fate) => fate === "missing")
      ? "missing"
      : "there"

/** What has become of the sources of a step, none of which can change any more. */
export const fate = (draft: Draft, source: Source, mappingKey: string | undefined): Fate => {
  switch (source._tag) {
    case "JobInput":
    case "Config":
    case "Asset":
      return "there"
    case "Many":
      return together(source.sources.map((inner) => fate(draft, inner, mappingKey)))
    case "Each":
      return "there"
    case "Output": {
      const { key, mappedOver, nodePath } = draft.plan.steps[source.step]!
      return fateOf(
        draft,
        mappedOver === undefined ? key : StepKey.make(nodePath, mappingKey === undefined ? [] : [mappingKey]),
        source.output
      )
    }
    case "Collect": {
      const { key, mappedOver, nodePath } = draft.plan.steps[source.step]!
      if (mappedOver === undefined) return fateOf(draft, key, source.output)
      const expansion = draft.expansion(source.step)!
      if (expansion.source !== "success") return expansion.source === "skipped" ? "missing" : "failed"
      // No copies because an optional dynamic output was left out: there is nothing to collect.
      if (expansion.keys.length === 0) return fateOf(draft, draft.plan.steps[mappedOver.step]!.key, mappedOver.output)
      return together(expansion.keys.map((k) => fateOf(draft, StepKey.make(nodePath, [k]), source.output)))
    }
  }
}

/**
 * Every source of a step is settled: the step becomes ready, is skipped, or is abandoned. A skip takes precedence
 * over a failure.
 */
export const decide = (draft: Draft, step: StepState): void => {
  const planned = draft.planned(step)
  const fates = [...planned.inputs.map(({ source }) => source), ...planned.after].map((source) =>
    fate(draft, source, step.mappingKey)
  )
  if (fates.includes("missing")) {
    draft.record({ _tag: "STEP_SKIPPED", id: EventId.ofStep(step.key, 0, 0), stepKey: step.key, attempt: 0 })
    draft.end(step, "skipped")
  } else if (fates.includes("failed")) {
    draft.end(step, "abandoned")
  } else {
    makeReady(draft, step)
  }
}

/** Lets a step wait for a place. */
export const makeReady = (draft: Draft, step: StepState): void => {
  draft.set({ ...step, phase: "ready" })
  draft.ready = ReadyOrder.add(draft.ready, step.key, draft.planned(step).priority)
}
