import { assert, describe, it } from "@effect/vitest"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { RunState } from "@heddle/engine/run/RunState"
import { transition } from "@heddle/engine/run/transition"
import { collect, each, from, given, job, Told, words } from "./story.ts"

const { CancelAsked, RetryDue, StepFailed, StepInterrupted, StepOutput, StepSucceeded, StepUpForRetry } = Told

describe("transition", () => {
  it("launches what waits for nothing, by name, and the next when all that it needs has succeeded", () => {
    given(job({ c: { in: { x: from("b"), y: from("a") } }, b: {}, a: {} }))
      .thenWants("launch a", "launch b")
      .when(StepSucceeded("b"))
      .thenWants()
      .when(StepSucceeded("a"))
      .thenWants("launch c")
      .when(StepSucceeded("c"))
      .thenWants("RUN_SUCCESS")
  })

  it("launches no more than may run at once, what is ready first goes first", () => {
    given(job({ a: {}, b: {}, c: {}, after_a: { in: { x: from("a") } } }), 2)
      .thenWants("launch a", "launch b")
      .when(StepSucceeded("a"))
      .thenWants("launch c")
      .when(StepSucceeded("c"))
      .thenWants("launch after_a")
  })

  it("prefers a higher priority among steps that are ready", () => {
    given(job({ a: {}, b: { tags: { "heddle/priority": "1" } }, c: { tags: { "heddle/priority": "-1" } } }), 1)
      .thenWants("launch b")
      .when(StepSucceeded("b"))
      .thenWants("launch a")
      .when(StepSucceeded("a"))
      .thenWants("launch c")
  })

  it("leaves untouched what needs a failure, lets the rest go on, and fails the run at its end", () => {
    const story = given(job({ a: {}, b: { in: { x: from("a") } }, c: { in: { x: from("b") } }, other: {} }))
      .when(StepFailed("a"))
      .thenWants()
      .when(StepSucceeded("other"))
      .thenWants("RUN_FAILURE")
    assert.strictEqual(story.state.open, 0)
  })

  it("skips what needs an optional output that was left out, down the chain, before anything else starts", () => {
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

  it("lets a skip go before a failure", () => {
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

  it("gives a list the sources that are there, skips it when none is, and leaves it untouched when one failed", () => {
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

  it("waits for steps that only order, and skips and abandons by them", () => {
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

    it("makes one step for each key, all of one node before any of the next, and collects in the order of keys", () => {
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

    it("collects an empty list when there are no keys", () => {
      const story = given(mapped).when(StepSucceeded("list")).thenWants("launch all")
      assert.deepStrictEqual(story.request("all").inputs[0]!.from, { _tag: "List", items: [] })
    })

    it("finishes the others when one copy fails, and leaves the collector untouched", () => {
      given(mapped)
        .when(...keys("a", "b"), StepSucceeded("list"))
        .when(StepFailed("one[a]"), StepSucceeded("one[b]"))
        .thenWants("launch two[b]")
        .when(StepSucceeded("two[b]"))
        .thenWants("RUN_FAILURE")
    })

    it("makes nothing when the source fails, even after it gave keys", () => {
      given(mapped)
        .when(...keys("a"), StepFailed("list"))
        .thenWants("RUN_FAILURE")
    })

    it("forgets the keys of an attempt that failed", () => {
      given(mapped)
        .when(...keys("a", "b"), StepUpForRetry("list"))
        .thenWants("launch list")
        .when(StepOutput("list", "item", "c", 2), StepSucceeded("list", 2))
        .thenWants("launch one[c]")
    })

    it("does not take a key that a stale attempt gave", () => {
      given(mapped)
        .when(...keys("a"), StepUpForRetry("list"))
        .when(StepOutput("list", "item", "late", 1), StepOutput("list", "item", "c", 2), StepSucceeded("list", 2))
        .thenWants("launch one[c]")
    })

    it("drops copies that were skipped from the list, and skips the collector when all were", () => {
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

    it("lets copies wait for a step outside of the map", () => {
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
    it("puts a step that is tried again at once behind what is ready", () => {
      given(job({ a: {}, b: {} }), 1)
        .when(StepUpForRetry("a"))
        .thenWants("launch b")
        .when(StepSucceeded("b"))
        .thenWants("launch a")
    })

    it("waits without a place until the time has come", () => {
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

    it("does not hear what a stale attempt says", () => {
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
    it("starts nothing more, ends what runs, and is over when that is", () => {
      given(job({ a: {}, b: {}, c: { in: { x: from("a") } } }), 2)
        .when(CancelAsked)
        .thenWants("terminate a", "terminate b")
        .when(StepSucceeded("a"))
        .thenWants()
        .when(StepInterrupted("b"))
        .thenWants("RUN_CANCELED")
    })

    it("is over at once when nothing runs, though a retry waits", () => {
      given(job({ a: {} }))
        .when(StepUpForRetry("a", 1000))
        .when(CancelAsked)
        .thenWants("RUN_CANCELED")
    })

    it("does not wait for the retry of a step that failed while it was ended", () => {
      given(job({ a: {} }))
        .when(CancelAsked)
        .when(StepUpForRetry("a", 1000))
        .thenWants("RUN_CANCELED")
    })

    it("is over once, though a resource fails to start at the same time", () => {
      const state = RunState.make(makePlan(job({ a: {} })))
      const [started] = transition(state, Told.RunStarted)
      const [canceled, commands] = transition(started, CancelAsked)
      assert.deepStrictEqual(words(commands), ["RUN_CANCELED"])
      assert.deepStrictEqual(transition(canceled, Told.ResourceFailed)[1], [])
    })

    it("fails the run when a step was interrupted that nobody asked to end", () => {
      given(job({ a: {}, b: {} }), 2)
        .when(StepInterrupted("a"))
        .thenWants("terminate b")
        .when(StepInterrupted("b"))
        .thenWants("RUN_FAILURE")
    })
  })

  it("leaves the state that it was given as it was", () => {
    const story = given(job({ a: {}, b: { in: { x: from("a") } } }))
    const before = story.state
    const [once] = transition(before, StepSucceeded("a"))
    const [again, commands] = transition(before, StepFailed("a"))
    assert.strictEqual(once.failed, undefined)
    assert.strictEqual(again.failed?.key, "a")
    assert.strictEqual(commands.length, 1)
  })

  it("has a run of no steps succeed", () => {
    given(job({})).thenWants("RUN_SUCCESS")
  })
})
