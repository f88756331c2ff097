import { assert, describe, it } from "@effect/vitest"
import { makePlan } from "@heddle/engine/plan/makePlan"
import type { Command, DecidedEvent } from "@heddle/engine/machine/Command"
import { RunMachine } from "@heddle/engine/machine/RunMachine"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import type { KnownStep } from "@heddle/events/KnownStep"
import { collect, each, from, given, job, Told, words } from "./story.ts"

const { CancelAsked, StepFailed, StepInterrupted, StepOutput, StepSucceeded } = Told

/** What a run decides on, event by event, told to a run from its start. */
const told = (snapshot: JobSnapshot, events: ReadonlyArray<HeddleEvent>, known: ReadonlyArray<KnownStep> = []) => {
  const machine = new RunMachine(makePlan(snapshot), { known })
  const commands: Array<Command> = []
  for (const event of events) commands.push(...machine.handle(event))
  const decided = commands.flatMap((command): ReadonlyArray<DecidedEvent> =>
    command._tag === "Record" ? command.events : []
  )
  return { machine, commands, decided }
}
/** An event after which all is as it was, and of which nothing follows. */
const assertNothingChanges = (machine: RunMachine, event: HeddleEvent) => {
  const before = machine.snapshot()
  assert.deepStrictEqual(machine.handle(event), [], event._tag)
  assert.deepStrictEqual(machine.snapshot(), before, event._tag)
}
const begun = [Told.RunStarted, Told.ExecutorReady(100)]

describe("the end of a run", () => {
  it("records why the run failed, and the failed steps in order", () => {
    const { decided } = told(job({ a: {}, b: {} }), [...begun, StepFailed("b"), StepFailed("a")])
    assert.deepStrictEqual(decided, [
      { _tag: "RUN_FAILURE", id: "~run~0~end", reason: "STEP_FAILURE", failedSteps: ["b", "a"] }
    ])
  })

  it("records that a step was interrupted without a request", () => {
    const { decided } = told(job({ a: {} }), [...begun, StepInterrupted("a")])
    const message = 'Step "a" was interrupted, but nobody asked to cancel the run'
    assert.deepStrictEqual(decided, [
      {
        _tag: "RUN_FAILURE",
        id: "~run~0~end",
        reason: "UNEXPECTED_TERMINATION",
        failedSteps: ["a"],
        error: { name: "RunInterrupted", message }
      }
    ])
  })

  it("records why the process was interrupted, even while no step runs", () => {
    for (const before of [begun, [Told.RunStarted]]) {
      const ended = [Told.RunInterrupted, StepInterrupted("a")]
      const { decided } = told(job({ a: {} }), [...before, ...ended])
      assert.deepNestedInclude(decided[0], {
        reason: "UNEXPECTED_TERMINATION",
        "error.message": "The process received SIGINT"
      })
    }
  })

  it("records that the process of a step ended before the step, and the other failures", () => {
    const { decided } = told(job({ a: {}, b: {} }), [...begun, StepFailed("b"), Told.StepCrashed("a")])
    assert.strictEqual(decided.length, 1)
    assert.deepInclude(decided[0], { _tag: "RUN_FAILURE", reason: "RUN_EXCEPTION", failedSteps: ["b", "a"] })
    assert.deepNestedInclude(decided[0], {
      "error.name": "StepCrashed",
      "error.message": 'The process of step "a" ended before the step did: Error: no'
    })
  })

  it("names the resource that did not start", () => {
    const { commands, decided } = told(job({ a: {} }), [Told.RunStarted, Told.ResourceFailed])
    assert.deepStrictEqual(words(commands), ["RUN_FAILURE"])
    assert.deepNestedInclude(decided[0], { _tag: "RUN_FAILURE", reason: "RUN_EXCEPTION" })
    assert.deepInclude((decided[0] as { readonly error: object }).error, {
      name: "ResourceFailed",
      cause: { name: "Error", message: "no" }
    })
  })

  it("does not follow from a resource of one worker", () => {
    assert.deepStrictEqual(told(job({ a: {} }), [...begun, Told.ResourceFailed]).decided, [])
    assert.deepStrictEqual(told(job({ a: {} }), [Told.ResourceFailed]).decided, [])
  })

  it("is decided once, whatever happens before it is in the log", () => {
    const late = [CancelAsked, StepInterrupted("a"), StepSucceeded("a"), Told.ExecutorReady(1), Told.RunStarted]
    for (const end of [StepSucceeded("a"), StepFailed("a"), StepInterrupted("a")]) {
      const before = told(job({ a: {} }), [...begun, end])
      assert.lengthOf(before.decided, 1)
      for (const event of late) assert.deepStrictEqual(before.machine.handle(event), [])
    }
    const canceled = told(job({ a: {} }), [...begun, CancelAsked, StepSucceeded("a")])
    assert.deepStrictEqual(words(canceled.commands).slice(-1), ["RUN_CANCELED"])
    for (const event of late) assert.deepStrictEqual(canceled.machine.handle(event), [])
  })

  it("is final once it is in the log", () => {
    for (const _tag of ["RUN_SUCCESS", "RUN_FAILURE", "RUN_CANCELED"] as const) {
      const event = { _tag, id: "x", runId: "run", timestamp: 0, reason: "UNKNOWN", failedSteps: [] } as HeddleEvent
      const { machine } = told(job({ a: {} }), [...begun, event])
      assert.strictEqual(machine.stage, "ended")
      assertNothingChanges(machine, StepSucceeded("a"))
    }
  })

  it("waits for running steps if one is interrupted, cancelled or not", () => {
    given(job({ a: {}, b: {} }))
      .when(StepInterrupted("a"))
      .thenWants("terminate b")
      .when(CancelAsked)
      .thenWants("terminate b")
      .when(StepInterrupted("b"))
      .thenWants("RUN_CANCELED")
  })
})

