import { StepKey } from "@heddle/events/StepKey"
import type { NeededOutputs } from "../plan/PlanIndex.ts"
import type { Draft } from "./Draft.ts"
import { decide } from "./decide.ts"
import { RunState, type StepState } from "./RunState.ts"

/**
 * Tells the dependents of every step that came to its end, and those of the steps that come to theirs by it. A loop
 * and not a recursion: a skip can run down a chain of any length.
 */
export const settle = (draft: Draft): void => {
  for (let i = 0; i < draft.settled.length; i++) {
    const step = draft.step(draft.settled[i]!)!
    if (step.mappingKey === undefined) {
      if (draft.index.mappedOver[step.step]!.length > 0) expand(draft, step)
      else tellWhole(draft, step.step)
    } else {
      const expansion = draft.expansion(step.step)!
      const open = expansion.open - 1
      draft.setExpansion(step.step, { ...expansion, open })
      if (open === 0) tellLast(draft, step)
      else tellSameKey(draft, step)
      if (open > 0 && !draft.requireUpstreamStepSuccess) {
        for (const { name } of draft.planned(step).outputs)
          if (!step.given.includes(name)) tellCollected(draft, step, name)
      }
    }
  }
  draft.settled.length = 0
}

/**
 * A step has stored an output, and is still running. The steps that need it start once they have all that they need.
 * Mapping keys come with the end of their step: until then it is not known whether there are more.
 */
export const giveOutput = (draft: Draft, step: StepState, output: string): void => {
  if (step.given.includes(output)) return
  draft.set({ ...step, given: [...step.given, output] })
  if (step.mappingKey === undefined) {
    for (const need of draft.index.downstreamWhole[step.step]!) {
      if (need.outputs.includes(output)) tellOfWhole(draft, step.step, need.step, 1)
    }
    return
  }
  for (const need of draft.index.downstreamPerKey[step.step]!) {
    if (need.outputs.includes(output)) tellCopy(draft, step, need.step, 1)
  }
  tellCollected(draft, step, output)
}

/** What a copy gives of an output is known; with the last copy, it is known to the steps that collect the output. */
const tellCollected = (draft: Draft, { step }: StepState, output: string): void => {
  const expansion = draft.expansion(step)!
  const copies = (expansion.decided[output] ?? 0) + 1
  draft.setExpansion(step, { ...expansion, decided: { ...expansion.decided, [output]: copies } })
  if (copies < expansion.keys.length) return
  for (const need of draft.index.downstreamWhole[step]!) {
    if (need.outputs.includes(output)) tellOfWhole(draft, step, need.step, 1)
  }
}

/** Some of the outputs that a step waits for are there, or will never be. */
const advance = (draft: Draft, key: string, outputs: number): void => {
  if (outputs === 0) return
  const step = draft.step(key)
  if (step === undefined || step.phase !== "pending") return
  const advanced = { ...step, waiting: step.waiting - outputs }
  draft.set(advanced)
  if (advanced.waiting === 0) decide(draft, advanced)
}

/** How many of the outputs that are needed of a step have not been told of: all, unless outputs are told of as they come. */
const untold = (draft: Draft, { outputs, step }: NeededOutputs, of: number = step): number => {
  if (draft.requireUpstreamStepSuccess) return outputs.length
  const { key, mappedOver } = draft.plan.steps[of]!
  if (mappedOver === undefined) return notIn(outputs, draft.step(key)!.given)
  const expansion = draft.expansion(of)
  if (expansion === undefined) return outputs.length
  return outputs.filter((output) => expansion.decided[output] !== expansion.keys.length).length
}

const notIn = (outputs: ReadonlyArray<string>, given: ReadonlyArray<string>): number =>
  given.length === 0 ? outputs.length : outputs.filter((output) => !given.includes(output)).length

/** A step of the plan is over, with all of its copies. */
const tellWhole = (draft: Draft, over: number): void => {
  for (const need of draft.index.downstreamWhole[over]!) {
    tellOfWhole(draft, over, need.step, untold(draft, need, over))
  }
}

const tellOfWhole = (draft: Draft, upstream: number, downstream: number, outputs: number): void => {
  const { key, mappedOver, nodePath } = draft.plan.steps[downstream]!
  if (mappedOver === undefined) {
    advance(draft, key, outputs)
    return
  }
  // Copies that are still to be made count what is there when they are made.
  const expansion = draft.expansion(downstream)
  if (expansion === undefined || mappedOver.step === upstream) return
  for (const mappingKey of expansion.keys) advance(draft, StepKey.make(nodePath, [mappingKey]), outputs)
}

