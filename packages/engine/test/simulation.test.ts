import { assert, describe, it } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { Wire } from "@heddle/events/JobSnapshot"
import { makePlan } from "@heddle/engine/plan/makePlan"
import type { ExecutionPlan, Source } from "@heddle/engine/plan/ExecutionPlan"
import type { StepRequest, InputRequest } from "@heddle/engine/wire/StepRequest"
import { TagLimit } from "@heddle/events/TagLimit"
import type { KnownStep } from "@heddle/events/KnownStep"
import { Resume } from "@heddle/engine/run/Resume"
import { RunMachine } from "@heddle/engine/machine/RunMachine"
import { broken } from "./invariants.ts"
import { collect, each, from, job, type ShortNode, Told } from "./story.ts"

/** A small generator of numbers from a seed, so that a failing run can be told by one number. */
const randomOf = (seed: number) => {
  let a = seed | 0
  const next = () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    chance: (p: number) => next() < p,
    below: (n: number) => Math.floor(next() * n),
    pick: <A>(items: ReadonlyArray<A>): A => items[Math.floor(next() * items.length)]!
  }
}
type Random = ReturnType<typeof randomOf>

/** A random job: plain, optional and dynamic outputs, maps and chains of maps, collects, lists, order without data. */
const randomJob = (random: Random) => {
  const nodes: Record<string, ShortNode> = {}
  const plain: Array<Wire> = []
  const dynamic: Array<string> = []
  const mapped: Array<{ readonly node: string; readonly source: string }> = []
  const size = 1 + random.below(9)
  for (let i = 0; i < size; i++) {
    const name = `${random.pick(["a", "m", "z"])}${i}`
    const inputs: Record<string, Wire> = {}
    let source: string | undefined
    if (mapped.length > 0 && random.chance(0.3)) {
      const over = random.pick(mapped)
      source = over.source
      inputs["x"] = each(over.node)
    } else if (dynamic.length > 0 && random.chance(0.5)) {
      source = random.pick(dynamic)
      inputs["x"] = each(source, "d")
    }
    if (source === undefined && mapped.length > 0 && random.chance(0.4)) {
      inputs["c"] = collect(random.pick(mapped).node)
    }
    if (plain.length > 0 && random.chance(0.6)) inputs["p"] = random.pick(plain)
    if (plain.length > 1 && random.chance(0.3)) inputs["l"] = { many: [random.pick(plain), random.pick(plain)] }
    const after = plain.length > 0 && random.chance(0.2) ? [random.pick(plain)] : []
    const tags: Record<string, string> = random.chance(0.5) ? { t: random.pick(["a", "b"]) } : {}
    if (random.chance(0.2)) tags["u"] = random.pick(["x", "y"])
    if (random.chance(0.2)) tags["heddle/priority"] = String(random.below(3) - 1)
    const pool = random.chance(0.3) ? { pool: random.pick(["p", "q"]) } : {}
    if (source !== undefined) {
      const out = random.pick([["result"], ["result", "s"], ["result?"]])
      nodes[name] = { in: inputs, after, tags, ...pool, out }
      mapped.push({ node: name, source })
    } else if (random.chance(0.25)) {
      nodes[name] = { in: inputs, after, tags, ...pool, out: random.pick([["d*"], ["d*", "result"]]) }
      if (nodes[name].out!.includes("result")) plain.push(from(name))
      dynamic.push(name)
    } else if (random.chance(0.3)) {
      nodes[name] = { in: inputs, after, tags, ...pool, out: ["o?"] }
      plain.push(from(name, "o"))
    } else {
      nodes[name] = { in: inputs, after, tags, ...pool, out: random.pick([["result"], ["result", "s"], ["result!"]]) }
      plain.push(from(name))
      if (nodes[name].out!.includes("s")) plain.push(from(name, "s"))
    }
  }
  return job(nodes)
}

const LIMITS: ReadonlyArray<TagLimit> = [
  { key: "t", limit: 1 },
  { key: "t", limit: 2 },
  { key: "t", value: "a", limit: 1 },
  { key: "t", value: { applyLimitPerUniqueValue: true }, limit: 1 },
  { key: "u", value: { applyLimitPerUniqueValue: false }, limit: 1 }
]