describe("a skip", () => {
  const chain = job({
    a: { out: ["o?"] },
    b: { in: { x: from("a", "o") } },
    c: { in: { x: from("b") } },
    d: { in: { x: from("a", "o") } },
    e: {}
  })

  it("has its own id, and skips that follow from one event are recorded together", () => {
    const { commands } = told(chain, [...begun, StepSucceeded("a")])
    const skipped = (stepKey: string) => ({ _tag: "STEP_SKIPPED", id: `${stepKey}~0~0`, stepKey, attempt: 0 })
    assert.deepStrictEqual(commands.at(-1), {
      _tag: "Record",
      events: [skipped("b"), skipped("d"), skipped("c")]
    } as Command)
  })

  it("and the end of the run are recorded together, in that order", () => {
    const { commands } = told(chain, [...begun, StepSucceeded("e"), StepSucceeded("a")])
    assert.deepStrictEqual(words([commands.at(-1)!]), ["skip b", "skip d", "skip c", "RUN_SUCCESS"])
  })

  it("of a dynamic step skips its collector; its failure does not touch it", () => {
    const nodes = {
      a: { out: ["o?"] },
      list: { in: { x: from("a", "o") }, out: ["item*"] },
      one: { in: { x: each("list", "item") } },
      two: { in: { x: each("one") } },
      all: { in: { xs: collect("two") } },
      after: { in: { x: from("all") } }
    }
    given(job(nodes)).when(StepSucceeded("a")).thenWants("skip list", "skip all", "skip after", "RUN_SUCCESS")
    given(job(nodes))
      .when(StepOutput("a", "o"), StepSucceeded("a"))
      .thenWants("launch list")
      .when(StepFailed("list"))
      .thenWants("RUN_FAILURE")
  })
})