/** The last copy of a mapped step is over: the next copies and what collects them start in the order of the plan. */
const tellLast = (draft: Draft, last: StepState): void => {
  const over = last.step
  const whole = draft.index.downstreamWhole[over]!
  const perKey = draft.index.downstreamPerKey[over]!
  const downstreams = new Set([...perKey, ...whole].map(({ step }) => step))
  for (const downstream of [...downstreams].toSorted((a, b) => a - b)) {
    for (const { outputs, step } of perKey) {
      if (step === downstream) tellCopy(draft, last, downstream, notIn(outputs, last.given))
    }
    for (const need of whole) {
      if (need.step === downstream) tellOfWhole(draft, over, downstream, untold(draft, need, over))
    }
  }
}

const tellSameKey = (draft: Draft, over: StepState): void => {
  for (const { outputs, step } of draft.index.downstreamPerKey[over.step]!) {
    tellCopy(draft, over, step, notIn(outputs, over.given))
  }
}

/** Tells the copy of a step that has the mapping key of another. */
const tellCopy = (draft: Draft, { mappingKey }: StepState, downstream: number, outputs: number): void =>
  advance(draft, StepKey.make(draft.plan.steps[downstream]!.nodePath, [mappingKey!]), outputs)

/** Whether a step of the plan is over, with all of its copies. */
const isOver = (draft: Draft, step: number): boolean => {
  const { key, mappedOver } = draft.plan.steps[step]!
  if (mappedOver !== undefined) return draft.expansion(step)?.open === 0
  const state = draft.step(key)
  return state !== undefined && RunState.isTerminal(state.phase)
}

/**
 * The source of mapped steps is over: makes their copies, one for each key, or knows that there will be none, and tells
 * all dependents of it.
 */
const expand = (draft: Draft, source: StepState): void => {
  const mapped = draft.index.mappedOver[source.step]!
  if (source.phase !== "success") {
    for (const step of mapped) {
      draft.setExpansion(step, {
        keys: [],
        open: 0,
        decided: {},
        source: source.phase === "skipped" ? "skipped" : "abandoned"
      })
      draft.open -= 1
    }
    for (const step of mapped) tellWhole(draft, step)
    tellWhole(draft, source.step)
    return
  }
  const made = new Map<number, Array<StepState>>()
  for (const step of mapped) {
    const planned = draft.plan.steps[step]!
    const keys = RunState.keys(source.keys?.[planned.mappedOver!.output])
    draft.setExpansion(step, { keys, open: keys.length, decided: {}, source: "success" })
    draft.open += keys.length - 1
    if (keys.length === 0) continue
    // Steps mapped over the same source tell of their end later, also those that have no copies.
    const whole = draft.index.upstreamWhole[step]!.filter(
      (need) => mapped.includes(need.step) || !isOver(draft, need.step)
    )
    let waiting = 0
    for (const need of whole) waiting += untold(draft, need)
    for (const { outputs } of draft.index.upstreamPerKey[step]!) waiting += outputs.length
    const copies: Array<StepState> = []
    for (const mappingKey of keys) {
      const copy = RunState.pending(StepKey.make(planned.nodePath, [mappingKey]), step, mappingKey, waiting)
      const known = draft.knownOf(copy.key, planned.key)
      if (known === undefined) {
        draft.set(copy)
        copies.push(copy)
      } else {
        draft.endKnown(copy, known)
      }
    }
    made.set(step, copies)
  }
  const told = new Map(
    draft.index.downstreamWhole[source.step]!.map((need) => [need.step, notIn(need.outputs, source.given)])
  )
  const whole = [...told.keys()]
  const early = whole.filter((step) => !draft.index.isLate[step]!)
  const late = [...new Set([...whole, ...mapped])].filter((step) => draft.index.isLate[step]!)
  for (const step of [...early, ...late.toSorted((a, b) => a - b)]) {
    if (draft.plan.steps[step]!.mappedOver?.step !== source.step) {
      tellOfWhole(draft, source.step, step, told.get(step)!)
      continue
    }
    for (const copy of made.get(step) ?? []) if (copy.waiting === 0) decide(draft, copy)
    if (draft.expansion(step)!.keys.length === 0) tellWhole(draft, step)
  }
}
