import { StepKey } from "@heddle/events/StepKey"
import type { NeededOutputs } from "../plan/PlanIndex.ts"
import { decide } from "./decide.ts"
import type { Fan } from "./Fan.ts"
import type { Place } from "./Place.ts"
import type { RunState } from "./RunState.ts"
import { StepState } from "./StepState.ts"

/**
 * Tells the dependents of every step that came to its end, and those of the steps that come to theirs by it. A loop
 * and not a recursion: a skip can run down a chain of any length.
 */
export const settle = (run: RunState): void => {
  for (let i = 0; i < run.settled.length; i++) {
    const step = run.settled[i]!
    if (step.place.parent !== undefined) leaveFan(run, step)
    else if (run.index.mappedOver[step.index]!.length === 0) tellWhole(run, step.place, step.index)
    if (run.index.mappedOver[step.index]!.length > 0) expand(run, step)
  }
  run.settled.length = 0
}

/**
 * A step has stored an output, and is still running. The steps that need it start once they have all that they need.
 * Mapping keys come with the end of their step: until then it is not known whether there are more.
 */
export const giveOutput = (run: RunState, step: StepState, output: string): void => {
  if (step.given.includes(output)) return
  step.given = [...step.given, output]
  if (step.place.parent === undefined) {
    for (const need of run.index.downstreamWhole[step.index]!) {
      if (need.outputs.includes(output)) tellOfWhole(run, step.place, step.index, need.step, 1)
    }
    return
  }
  for (const need of run.index.downstreamPerKey[step.index]!) {
    if (need.outputs.includes(output)) tellCopy(run, step, need.step, 1)
  }
  tellCollected(run, step, output)
}

/** A copy of a mapped step is over. */
const leaveFan = (run: RunState, step: StepState): void => {
  const fan = run.fanOf(step)
  fan.open -= 1
  if (fan.open === 0) tellLast(run, step)
  else tellSameKey(run, step)
  if (fan.open > 0 && !run.requireUpstreamStepSuccess) {
    for (const { name } of step.planned.outputs) {
      if (!step.given.includes(name)) tellCollected(run, step, name)
    }
  }
}

/** What a copy gives of an output is known; with the last copy, it is known to the steps that collect the output. */
const tellCollected = (run: RunState, step: StepState, output: string): void => {
  const fan = run.fanOf(step)
  const copies = (fan.decided.get(output) ?? 0) + 1
  fan.decided.set(output, copies)
  if (copies < fan.places.length) return
  for (const need of run.index.downstreamWhole[step.index]!) {
    if (need.outputs.includes(output)) tellOfWhole(run, step.place.parent!, step.index, need.step, 1)
  }
}

/** Some of the outputs that a step waits for are there, or will never be. */
const advance = (run: RunState, step: StepState | undefined, outputs: number): void => {
  if (outputs === 0 || step === undefined || step.phase !== "pending") return
  step.waiting -= outputs
  if (step.waiting === 0) decide(run, step)
}

/** How many of the outputs that are needed of a step have not been told of: all, unless outputs are told of as they come. */
const untold = (run: RunState, place: Place, of: number, { outputs }: NeededOutputs): number => {
  if (run.requireUpstreamStepSuccess) return outputs.length
  if (run.planned(of).mappedOver === undefined) return notIn(outputs, run.at(place, of)!.given)
  const fan = run.fanAround(place, of)
  if (fan === undefined) return outputs.length
  return outputs.filter((output) => fan.decided.get(output) !== fan.places.length).length
}

const notIn = (outputs: ReadonlyArray<string>, given: ReadonlyArray<string>): number =>
  given.length === 0 ? outputs.length : outputs.filter((output) => !given.includes(output)).length

/** A step of the plan is over at a place, with all of its copies. */
const tellWhole = (run: RunState, place: Place, over: number): void => {
  for (const need of run.index.downstreamWhole[over]!) {
    tellOfWhole(run, place, over, need.step, untold(run, place, over, need))
  }
}

const tellOfWhole = (run: RunState, place: Place, upstream: number, downstream: number, outputs: number): void => {
  const { mappedOver } = run.planned(downstream)
  if (run.index.depth[downstream]! <= place.depth) {
    advance(run, run.at(place, downstream), outputs)
    return
  }
  // Copies that are still to be made count what is there when they are made.
  if (mappedOver?.step === upstream) return
  for (const copy of run.fan(place, downstream)?.copies ?? []) advance(run, copy, outputs)
}