describe("the request for the inputs of a step", () => {
  it("names the source of each: a value, one of many, a list, a job input, or run config", () => {
    const plain = job({
      list: { out: ["item*"] },
      a: { in: { outer: { graphInput: "g" } } },
      one: { in: { item: each("list", "item"), a: from("a") } },
      keys: { in: { all: collect("list", "item"), some: { many: [from("a"), { graphInput: "g" }] } } }
    })
    const [, a] = plain.graph.nodes
    const loose = {
      ...plain,
      graph: {
        ...plain.graph,
        inputs: ["g"],
        nodes: plain.graph.nodes.map((node) =>
          node === a && "op" in node.body
            ? {
                ...node,
                body: {
                  op: {
                    ...node.body.op,
                    inputs: [...node.body.op.inputs, { name: "loose", kind: "value" as const, hasDefault: false }]
                  }
                }
              }
            : node
        )
      }
    }
    const { commands } = told(loose, [
      ...begun,
      StepOutput("list", "item", "k1"),
      StepOutput("list", "item", "k2"),
      StepSucceeded("list"),
      StepSucceeded("a")
    ])
    const inputs = Object.fromEntries(
      commands.flatMap((command) =>
        command._tag === "LaunchStep"
          ? [[command.request.stepKey, Object.fromEntries(command.request.inputs.map((it) => [it.name, it.from]))]]
          : []
      )
    )
    const ofA = { _tag: "Value", ref: { stepKey: "a", output: "result" } }
    const item = (mappingKey: string) => ({
      _tag: "Value",
      ref: { stepKey: "list", output: "item", mappingKeys: [mappingKey] }
    })
    assert.deepStrictEqual<unknown>(inputs, {
      list: {},
      a: { loose: { _tag: "Config", node: ["a"], input: "loose" }, outer: { _tag: "JobInput", input: "g" } },
      "one[k1]": { a: ofA, item: item("k1") },
      "one[k2]": { a: ofA, item: item("k2") },
      keys: {
        all: { _tag: "List", items: [item("k1"), item("k2")] },
        some: { _tag: "List", items: [ofA, { _tag: "JobInput", input: "g" }] }
      }
    })
  })

  it("names the ancestor run of adopted values, even of mapped steps", () => {
    const snapshot = job({
      list: { out: ["item*"] },
      one: { in: { x: each("list", "item") } },
      all: { in: { xs: collect("one") } }
    })
    const known: ReadonlyArray<KnownStep> = [
      { stepKey: "list", runId: "old", outcome: "success", outputs: [], keys: { item: ["k1", "k2", "k3"] } },
      { stepKey: "one[k2]", runId: "older", outcome: "success", outputs: ["result"] }
    ]
    const { commands } = told(snapshot, [...begun, StepSucceeded("one[k3]"), StepSucceeded("one[k1]")], known)
    assert.deepStrictEqual(words(commands), ["launch one[k1]", "launch one[k3]", "launch all"])
    const last = commands.at(-1)
    assert.deepStrictEqual(last?._tag === "LaunchStep" ? last.request.inputs[0]?.from : undefined, {
      _tag: "List",
      items: [
        { _tag: "Value", ref: { stepKey: "one[k1]", output: "result" } },
        { _tag: "Value", ref: { stepKey: "one[k2]", output: "result", runId: "older" } },
        { _tag: "Value", ref: { stepKey: "one[k3]", output: "result" } }
      ]
    })
  })
})

describe("a step that was not selected", () => {
  const unselected = (stepKey: string): KnownStep => ({ stepKey, runId: "old", outcome: "unselected", outputs: [] })

  it("does not run, nor do the steps downstream, and the run succeeds", () => {
    const snapshot = job({ a: {}, b: { in: { x: from("a") } }, c: {} })
    const { commands } = told(snapshot, [...begun, StepSucceeded("c")], [unselected("a")])
    assert.deepStrictEqual(words(commands), ["launch c", "RUN_SUCCESS"])
  })

  it("may be a mapped step, with all of its copies", () => {
    const snapshot = job({ list: { out: ["item*"] }, one: { in: { x: each("list", "item") } } })
    const events = [...begun, StepOutput("list", "item", "k1"), StepSucceeded("list")]
    assert.deepStrictEqual(words(told(snapshot, events, [unselected("one[?]")]).commands), [
      "launch list",
      "RUN_SUCCESS"
    ])
  })
})

