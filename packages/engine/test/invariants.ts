import type { RunSnapshot, StepSnapshot } from "@heddle/engine/machine/RunSnapshot"
import type { ExecutionPlan } from "@heddle/engine/plan/ExecutionPlan"

const isOver = ({ phase }: StepSnapshot): boolean =>
  phase === "success" || phase === "failure" || phase === "skipped" || phase === "abandoned"

const holdsPlace = ({ hooks, phase }: StepSnapshot): boolean => phase === "running" || phase === "claiming" || hooks > 0

const sameMembers = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && new Set(a).size === a.length && a.every((one) => b.includes(one))

/**
 * What must hold of a machine after every event, whatever its job and whatever has happened; gives what does not, in words.
 *
 * @param plan - what the machine runs
 * @param before - what it knew before the event
 * @param now - what it knows after it
 */
export const broken = (plan: ExecutionPlan, before: RunSnapshot, now: RunSnapshot): ReadonlyArray<string> => {
  const problems: Array<string> = []
  const must = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what)
  }
  const keys = (phase: StepSnapshot["phase"]) => now.steps.filter((step) => step.phase === phase).map(({ key }) => key)
  const byKey = new Map(now.steps.map((step) => [step.key, step]))
  must(byKey.size === now.steps.length, "each step has a key of its own")

  for (const step of before.steps) {
    const next = byKey.get(step.key)
    must(next !== undefined, `step "${step.key}" stays`)
    if (next === undefined) continue
    must(!isOver(step) || next.phase === step.phase, `step "${step.key}" stays ${step.phase}, and is now ${next.phase}`)
    must(next.attempt === step.attempt || next.attempt === step.attempt + 1, `step "${step.key}" counts its attempts`)
    must(next.waiting <= step.waiting, `step "${step.key}" waits for no more than before`)
  }
  for (const { key, phase, waiting } of now.steps) {
    must(waiting >= 0, `step "${key}" waits for at least nothing`)
    must(phase !== "pending" || waiting > 0 || now.maxConcurrent === 0, `step "${key}" waits for something`)
  }

  const places = now.steps.filter(holdsPlace).length
  must(now.running === places, `${places} steps hold a place, and ${now.running} are counted`)
  must(now.running <= now.maxConcurrent, "no more steps run than may")
  // A mapped step without keys counts as one, until its source is over.
  const expanded = new Set(now.steps.map(({ index }) => index))
  const unexpanded = plan.steps.filter(({ mappedOver }, i) => {
    if (mappedOver === undefined || expanded.has(i)) return false
    const source = now.steps.find(({ index }) => index === mappedOver.step)
    return source === undefined || !isOver(source)
  })
  const open = now.steps.filter((step) => !isOver(step)).length + unexpanded.length
  must(now.open === open, `${open} steps are open, and ${now.open} are counted`)
  must(sameMembers(now.failed, keys("failure")), "the steps that failed are listed")

  const parked = now.limits.flatMap((group) => group.parked)
  if (now.stage === "running") {
    const waiting = [...now.ready, ...parked]
    must(sameMembers(waiting, [...keys("ready"), ...keys("claimed")]), "each step that is ready stands in one queue")
  }
  for (const group of now.limits) {
    const mayStart = now.stage === "running" && now.running < now.maxConcurrent
    must(!mayStart || group.isFull || group.parked.length === 0, `nothing waits at ${group.name} in vain`)
    must(group.running >= 0 && group.running <= places, `${group.name} counts steps that run`)
  }
  return problems
}