/** Some limits, which steps may stand under several of. */
const randomLimits = (random: Random): ReadonlyArray<TagLimit> =>
  Array.from({ length: 1 + random.below(3) }, () => random.pick(LIMITS))

const refs = (
  request: InputRequest
): ReadonlyArray<{
  readonly stepKey: string
  readonly output: string
  readonly mappingKeys?: ReadonlyArray<string>
  readonly runId?: string
}> => (request._tag === "Value" ? [request.ref] : request._tag === "List" ? request.items.flatMap(refs) : [])

/** Runs a random job, and where it did not succeed takes up what it left in a second run. */
const simulate = (seed: number): void => {
  const random = randomOf(seed)
  const plan: ExecutionPlan = makePlan(randomJob(random))
  const cancelAt = random.chance(0.15) ? random.below(12) : -1
  const stored = new Set<string>()
  const first = carry(seed, random, plan, { runId: "first", known: [], stored, cancelAt, fails: true })
  if (first.end === "RUN_SUCCESS") return
  // Whatever was stored when it ended, or was killed after any of its events, is not made again.
  const killedAt = random.chance(0.5) ? first.log.length : random.below(first.log.length + 1)
  const known = Resume.knownSteps("first", first.log.slice(0, killedAt))
  const again = carry(seed, random, plan, { runId: "again", known, stored, cancelAt: -1, fails: false })
  assert.strictEqual(again.end, "RUN_SUCCESS", `seed ${seed}`)
}

