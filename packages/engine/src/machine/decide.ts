import { EventId } from "@heddle/events/EventId"
import type { Source } from "../plan/ExecutionPlan.ts"
import type { Place } from "./Place.ts"
import type { RunState } from "./RunState.ts"
import type { StepState } from "./StepState.ts"

/** The state of a source: its value exists, was omitted, or will never exist. */
type Fate = "there" | "missing" | "failed"

/** What has become of one output of one step that is over, or has given it. */
export const fateOf = (step: StepState, output: string): Fate => {
  if (step.given.includes(output)) return "there"
  if (step.phase === "skipped") return "missing"
  if (step.phase !== "success") return "failed"
  const declared = step.planned.outputs.find(({ name }) => name === output)!
  // What waits for a check waits for its step to succeed, whatever it found.
  if (declared.required || declared.check !== undefined) return "there"
  const isGiven = declared.dynamic ? step.keysOf(output).length > 0 : step.optional.includes(output)
  return isGiven ? "there" : "missing"
}

/** Of several: failed when one is, missing when all are. */
const together = (fates: ReadonlyArray<Fate>): Fate =>
  fates.includes("failed")
    ? "failed"
    : fates.length > 0 && fates.every((fate) => fate === "missing")
      ? "missing"
      : "there"

/** What has become of a source of a step at a place, which cannot change any more. */
export const fate = (run: RunState, source: Source, place: Place): Fate => {
  switch (source._tag) {
    case "JobInput":
    case "Config":
    case "Asset":
    case "Each":
      return "there"
    case "Many":
      return together(source.sources.map((inner) => fate(run, inner, place)))
    case "Output":
      return fateOf(run.at(place, source.step)!, source.output)
    case "Collect": {
      const { mappedOver } = run.planned(source.step)
      if (mappedOver === undefined) return fateOf(run.at(place, source.step)!, source.output)
      const fan = run.fanAround(place, source.step)!
      if (fan.source !== "success") return fan.source === "skipped" ? "missing" : "failed"
      // No copies because an optional dynamic output was left out: there is nothing to collect.
      if (fan.copies.length === 0) return fateOf(run.at(place, mappedOver.step)!, mappedOver.output)
      return together(fan.copies.map((copy) => fateOf(copy, source.output)))
    }
  }
}

/**
 * Every source of a step is settled: the step becomes ready, is skipped, or is abandoned. A skip takes precedence
 * over a failure.
 */
export const decide = (run: RunState, step: StepState): void => {
  const { after, inputs } = step.planned
  let failed = false
  let missing = false
  const look = (source: Source): void => {
    const is = fate(run, source, step.place)
    failed ||= is === "failed"
    missing ||= is === "missing"
  }
  for (const { source } of inputs) look(source)
  for (const source of after) look(source)
  if (missing) {
    run.record({ _tag: "STEP_SKIPPED", id: EventId.ofStep(step.key, 0, 0), stepKey: step.key, attempt: 0 })
    run.end(step, "skipped")
  } else if (failed) {
    run.end(step, "abandoned")
  } else {
    makeReady(run, step)
  }
}

/** Lets a step wait for a place. */
export const makeReady = (run: RunState, step: StepState): void => {
  step.phase = "ready"
  run.ready.add(step, step.planned.priority)
}