describe("a ready step", () => {
  it("starts by priority, then in the order of readiness, even after it was parked", () => {
    const tags = (priority: number, t = "x") => ({ t, "heddle/priority": String(priority) })
    const nodes = {
      a: { tags: tags(0) },
      b: { tags: tags(0) },
      c: { tags: tags(2) },
      d: { tags: tags(2) },
      e: { tags: tags(1, "free") },
      f: { tags: tags(-1) }
    }
    given(job(nodes), 2, [{ key: "t", value: "x", limit: 1 }])
      .thenWants("launch c", "launch e")
      .when(StepSucceeded("c"))
      .thenWants("launch d")
      .when(StepSucceeded("e"))
      .thenWants()
      .when(StepSucceeded("d"))
      .thenWants("launch a")
      .when(StepSucceeded("a"))
      .thenWants("launch b")
      .when(StepSucceeded("b"))
      .thenWants("launch f")
      .when(StepSucceeded("f"))
      .thenWants("RUN_SUCCESS")
  })

  it("does not start before the executor is ready", () => {
    const { commands, machine } = told(job({ a: {} }), [Told.RunStarted])
    assert.deepStrictEqual(commands, [])
    assert.strictEqual(machine.snapshot().maxConcurrent, 0)
    assert.deepStrictEqual(told(job({ a: {} }), [Told.ExecutorReady(1)]).commands, [])
  })

  it("waits for all copies of a mapped step, and for other steps", () => {
    given(
      job({
        list: { out: ["item*"] },
        slow: {},
        one: { in: { x: each("list", "item"), y: from("slow") } },
        all: { in: { xs: collect("one"), y: from("slow") } }
      })
    )
      .when(StepOutput("list", "item", "k1"), StepOutput("list", "item", "k2"), StepSucceeded("list"))
      .thenWants()
      .when(StepSucceeded("slow"))
      .thenWants("launch one[k1]", "launch one[k2]")
      .when(StepSucceeded("one[k1]"))
      .thenWants()
      .when(StepSucceeded("one[k2]"))
      .thenWants("launch all")
  })

  it("waits for a mapped step without copies", () => {
    given(
      job({
        list: { out: ["item*"] },
        one: { in: { x: each("list", "item") } },
        slow: {},
        other: { in: { x: each("list", "item"), ys: collect("one") } },
        all: { in: { xs: collect("other"), y: from("slow") } }
      })
    )
      .when(StepSucceeded("list"))
      .thenWants()
      .when(StepSucceeded("slow"))
      .thenWants("launch all")
  })
})

describe("a retry", () => {
  it("is due when its delay after the end of the attempt is over, even if it is a millisecond", () => {
    for (const wait of [1, 2500]) {
      const up: HeddleEvent = { ...Told.StepUpForRetry("a", wait), timestamp: 1_000_000 }
      assert.deepStrictEqual(told(job({ a: {} }), [...begun, up]).commands.slice(-1), [
        { _tag: "AwaitRetry", stepKey: "a", attempt: 1, dueAt: 1_000_000 + wait }
      ])
    }
    given(job({ a: {} }))
      .when(Told.StepUpForRetry("a", 0))
      .thenWants("launch a")
  })

  it("is not made once the run is ending, and does not delay the end", () => {
    given(job({ a: {}, b: {} }))
      .when(StepInterrupted("a"))
      .when(Told.StepUpForRetry("b", 1000))
      .thenWants("RUN_FAILURE")
  })
})

describe("hooks of a step", () => {
  it("end with an event of any kind", () => {
    for (const _tag of ["HOOK_COMPLETED", "HOOK_ERRORED", "HOOK_SKIPPED"] as const) {
      const over = { ...Told.HookCompleted("a", "h"), _tag, error: { name: "E", message: "" } } as HeddleEvent
      given(job({ a: {} }))
        .when(StepSucceeded("a", 1, ["h"]))
        .thenWants()
        .when(over)
        .thenWants("RUN_SUCCESS")
    }
  })

  it("of a step that does not exist, or has none, change nothing", () => {
    const { machine } = told(job({ a: {}, b: {} }), [...begun, StepSucceeded("a")])
    for (const step of ["nowhere", "a", "b"]) assertNothingChanges(machine, Told.HookCompleted(step, "h"))
  })
})

describe("an event of no attempt of the run", () => {
  it("changes nothing", () => {
    const { machine } = told(job({ a: {}, b: { in: { x: from("a") } } }), begun)
    for (const event of [
      StepSucceeded("nowhere"),
      StepSucceeded("b"),
      StepSucceeded("a", 2),
      StepFailed("b"),
      StepOutput("nowhere"),
      StepOutput("b", "o"),
      Told.RetryDue("a"),
      Told.RetryDue("nowhere")
    ]) {
      assertNothingChanges(machine, event)
    }
  })
})