/** Runs a plan with random outcomes in a random order, and checks what must hold at every event. */
const carry = (
  seed: number,
  random: Random,
  plan: ExecutionPlan,
  options: {
    readonly runId: string
    readonly known: ReadonlyArray<KnownStep>
    readonly stored: Set<string>
    readonly cancelAt: number
    readonly fails: boolean
  }
): { readonly end: string | undefined; readonly log: ReadonlyArray<HeddleEvent> } => {
  const { cancelAt, fails, known, runId, stored } = options
  const maxConcurrent = 1 + random.below(4)
  const limits = random.chance(0.5) ? [] : randomLimits(random)
  const raises = fails && random.chance(0.2)
  const isEarly = random.chance(0.5)
  const machine = new RunMachine(plan, { known })
  let state = machine.snapshot()
  const running = new Map<string, StepRequest>()
  const ended = new Map<string, string>(known.map(({ outcome, stepKey }) => [stepKey, outcome]))
  const log: Array<HeddleEvent> = []
  const commandLog: Array<unknown> = []
  let waiting: Array<HeddleEvent> = [
    raises ? Told.RunStartedToRaise : Told.RunStarted,
    Told.ExecutorReady(maxConcurrent, limits, !isEarly)
  ]
  let end: string | undefined
  let canceling = false
  /** A failure has ended the run, which raises it. */
  let raised = false
  /** Attempts that were asked to end. */
  const terminated = new Set<string>()
  /** Outputs that running attempts have given. */
  const handed = new Map<string, Set<string>>()
  /** Hooks whose events are still to come, by the key of their step. */
  const hooks = new Map<string, { readonly attempt: number; readonly names: Array<string> }>()
  const poolLimits = new Map([
    ["p", 1 + random.below(2)],
    ["q", 1]
  ])
  /** Who waits for the answer of a pool, and whether it was told that it is blocked, by key of the step. */
  const asking = new Map<string, { readonly attempt: number; readonly pool: string; blocked: boolean }>()
  /** Pools of which attempts hold a slot, by attempt. */
  const slots = new Map<string, string>()
  /** Steps that keep a place while a pool is asked. */
  const claiming = () => [...asking.values()].filter(({ blocked }) => !blocked).length
  const poolOf = ({ nodePath }: StepRequest) => plan.steps.find((step) => step.nodePath === nodePath)!.pool
  const tagsOf = ({ nodePath }: StepRequest) => plan.steps.find((step) => step.nodePath === nodePath)!.tags
  /** Requests of the steps that hold a place: they run, or their hooks do. */
  const placed = new Map<string, StepRequest>()
  const value = (run: string, stepKey: string, output: string, key?: string) =>
    `${run} ${stepKey}.${output}[${key ?? ""}]`
  const why = () => `seed ${seed}: ${log.map((e) => `${e._tag} ${"stepKey" in e ? e.stepKey : ""}`).join(", ")}`

  const fold = (event: HeddleEvent) => {
    log.push(event)
    const before = state
    const commands = machine.handle(event)
    state = machine.snapshot()
    const problems = broken(plan, before, state)
    if (problems.length > 0) assert.fail(`${problems.join("; ")}; ${why()}`)
    commandLog.push(commands)
    for (const command of commands) {
      switch (command._tag) {
        case "LaunchStep": {
          const { request } = command
          assert.isFalse(canceling || raised, `nothing starts after a cancel; ${why()}`)
          assert.isUndefined(end, why())
          assert.isFalse(running.has(request.stepKey) || ended.has(request.stepKey), `launched once; ${why()}`)
          for (const { from: source } of request.inputs) {
            for (const ref of refs(source)) {
              assert.isTrue(
                stored.has(value(ref.runId ?? runId, ref.stepKey, ref.output, ref.mappingKeys?.at(-1))),
                `${ref.stepKey}: ${why()}`
              )
            }
          }
          running.set(request.stepKey, request)
          placed.set(request.stepKey, request)
          assert.isAtMost(placed.size + claiming(), maxConcurrent, why())
          const pool = poolOf(request)
          assert.strictEqual(slots.get(`${request.stepKey}~${request.attempt}`), pool, `it has a slot; ${why()}`)
          if (pool !== undefined) {
            const beside = [...placed.values()].filter((it) => poolOf(it) === pool)
            assert.isAtMost(beside.length, poolLimits.get(pool)!, `${pool}; ${why()}`)
          }
          for (const limit of limits) {
            const group = TagLimit.groupOf(limit, tagsOf(request))
            if (group === undefined) continue
            const beside = [...placed.values()].filter((it) => TagLimit.groupOf(limit, tagsOf(it)) === group)
            assert.isAtMost(beside.length, limit.limit, `${JSON.stringify(limit)}: ${why()}`)
          }
          break
        }
        case "Record":
          for (const decided of command.events) {
            const event = { ...decided, runId: "run", timestamp: 0 } as HeddleEvent
            if (event._tag === "STEP_SKIPPED") {
              assert.isFalse(ended.has(event.stepKey), why())
              ended.set(event.stepKey, "skipped")
            } else {
              assert.isUndefined(end, why())
              end = event._tag
            }
            waiting.push(event)
          }
          break
        case "TerminateStep": {
          const { attempt, stepKey } = command
          assert.isTrue(canceling || raised, why())
          assert.isTrue(running.has(stepKey) || hooks.has(stepKey), `it runs; ${why()}`)
          assert.isTrue(canceling || !terminated.has(`${stepKey}~${attempt}`), `asked once; ${why()}`)
          terminated.add(`${stepKey}~${attempt}`)
          break
        }
        case "ClaimPool": {
          const { attempt, pool, stepKey } = command
          assert.isFalse(canceling || raised || asking.has(stepKey) || running.has(stepKey), why())
          assert.isFalse(slots.has(`${stepKey}~${attempt}`), why())
          asking.set(stepKey, { attempt, pool, blocked: false })
          assert.isAtMost(placed.size + claiming(), maxConcurrent, why())
          break
        }
        case "ReleasePool": {
          const { attempt, pool, stepKey } = command
          const held = slots.get(`${stepKey}~${attempt}`) ?? asking.get(stepKey)?.pool
          assert.strictEqual(held, pool, `it has what it gives back; ${why()}`)
          asking.delete(stepKey)
          slots.delete(`${stepKey}~${attempt}`)
          break
        }
        case "AwaitRetry":
      }
    }
  }

  /** Whether all values of a source are stored, by what was told so far. */
  const isThere = (source: Source, mappingKey: string | undefined): boolean => {
    switch (source._tag) {
      case "JobInput":
      case "Config":
      case "Asset":
      case "Each":
        return true
      case "Many":
        return source.sources.every((inner) => isThere(inner, mappingKey))
      case "Output": {
        const { key, mappedOver, nodePath } = plan.steps[source.step]!
        const stepKey = mappedOver === undefined ? key : `${nodePath}[${mappingKey}]`
        return stored.has(value(runId, stepKey, source.output))
      }
      case "Collect": {
        const { key, mappedOver, nodePath } = plan.steps[source.step]!
        if (mappedOver === undefined) return ended.get(key) === "success"
        if (ended.get(plan.steps[mappedOver.step]!.key) !== "success") return false
        const copies = state.steps.filter(({ index }) => index === source.step)
        return copies.every((copy) => stored.has(value(runId, `${nodePath}[${copy.mappingKeys[0]}]`, source.output)))
      }
    }
  }

  const give = (request: StepRequest, name: string, key: string | undefined): void => {
    const { attempt, nodePath, stepKey } = request
    const { outputs } = plan.steps.find((step) => step.nodePath === nodePath)!
    const { kind } = outputs.find((output) => output.name === name)!
    const store = () => {
      if (isEarly && key === undefined) stored.add(value(runId, stepKey, name))
    }
    if (kind === "nothing") store()
    fold(Told.StepOutput(stepKey, name, key, attempt))
    if (kind === "nothing") return
    store()
    fold(Told.OutputHandled(stepKey, name, key, attempt))
  }

  for (let turn = 0; turn < 1000; turn++) {
    if (waiting.length > 0) {
      const batch = waiting
      waiting = []
      for (const event of batch) fold(event)
      continue
    }
    if (end !== undefined) break
    if (isEarly && state.stage === "running") {
      for (const { index, key, mappingKeys, phase } of state.steps) {
        if (phase !== "pending") continue
        const { after, inputs } = plan.steps[index]!
        assert.isFalse(
          [...inputs.map(({ source }) => source), ...after].every((source) => isThere(source, mappingKeys[0])),
          `${key} has all that it needs; ${why()}`
        )
      }
    }
    if (state.stage === "running" && placed.size + claiming() < maxConcurrent) {
      assert.strictEqual(state.ready.length, 0, `a step that could start does; ${why()}`)
    }
    if (turn === cancelAt && !canceling) {
      canceling = true
      const late = [...asking]
      fold(Told.CancelAsked)
      // The answer of a pool may be on its way.
      for (const [stepKey, { attempt, pool }] of late) fold(Told.PoolClaimed(stepKey, pool, attempt))
      continue
    }
    assert.isAbove(placed.size + asking.size, 0, `it must not stand still; ${why()}`)
    if (asking.size > 0 && (placed.size === 0 || random.chance(0.5))) {
      const [stepKey, asked] = random.pick([...asking])
      const { attempt, pool } = asked
      const held = [...slots.values()].filter((it) => it === pool).length
      // Now and then another run has it.
      if (held < poolLimits.get(pool)! && random.chance(0.7)) {
        slots.set(`${stepKey}~${attempt}`, pool)
        asking.delete(stepKey)
        fold(Told.PoolClaimed(stepKey, pool, attempt))
      } else if (!asked.blocked) {
        asked.blocked = true
        fold(Told.PoolBlocked(stepKey, pool, attempt))
      }
      continue
    }
    if (canceling || raised) {
      for (const { attempt, stepKey } of running.values()) {
        assert.isTrue(terminated.has(`${stepKey}~${attempt}`), `${stepKey} is asked to end; ${why()}`)
      }
    }
    if (hooks.size > 0 && (running.size === 0 || random.chance(0.5))) {
      const [stepKey, { attempt, names }] = random.pick([...hooks])
      const hook = names.shift()!
      if (names.length === 0) {
        hooks.delete(stepKey)
        placed.delete(stepKey)
      }
      fold(Told.HookCompleted(stepKey, hook, attempt))
      continue
    }
    const request = running.get(random.pick([...running.keys()]))!
    const { attempt, nodePath, stepKey } = request
    const planned = plan.steps.find((step) => step.nodePath === nodePath)!
    if (isEarly && random.chance(0.5)) {
      const sofar = handed.get(`${stepKey}~${attempt}`) ?? new Set()
      const next = planned.outputs.find(({ dynamic, name }) => !dynamic && !sofar.has(name))
      if (next !== undefined) {
        handed.set(`${stepKey}~${attempt}`, sofar.add(next.name))
        give(request, next.name, undefined)
        continue
      }
    }
    running.delete(stepKey)
    const names = random.chance(0.2) ? ["first", "second"].slice(random.below(2)) : []
    const hooked = (hooksOf: Array<string>) => {
      if (hooksOf.length === 0) placed.delete(stepKey)
      else hooks.set(stepKey, { attempt, names: [...hooksOf] })
      return hooksOf
    }
    const outcome = random.below(10)
    if (fails && outcome === 0 && attempt < 3) {
      placed.delete(stepKey)
      fold(Told.StepUpForRetry(stepKey, 0, attempt))
      continue
    }
    const given: Array<readonly [string, string | undefined]> = []
    for (const { dynamic, name, required } of planned.outputs) {
      if (dynamic) for (let k = random.below(4); k > 0; k--) given.push([name, `k${k}`])
      else if (required || random.chance(0.5)) given.push([name, undefined])
    }
    const before = handed.get(`${stepKey}~${attempt}`)
    for (const [name, key] of given) if (before?.has(name) !== true) give(request, name, key)
    if (fails && outcome <= 2) {
      ended.set(stepKey, "failure")
      raised ||= raises && !canceling
      fold(Told.StepFailed(stepKey, attempt, hooked(names)))
    } else {
      for (const [name, key] of given) stored.add(value(runId, stepKey, name, key))
      ended.set(stepKey, "success")
      fold(Told.StepSucceeded(stepKey, attempt, hooked(names)))
    }
  }

  assert.isDefined(end, `the run ends; ${why()}`)
  assert.strictEqual(state.stage, "ended", why())
  const failed = [...ended.values()].includes("failure")
  assert.strictEqual(end, canceling ? "RUN_CANCELED" : failed ? "RUN_FAILURE" : "RUN_SUCCESS", why())
  assert.strictEqual(placed.size, 0, why())
  assert.strictEqual(asking.size + slots.size, 0, `all slots are given back; ${why()}`)
  if (!canceling && !raised) {
    assert.strictEqual(state.open, 0, why())
    // What has no end of its own must have something failed above it.
    for (const step of plan.steps) {
      if (step.mappedOver !== undefined || ended.has(step.key)) continue
      const needs = [...step.inputs.map(({ source }) => source), ...step.after]
      assert.isTrue(
        needs.some((source) => dependsOnTrouble(plan, source, ended)),
        `${step.key} was forgotten; ${why()}`
      )
    }
  }
  // The same log gives the same commands.
  const replayed = new RunMachine(plan, { known })
  for (const [i, event] of log.entries()) {
    const commands = replayed.handle(event)
    assert.deepStrictEqual(commands, commandLog[i] as typeof commands, why())
  }
  assert.deepStrictEqual(replayed.snapshot(), state, why())
  return { end, log }
}

const dependsOnTrouble = (plan: ExecutionPlan, source: Source, ended: ReadonlyMap<string, string>): boolean => {
  switch (source._tag) {
    case "Output":
    case "Each":
    case "Collect": {
      const step = plan.steps[source.step]!
      if (step.mappedOver !== undefined) return true
      return ended.get(step.key) !== "success"
    }
    case "Many":
      return source.sources.some((inner) => dependsOnTrouble(plan, inner, ended))
    default:
      return false
  }
}

/** Jobs that are simulated; the first seed can be set to look at one that failed, or to try others. */
const RUNS = Number(process.env["HEDDLE_RUNS"] ?? 10_000)
const FIRST_SEED = Number(process.env["HEDDLE_SEED"] ?? 0)

describe("simulation", () => {
  it("ends any job in any order, starts nothing too early, replays to the same commands, and resumes from any event", () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) simulate(seed)
  }, 120_000)
})