/** The last copy of a mapped step is over: the next copies and what collects them start in the order of the plan. */
const tellLast = (run: RunState, last: StepState): void => {
  const over = last.index
  const whole = run.index.downstreamWhole[over]!
  const perKey = run.index.downstreamPerKey[over]!
  const around = last.place.parent!
  const downstreams = new Set([...perKey, ...whole].map(({ step }) => step))
  for (const downstream of [...downstreams].toSorted((a, b) => a - b)) {
    for (const { outputs, step } of perKey) {
      if (step === downstream) tellCopy(run, last, downstream, notIn(outputs, last.given))
    }
    for (const need of whole) {
      if (need.step === downstream) tellOfWhole(run, around, over, downstream, untold(run, around, over, need))
    }
  }
}

const tellSameKey = (run: RunState, over: StepState): void => {
  for (const { outputs, step } of run.index.downstreamPerKey[over.index]!) {
    tellCopy(run, over, step, notIn(outputs, over.given))
  }
}

/** Tells the copy of a step that has the mapping key of another. */
const tellCopy = (run: RunState, { place }: StepState, downstream: number, outputs: number): void =>
  advance(run, run.at(place, downstream), outputs)

/** Whether a step of the plan is over at a place, with all of its copies. */
const isOver = (run: RunState, place: Place, step: number): boolean =>
  run.planned(step).mappedOver === undefined ? run.at(place, step)!.isOver : run.fanAround(place, step)?.open === 0

/** The source of mapped steps has not succeeded: there will be no copies, and all dependents hear of it. */
const expandToNothing = (run: RunState, { index, phase, place }: StepState): void => {
  const mapped = run.index.mappedOver[index]!
  for (const step of mapped) {
    const source = phase === "skipped" ? "skipped" : "abandoned"
    run.setFan(place, step, { places: [], copies: [], open: 0, decided: new Map(), source })
    run.open -= 1
  }
  for (const step of mapped) tellWhole(run, place, step)
  tellWhole(run, place, index)
}

/** Makes the copies of a mapped step, one for each place, and returns those that this run has to execute. */
const makeCopies = (
  run: RunState,
  source: StepState,
  step: number,
  places: ReadonlyArray<Place>
): ReadonlyArray<StepState> => {
  const { place } = source
  const planned = run.planned(step)
  const fan: Fan = { places, copies: [], open: places.length, decided: new Map(), source: "success" }
  run.setFan(place, step, fan)
  run.open += places.length - 1
  if (places.length === 0) return []
  let waiting = 0
  for (const need of run.index.upstreamWhole[step]!) {
    // Steps mapped over the same source tell of their end later, also those that have no copies.
    const isBeside = run.planned(need.step).mappedOver?.step === source.index
    if (isBeside || !isOver(run, place, need.step)) waiting += untold(run, place, need.step, need)
  }
  for (const { outputs } of run.index.upstreamPerKey[step]!) waiting += outputs.length
  const made: Array<StepState> = []
  for (const at of places) {
    const key = StepKey.make(planned.nodePath, at.keys)
    const copy = run.add(new StepState(key, step, planned, at, waiting))
    fan.copies.push(copy)
    const known = run.known.get(key) ?? run.known.get(planned.key)
    if (known === undefined) made.push(copy)
    else run.endKnown(copy, known)
  }
  return made
}

/**
 * The source of mapped steps is over: makes their copies, one for each key, or knows that there will be none, and tells
 * all dependents of it.
 */
const expand = (run: RunState, source: StepState): void => {
  if (source.phase !== "success") {
    expandToNothing(run, source)
    return
  }
  const { index, place } = source
  const mapped = run.index.mappedOver[index]!
  const places = new Map<string, ReadonlyArray<Place>>()
  const made = new Map<number, ReadonlyArray<StepState>>()
  for (const step of mapped) {
    const { output } = run.planned(step).mappedOver!
    let of = places.get(output)
    if (of === undefined) places.set(output, (of = place.below(source.keysOf(output))))
    made.set(step, makeCopies(run, source, step, of))
  }
  const told = new Map(run.index.downstreamWhole[index]!.map((need) => [need.step, notIn(need.outputs, source.given)]))
  const whole = [...told.keys()]
  const early = whole.filter((step) => !run.index.isLate[step]!)
  const late = [...new Set([...whole, ...mapped])].filter((step) => run.index.isLate[step]!)
  for (const step of [...early, ...late.toSorted((a, b) => a - b)]) {
    if (run.planned(step).mappedOver?.step !== index) {
      tellOfWhole(run, place, index, step, told.get(step)!)
      continue
    }
    for (const copy of made.get(step) ?? []) if (copy.waiting === 0 && copy.phase === "pending") decide(run, copy)
    if (run.fan(place, step)!.places.length === 0) tellWhole(run, place, step)
  }
}
