import { StepKey } from "@heddle/events/StepKey"
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
      if (open === 0) tellLast(draft, step.step, step.mappingKey)
      else tellSameKey(draft, step.step, step.mappingKey)
    }
  }
  draft.settled.length = 0
}

/** One of the steps that it waits for is over. */
const advance = (draft: Draft, key: string): void => {
  const step = draft.step(key)
  if (step === undefined || step.phase !== "pending") return
  const advanced = { ...step, waiting: step.waiting - 1 }
  draft.set(advanced)
  if (advanced.waiting === 0) decide(draft, advanced)
}

/** A step of the plan is over, with all of its copies. */
const tellWhole = (draft: Draft, over: number): void => {
  for (const downstream of draft.index.downstreamWhole[over]!) tellOfWhole(draft, over, downstream)
}

const tellOfWhole = (draft: Draft, over: number, downstream: number): void => {
  const { key, mappedOver, nodePath } = draft.plan.steps[downstream]!
  if (mappedOver === undefined) {
    advance(draft, key)
    return
  }
  // Copies that are still to be made count what is over when they are made.
  const expansion = draft.expansion(downstream)
  if (expansion === undefined || mappedOver.step === over) return
  for (const mappingKey of expansion.keys) advance(draft, StepKey.make(nodePath, [mappingKey]))
}

/** The last copy of a mapped step is over: the next copies and what collects them start in the order of the plan. */
const tellLast = (draft: Draft, over: number, mappingKey: string): void => {
  const whole = draft.index.downstreamWhole[over]!
  const perKey = draft.index.downstreamPerKey[over]!
  for (const downstream of [...new Set([...perKey, ...whole])].toSorted((a, b) => a - b)) {
    if (perKey.includes(downstream)) {
      advance(draft, StepKey.make(draft.plan.steps[downstream]!.nodePath, [mappingKey]))
    }
    if (whole.includes(downstream)) tellOfWhole(draft, over, downstream)
  }
}

const tellSameKey = (draft: Draft, over: number, mappingKey: string): void => {
  for (const downstream of draft.index.downstreamPerKey[over]!) {
    advance(draft, StepKey.make(draft.plan.steps[downstream]!.nodePath, [mappingKey]))
  }
}

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
      draft.setExpansion(step, { keys: [], open: 0, source: source.phase === "skipped" ? "skipped" : "abandoned" })
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
    draft.setExpansion(step, { keys, open: keys.length, source: "success" })
    draft.open += keys.length - 1
    if (keys.length === 0) continue
    // Steps mapped over the same source tell of their end later, also those that have no copies.
    const whole = draft.index.upstreamWhole[step]!.filter(
      (upstream) => mapped.includes(upstream) || !isOver(draft, upstream)
    ).length
    const waiting = whole + draft.index.upstreamPerKey[step]!.length
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
  const whole = draft.index.downstreamWhole[source.step]!
  const early = whole.filter((step) => !draft.index.isLate[step]!)
  const late = [...new Set([...whole, ...mapped])].filter((step) => draft.index.isLate[step]!)
  for (const step of [...early, ...late.toSorted((a, b) => a - b)]) {
    if (draft.plan.steps[step]!.mappedOver?.step !== source.step) {
      tellOfWhole(draft, source.step, step)
      continue
    }
    for (const copy of made.get(step) ?? []) if (copy.waiting === 0) decide(draft, copy)
    if (draft.expansion(step)!.keys.length === 0) tellWhole(draft, step)
  }
}
