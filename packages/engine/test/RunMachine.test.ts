import { assert, describe, it } from "@effect/vitest"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { RunMachine } from "@heddle/engine/machine/RunMachine"
import { collect, each, from, given, job, Told, words } from "./story.ts"

const {
  CancelAsked,
  HookCompleted,
  PoolBlocked,
  PoolClaimed,
  RetryDue,
  StepFailed,
  StepInterrupted,
  StepOutput,
  StepSucceeded,
  StepUpForRetry
} = Told

describe("transition", () => {
  it("launches steps without upstream steps by name, and others when their upstream steps have succeeded", () => {
    given(job({ c: { in: { x: from("b"), y: from("a") } }, b: {}, a: {} }))
      .thenWants("launch a", "launch b")
      .when(StepSucceeded("b"))
      .thenWants()
      .when(StepSucceeded("a"))
      .thenWants("launch c")
      .when(StepSucceeded("c"))
      .thenWants("RUN_SUCCESS")
  })

  it("launches no more steps than may run at once, in the order of readiness", () => {
    given(job({ a: {}, b: {}, c: {}, after_a: { in: { x: from("a") } } }), 2)
      .thenWants("launch a", "launch b")
      .when(StepSucceeded("a"))
      .thenWants("launch c")
      .when(StepSucceeded("c"))
      .thenWants("launch after_a")
  })

  it("prefers a higher priority among ready steps", () => {
    given(job({ a: {}, b: { tags: { "heddle/priority": "1" } }, c: { tags: { "heddle/priority": "-1" } } }), 1)
      .thenWants("launch b")
      .when(StepSucceeded("b"))
      .thenWants("launch a")
      .when(StepSucceeded("a"))
      .thenWants("launch c")
  })

  it("abandons the steps downstream of a failure, continues the rest, and fails the run at its end", () => {
    const story = given(job({ a: {}, b: { in: { x: from("a") } }, c: { in: { x: from("b") } }, other: {} }))
      .when(StepFailed("a"))
      .thenWants()
      .when(StepSucceeded("other"))
      .thenWants("RUN_FAILURE")
    assert.strictEqual(story.state.open, 0)
  })

  it("skips the steps downstream of an omitted output before anything else starts", () => {
    given(
      job({
        branch: { out: ["x?", "y?"] },
        bx: { in: { n: from("branch", "x") } },
        by: { in: { n: from("branch", "y") } },
        after_y: { in: { n: from("by") } }
      })
    )
      .when(StepOutput("branch", "x"), StepSucceeded("branch"))
      .thenWants("skip by", "skip after_y", "launch bx")
  })

  it("prefers a skip to a failure", () => {
    given(
      job({
        branch: { out: ["x?"] },
        broken: {},
        join: { in: { a: from("branch", "x"), b: from("broken") } }
      })
    )
      .when(StepSucceeded("branch"))
      .thenWants()
      .when(StepFailed("broken"))
      .thenWants("skip join", "RUN_FAILURE")
  })

  it("gives a list the available sources, skips it if there are none, and abandons it if one failed", () => {
    const nodes = {
      branch: { out: ["x?", "y?"] },
      bx: { in: { n: from("branch", "x") } },
      by: { in: { n: from("branch", "y") } },
      join: { in: { all: { many: [from("bx"), from("by")] } } }
    }
    const some = given(job(nodes))
      .when(StepOutput("branch", "x"), StepSucceeded("branch"), StepSucceeded("bx"))
      .thenWants("skip by", "launch bx", "launch join")
    assert.deepStrictEqual(some.request("join").inputs[0]!.from, {
      _tag: "List",
      items: [{ _tag: "Value", ref: { stepKey: "bx", output: "result" } }]
    })
    given(job(nodes)).when(StepSucceeded("branch")).thenWants("skip bx", "skip by", "skip join", "RUN_SUCCESS")
    given(job(nodes))
      .when(StepOutput("branch", "x"), StepOutput("branch", "y"), StepSucceeded("branch"))
      .when(StepFailed("bx"), StepSucceeded("by"))
      .thenWants("RUN_FAILURE")
  })

  it("waits for steps that only set the order, and skips and abandons with them", () => {
    given(job({ a: {}, b: { after: [from("a")] } }))
      .thenWants("launch a")
      .when(StepSucceeded("a"))
      .thenWants("launch b")
    given(job({ a: { out: ["x?"] }, b: { after: [from("a", "x")] } }))
      .when(StepSucceeded("a"))
      .thenWants("skip b", "RUN_SUCCESS")
  })

  describe("dynamic outputs", () => {
    const mapped = job({
      list: { out: ["item*"] },
      one: { in: { x: each("list", "item") } },
      two: { in: { x: each("one") } },
      all: { in: { xs: collect("two") } }
    })
    const keys = (...names: ReadonlyArray<string>) => names.map((name) => StepOutput("list", "item", name))

    it("makes one step for each key, node by node, and collects in the order of the keys", () => {
      const story = given(mapped, 2)
        .when(...keys("b", "a", "c"), StepSucceeded("list"))
        .thenWants("launch one[b]", "launch one[a]")
        .when(StepSucceeded("one[a]"), StepSucceeded("one[b]"))
        .thenWants("launch one[c]", "launch two[a]")
        .when(StepSucceeded("two[a]"), StepSucceeded("one[c]"))
        .thenWants("launch two[b]", "launch two[c]")
        .when(StepSucceeded("two[c]"), StepSucceeded("two[b]"))
        .thenWants("launch all")
      const { from: source } = story.request("all").inputs[0]!
      assert.deepStrictEqual(
        source._tag === "List" ? source.items.map((item) => (item._tag === "Value" ? item.ref.stepKey : "")) : [],
        ["two[b]", "two[a]", "two[c]"]
      )
    })

    it("collects an empty list if there are no keys", () => {
      const story = given(mapped).when(StepSucceeded("list")).thenWants("launch all")
      assert.deepStrictEqual(story.request("all").inputs[0]!.from, { _tag: "List", items: [] })
    })

    it("finishes the other copies if one fails, and abandons the collector", () => {
      given(mapped)
        .when(...keys("a", "b"), StepSucceeded("list"))
        .when(StepFailed("one[a]"), StepSucceeded("one[b]"))
        .thenWants("launch two[b]")
        .when(StepSucceeded("two[b]"))
        .thenWants("RUN_FAILURE")
    })

    it("makes no steps if the dynamic step fails, even after it emitted keys", () => {
      given(mapped)
        .when(...keys("a"), StepFailed("list"))
        .thenWants("RUN_FAILURE")
    })

    it("discards the keys of a failed attempt", () => {
      given(mapped)
        .when(...keys("a", "b"), StepUpForRetry("list"))
        .thenWants("launch list")
        .when(StepOutput("list", "item", "c", 2), StepSucceeded("list", 2))
        .thenWants("launch one[c]")
    })

    it("ignores a key of a stale attempt", () => {
      given(mapped)
        .when(...keys("a"), StepUpForRetry("list"))
        .when(StepOutput("list", "item", "late", 1), StepOutput("list", "item", "c", 2), StepSucceeded("list", 2))
        .thenWants("launch one[c]")
    })

    it("leaves skipped copies out of the list, and skips the collector if all were skipped", () => {
      const optional = job({
        list: { out: ["item*"] },
        maybe: { in: { x: each("list", "item") }, out: ["y?"] },
        all: { in: { ys: collect("maybe", "y") } }
      })
      const some = given(optional)
        .when(...keys("a", "b"), StepSucceeded("list"))
        .when(StepSucceeded("maybe[a]"), StepOutput("maybe[b]", "y"), StepSucceeded("maybe[b]"))
        .thenWants("launch all")
      assert.deepStrictEqual(some.request("all").inputs[0]!.from, {
        _tag: "List",
        items: [{ _tag: "Value", ref: { stepKey: "maybe[b]", output: "y" } }]
      })
      given(optional)
        .when(...keys("a"), StepSucceeded("list"), StepSucceeded("maybe[a]"))
        .thenWants("launch maybe[a]", "skip all", "RUN_SUCCESS")
    })

    it("makes copies wait for a step outside of the map", () => {
      given(
        job({
          list: { out: ["item*"] },
          slow: {},
          one: { in: { x: each("list", "item"), y: from("slow") } }
        })
      )
        .when(...keys("a", "b"), StepSucceeded("list"))
        .thenWants()
        .when(StepSucceeded("slow"))
        .thenWants("launch one[a]", "launch one[b]")
    })
  })

  describe("retries", () => {
    it("puts an immediate retry behind the ready steps", () => {
      given(job({ a: {}, b: {} }), 1)
        .when(StepUpForRetry("a"))
        .thenWants("launch b")
        .when(StepSucceeded("b"))
        .thenWants("launch a")
    })

    it("holds no place during the delay", () => {
      given(job({ a: {}, b: {} }), 1)
        .when(StepUpForRetry("a", 500))
        .thenWants("await a", "launch b")
        .when(StepSucceeded("b"))
        .thenWants()
        .when(RetryDue("a"))
        .thenWants("launch a")
        .when(StepSucceeded("a", 2))
        .thenWants("RUN_SUCCESS")
    })

    it("ignores the events of a stale attempt", () => {
      given(job({ a: {} }))
        .when(StepUpForRetry("a"))
        .thenWants("launch a")
        .when(StepSucceeded("a", 1))
        .thenWants()
        .when(StepSucceeded("a", 2))
        .thenWants("RUN_SUCCESS")
    })
  })

  describe("cancel", () => {
    it("starts no more steps, stops the running ones, and ends with them", () => {
      given(job({ a: {}, b: {}, c: { in: { x: from("a") } } }), 2)
        .when(CancelAsked)
        .thenWants("terminate a", "terminate b")
        .when(StepSucceeded("a"))
        .thenWants()
        .when(StepInterrupted("b"))
        .thenWants("RUN_CANCELED")
    })

    it("ends at once if no step is running, even if a retry is waiting", () => {
      given(job({ a: {} }))
        .when(StepUpForRetry("a", 1000))
        .when(CancelAsked)
        .thenWants("RUN_CANCELED")
    })

    it("does not wait for the retry of a step that failed while it was stopped", () => {
      given(job({ a: {} }))
        .when(CancelAsked)
        .when(StepUpForRetry("a", 1000))
        .thenWants("RUN_CANCELED")
    })

    it("ends once, even if a resource fails to start at the same time", () => {
      const machine = new RunMachine(makePlan(job({ a: {} })))
      machine.handle(Told.RunStarted)
      assert.deepStrictEqual(words(machine.handle(CancelAsked)), ["RUN_CANCELED"])
      assert.deepStrictEqual(machine.handle(Told.ResourceFailed), [])
    })

    it("stops running steps and launches no more if the process is interrupted", () => {
      given(job({ a: {}, b: {}, c: { after: [from("a")] } }), 1)
        .when(Told.RunInterrupted)
        .thenWants("terminate a")
        .when(StepSucceeded("a"))
        .thenWants("RUN_FAILURE")
    })

    it("is canceled if a cancel is requested after the interrupt", () => {
      given(job({ a: {} }), 1)
        .when(Told.RunInterrupted)
        .thenWants("terminate a")
        .when(CancelAsked)
        .thenWants("terminate a")
        .when(StepInterrupted("a"))
        .thenWants("RUN_CANCELED")
    })

    it("fails the run if a step was interrupted without a request", () => {
      given(job({ a: {}, b: {} }), 2)
        .when(StepInterrupted("a"))
        .thenWants("terminate b")
        .when(StepInterrupted("b"))
        .thenWants("RUN_FAILURE")
    })
  })

  describe("limits by tag", () => {
    const tagged = (t: string, more: Record<string, string> = {}) => ({ tags: { t, ...more } })

    it("parks a step whose group is full, and starts others", () => {
      const nodes = { a: tagged("x"), b: tagged("x"), c: tagged("y"), d: {} }
      given(job(nodes), 3, [{ key: "t", value: "x", limit: 1 }])
        .thenWants("launch a", "launch c", "launch d")
        .when(StepSucceeded("c"))
        .thenWants()
        .when(StepSucceeded("a"))
        .thenWants("launch b")
    })

    it("counts all values together, each value separately, or one value", () => {
      const nodes = { a: tagged("x"), b: tagged("y"), c: tagged("x"), d: tagged("y") }
      given(job(nodes), 4, [{ key: "t", limit: 3 }]).thenWants("launch a", "launch b", "launch c")
      const each = { applyLimitPerUniqueValue: true }
      given(job(nodes), 4, [{ key: "t", value: each, limit: 1 }]).thenWants("launch a", "launch b")
      given(job(nodes), 4, [{ key: "t", value: { applyLimitPerUniqueValue: false }, limit: 1 }]).thenWants("launch a")
      given(job(nodes), 4, [{ key: "t", value: "y", limit: 1 }]).thenWants("launch a", "launch b", "launch c")
    })

    it("requires a place in every group, and leaves unused places to other steps", () => {
      const nodes = { a: tagged("x", { u: "1" }), b: tagged("x"), c: tagged("z", { u: "1" }), d: tagged("x") }
      const limits = [
        { key: "t", value: "x", limit: 1 },
        { key: "u", limit: 1 }
      ]
      given(job(nodes), 4, limits)
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("launch b", "launch c")
        .when(StepSucceeded("b"))
        .thenWants("launch d")
    })

    it("keeps the order of priority, then of readiness", () => {
      const nodes = {
        a: tagged("x"),
        b: tagged("x"),
        c: tagged("x", { "heddle/priority": "1" }),
        d: { ...tagged("x"), in: { i: from("a") } }
      }
      given(job(nodes), 4, [{ key: "t", limit: 1 }])
        .thenWants("launch c")
        .when(StepSucceeded("c"))
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("launch b")
        .when(StepSucceeded("b"))
        .thenWants("launch d")
    })

    it("frees the place between attempts", () => {
      given(job({ a: tagged("x"), b: tagged("x") }), 4, [{ key: "t", limit: 1 }])
        .when(StepUpForRetry("a", 1000))
        .thenWants("await a", "launch b")
        .when(RetryDue("a"))
        .thenWants()
        .when(StepSucceeded("b"))
        .thenWants("launch a")
    })
  })

  describe("hooks", () => {
    it("keep the place of their step until the last of them has ended", () => {
      given(job({ a: {}, b: {}, c: { in: { x: from("a") } } }), 1)
        .when(StepSucceeded("a", 1, ["tell", "note"]))
        .thenWants()
        .when(HookCompleted("a", "tell"))
        .thenWants()
        .when(HookCompleted("a", "note"))
        .thenWants("launch b")
        .when(HookCompleted("a", "note"))
        .thenWants()
    })

    it("delay the end of the run", () => {
      given(job({ a: {} }))
        .when(StepFailed("a", 1, ["tell"]))
        .thenWants()
        .when(HookCompleted("a", "tell"))
        .thenWants("RUN_FAILURE")
    })

    it("are stopped with the run", () => {
      given(job({ a: {}, b: {} }))
        .when(StepSucceeded("a", 1, ["tell"]), StepSucceeded("b"))
        .when(CancelAsked)
        .thenWants("terminate a")
        .when(HookCompleted("a", "tell"))
        .thenWants("RUN_CANCELED")
    })

    it("of a stale attempt change nothing", () => {
      given(job({ a: {} }))
        .when(StepUpForRetry("a"))
        .when(StepSucceeded("a", 2, ["tell"]))
        .when(HookCompleted("a", "tell", 1))
        .thenWants()
        .when(HookCompleted("a", "tell", 2))
        .thenWants("RUN_SUCCESS")
    })
  })

  describe("a run that raises", () => {
    const raising = (nodes: Parameters<typeof job>[0]) => {
      const machine = new RunMachine(makePlan(job(nodes)))
      machine.handle(Told.RunStartedToRaise)
      machine.handle(Told.ExecutorReady(4))
      return (...events: ReadonlyArray<ReturnType<typeof StepFailed>>) =>
        events.flatMap((event) => machine.handle(event))
    }

    it("ends at its first failure, with the error of that step", () => {
      const tell = raising({ a: {}, b: {}, c: { after: [from("b")] } })
      assert.deepStrictEqual(words(tell(StepFailed("a"))), ["terminate b"])
      const ended = tell(StepSucceeded("b"))
      assert.deepStrictEqual(words(ended), ["RUN_FAILURE"])
      assert.deepNestedInclude(ended[0], { _tag: "Record" })
      const [record] = ended
      assert.deepInclude(record?._tag === "Record" ? record.events[0] : undefined, {
        reason: "RUN_EXCEPTION",
        error: { name: "Error", message: "no" },
        failedSteps: ["a"]
      })
    })

    it("succeeds without a failure", () => {
      assert.deepStrictEqual(words(raising({ a: {} })(StepSucceeded("a"))), ["RUN_SUCCESS"])
    })
  })

  describe("pools", () => {
    const db = { pool: "db" }

    it("are claimed once there is a place, which the step keeps until the answer", () => {
      given(job({ a: db, b: {} }), 1)
        .thenWants("claim db for a")
        .when(PoolClaimed("a"))
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("release db of a", "launch b")
    })

    it("that are full release the place, and a step with a slot takes the next place first", () => {
      given(job({ a: db, b: {}, c: { tags: { "heddle/priority": "9" } }, d: { tags: { "heddle/priority": "9" } } }), 1)
        .thenWants("launch c")
        .when(StepSucceeded("c"))
        .thenWants("launch d")
        .when(StepSucceeded("d"))
        .thenWants("claim db for a")
        .when(PoolBlocked("a"))
        .thenWants("launch b")
      given(job({ a: { ...db, tags: { "heddle/priority": "9" } }, b: {}, c: { tags: { "heddle/priority": "8" } } }), 1)
        .when(PoolBlocked("a"))
        .thenWants("launch c")
        .when(PoolClaimed("a"))
        .thenWants()
        .when(StepSucceeded("c"))
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("release db of a", "launch b")
      const low = given(job({ a: db, b: {}, c: {} }), 1)
        .when(PoolBlocked("a"))
        .thenWants("launch b")
        .when(PoolClaimed("a"))
      low
        .when(StepSucceeded("b"))
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("release db of a", "launch c")
    })

    it("give a slot to a blocked step, which starts at once if there is a place", () => {
      given(job({ a: db, b: {} }))
        .thenWants("claim db for a", "launch b")
        .when(PoolBlocked("a"))
        .thenWants()
        .when(PoolClaimed("a"))
        .thenWants("launch a")
        .when(StepSucceeded("b"), StepSucceeded("a"))
        .thenWants("release db of a", "RUN_SUCCESS")
    })

    it("are claimed after limits by tag, and a blocked step does not count for these", () => {
      const heavy = { tags: { heavy: "yes" } }
      given(job({ a: { ...db, ...heavy }, b: heavy, c: { ...db, ...heavy } }), 4, [{ key: "heavy", limit: 1 }])
        .thenWants("claim db for a")
        .when(PoolBlocked("a"))
        .thenWants("launch b")
        .when(PoolClaimed("a"))
        .thenWants()
        .when(StepSucceeded("b"))
        .thenWants("launch a")
        .when(StepSucceeded("a"))
        .thenWants("release db of a", "claim db for c")
    })

    it("are claimed again for each attempt", () => {
      given(job({ a: db }))
        .when(PoolClaimed("a"), StepUpForRetry("a"))
        .thenWants("launch a", "release db of a", "claim db for a")
        .when(PoolClaimed("a", "db", 1))
        .thenWants()
        .when(PoolClaimed("a", "db", 2))
        .thenWants("launch a")
        .when(StepUpForRetry("a", 100, 2))
        .thenWants("release db of a", "await a")
        .when(RetryDue("a", 2))
        .thenWants("claim db for a")
        .when(PoolClaimed("a", "db", 3), StepFailed("a", 3))
        .thenWants("launch a", "release db of a", "RUN_FAILURE")
    })

    it("are held until the hooks of a step have ended", () => {
      given(job({ a: db }))
        .when(PoolClaimed("a"), StepSucceeded("a", 1, ["tell"]))
        .thenWants("launch a")
        .when(HookCompleted("a", "tell"))
        .thenWants("release db of a", "RUN_SUCCESS")
    })

    it("get back the claims of a cancelled run, none of whose steps start", () => {
      given(job({ a: db, b: db, c: db, d: {} }), 2)
        .when(PoolBlocked("a"))
        .thenWants("claim db for c")
        .when(PoolBlocked("b"))
        .thenWants("launch d")
        .when(PoolClaimed("a"))
        .thenWants()
        .when(CancelAsked)
        .thenWantsInAnyOrder("release db of a", "release db of b", "release db of c", "terminate d")
        .when(PoolClaimed("b"), PoolClaimed("c"))
        .thenWants()
        .when(StepInterrupted("d"))
        .thenWants("RUN_CANCELED")
      given(job({ a: db }))
        .when(CancelAsked)
        .thenWants("release db of a", "RUN_CANCELED")
    })

    it("get back the claims of a run that ends by an interrupt or a raised failure", () => {
      given(job({ a: {}, b: db }))
        .when(StepInterrupted("a"))
        .thenWants("release db of b", "RUN_FAILURE")
      const machine = new RunMachine(makePlan(job({ a: {}, b: db })))
      machine.handle(Told.RunStartedToRaise)
      machine.handle(Told.ExecutorReady(4))
      assert.deepStrictEqual(words(machine.handle(StepFailed("a"))), ["release db of b", "RUN_FAILURE"])
    })
  })

  it("copies what the machine knows, as it is at that moment", () => {
    const story = given(job({ a: { out: ["keys*"] }, b: { in: { x: each("a", "keys") } } }))
    const before = story.state
    story.when(StepOutput("a", "keys", "k"), StepSucceeded("a"), StepFailed("b[k]"))
    assert.deepStrictEqual(before.failed, [])
    assert.deepStrictEqual(
      before.steps.map(({ key, phase }) => `${key} ${phase}`),
      ["a running"]
    )
    assert.deepStrictEqual(
      story.state.steps.map(({ key, phase }) => `${key} ${phase}`),
      ["a success", "b[k] failure"]
    )
    assert.deepStrictEqual(story.state.failed, ["b[k]"])
  })

  it("lets a run without steps succeed", () => {
    given(job({})).thenWants("RUN_SUCCESS")
  })
})
