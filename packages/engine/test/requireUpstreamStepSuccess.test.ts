import { assert, describe, it } from "@effect/vitest"
import { Resume } from "@heddle/engine/run/Resume"
import { RunState } from "@heddle/engine/run/RunState"
import { transition } from "@heddle/engine/run/transition"
import { makePlan } from "@heddle/engine/plan/makePlan"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { collect, each, from, given as story, job, Told, words } from "./story.ts"

const { CancelAsked, OutputHandled, StepFailed, StepOutput, StepSucceeded, StepUpForRetry } = Told

/** A story with an executor by whose config outputs suffice, unless a test says otherwise. */
const given = (snapshot: JobSnapshot, maxConcurrent = 100, requireUpstreamStepSuccess = false) =>
  story(snapshot, maxConcurrent, [], requireUpstreamStepSuccess)

const producer = job({
  producer: { out: ["p", "q"] },
  uses_p: { in: { x: from("producer", "p") } },
  uses_q: { in: { x: from("producer", "q") } }
})

describe("requireUpstreamStepSuccess", () => {
  it("waits for the success of upstream steps unless the executor says otherwise", () => {
    given(producer, 100, true)
      .when(StepOutput("producer", "p"), OutputHandled("producer", "p"))
      .thenWants()
      .when(StepFailed("producer"))
      .thenWants("RUN_FAILURE")
  })

  it("starts a step once the output that it needs is stored, and not when it is only given", () => {
    given(producer)
      .when(StepOutput("producer", "p"))
      .thenWants()
      .when(OutputHandled("producer", "p"))
      .thenWants("launch uses_p")
      .when(StepOutput("producer", "q"), OutputHandled("producer", "q"))
      .thenWants("launch uses_q")
      .when(StepSucceeded("producer"), StepSucceeded("uses_p"))
      .thenWants()
      .when(StepSucceeded("uses_q"))
      .thenWants("RUN_SUCCESS")
  })

  it("runs what has its outputs and abandons the rest when their step fails afterwards", () => {
    const story = given(producer)
      .when(OutputHandled("producer", "p"), StepFailed("producer"))
      .thenWants("launch uses_p")
      .when(StepSucceeded("uses_p"))
      .thenWants("RUN_FAILURE")
    assert.strictEqual(story.state.open, 0)
  })

  it("starts a step by an output of a step that has failed meanwhile, when the step gets its place after that", () => {
    given(producer, 1)
      .when(OutputHandled("producer", "p"))
      .thenWants()
      .when(StepFailed("producer"))
      .thenWants("launch uses_p")
      .when(StepSucceeded("uses_p"))
      .thenWants("RUN_FAILURE")
  })

  it("waits for all outputs that a step needs, of running and of failed steps", () => {
    given(job({ a: { out: ["p", "q"] }, b: {}, join: { in: { p: from("a", "p"), q: from("a", "q"), b: from("b") } } }))
      .when(OutputHandled("a", "p"), OutputHandled("a", "q"), StepFailed("a"))
      .thenWants()
      .when(OutputHandled("b"))
      .thenWants("launch join")
  })

  it("takes an output without a value as there once it is given", () => {
    given(job({ a: { out: ["done!"] }, b: { after: [from("a", "done")] } }))
      .when(StepOutput("a", "done"))
      .thenWants("launch b")
  })

  it("does not start by an output of an attempt that is over", () => {
    given(producer)
      .when(StepUpForRetry("producer"), OutputHandled("producer", "p", undefined, 1))
      .thenWants("launch producer")
      .when(OutputHandled("producer", "p", undefined, 2))
      .thenWants("launch uses_p")
  })

  it("starts a step once when its upstream step is retried and gives the output again", () => {
    given(producer)
      .when(OutputHandled("producer", "p"))
      .thenWants("launch uses_p")
      .when(StepUpForRetry("producer"))
      .thenWants("launch producer")
      .when(OutputHandled("producer", "p", undefined, 2), StepSucceeded("uses_p"))
      .thenWants()
      .when(OutputHandled("producer", "q", undefined, 2), StepSucceeded("producer", 2))
      .thenWants("launch uses_q")
  })

  it("skips by an optional output only when its step is over", () => {
    given(job({ a: { out: ["x?", "y?"] }, bx: { in: { n: from("a", "x") } }, by: { in: { n: from("a", "y") } } }))
      .when(StepOutput("a", "x"), OutputHandled("a", "x"))
      .thenWants("launch bx")
      .when(StepSucceeded("a"))
      .thenWants("skip by")
  })

  it("expands a dynamic output at the end of its step, when all of its keys are known", () => {
    const split = { out: ["parts*", "count"] }
    given(job({ split, size: { in: { x: each("split", "parts") } }, show: { in: { n: from("split", "count") } } }))
      .when(StepOutput("split", "parts", "a"), OutputHandled("split", "parts", "a"))
      .thenWants()
      .when(StepOutput("split", "count"), OutputHandled("split", "count"))
      .thenWants("launch show")
      .when(StepSucceeded("split"))
      .thenWants("launch size[a]")
  })

  it("abandons mapped steps when the step of their keys fails after it gave some", () => {
    given(job({ split: { out: ["parts*"] }, size: { in: { x: each("split", "parts") } } }))
      .when(StepOutput("split", "parts", "a"), OutputHandled("split", "parts", "a"), StepFailed("split"))
      .thenWants("RUN_FAILURE")
  })

  const mapped = job({
    split: { out: ["parts*"] },
    size: { in: { x: each("split", "parts") }, out: ["result?"] },
    twice: { in: { x: each("size") } },
    total: { in: { xs: collect("size") } }
  })
  const keys = [StepOutput("split", "parts", "a"), StepOutput("split", "parts", "b"), StepSucceeded("split")]

  it("starts the mapped step of the same key, and what collects all keys, while mapped steps are running", () => {
    const story = given(mapped)
      .when(...keys)
      .thenWants("launch size[a]", "launch size[b]")
      .when(StepOutput("size[b]"), OutputHandled("size[b]"))
      .thenWants("launch twice[b]")
      .when(StepOutput("size[a]"), OutputHandled("size[a]"))
      .thenWants("launch twice[a]", "launch total")
    assert.deepStrictEqual(
      story.request("total").inputs.map(({ from }) => from),
      [
        {
          _tag: "List",
          items: [
            { _tag: "Value", ref: { stepKey: "size[a]", output: "result" } },
            { _tag: "Value", ref: { stepKey: "size[b]", output: "result" } }
          ]
        }
      ]
    )
  })

  it("does not make what collects wait for the end of one mapped step once another has left its output out", () => {
    given(mapped)
      .when(...keys)
      .when(StepSucceeded("size[a]"))
      .thenWants("skip twice[a]")
      .when(StepOutput("size[b]"), OutputHandled("size[b]"))
      .thenWants("launch twice[b]", "launch total")
  })

  it("starts nothing by outputs that come after a cancel", () => {
    given(producer)
      .when(CancelAsked, OutputHandled("producer", "p"))
      .thenWants("terminate producer")
      .when(StepFailed("producer"))
      .thenWants("RUN_CANCELED")
  })

  it("executes again from failure only what did not succeed, though it succeeded by outputs of a step that failed", () => {
    const log: ReadonlyArray<HeddleEvent> = [
      ...["producer", "uses_p"].map((stepKey): HeddleEvent => ({
        _tag: "STEP_START",
        id: `${stepKey}~1~0`,
        runId: "first",
        timestamp: 0,
        stepKey,
        attempt: 1
      })),
      OutputHandled("producer", "p"),
      StepFailed("producer"),
      StepSucceeded("uses_p")
    ]
    let state = RunState.make(makePlan(producer), Resume.knownSteps("first", log))
    const tell = (...events: ReadonlyArray<HeddleEvent>) =>
      events.flatMap((event) => {
        const [next, commands] = transition(state, event)
        state = next
        return words(commands)
      })
    assert.deepStrictEqual(tell(Told.RunStarted, Told.ExecutorReady(4, [], false)), ["launch producer"])
    assert.deepStrictEqual(tell(OutputHandled("producer", "p")), [])
    assert.deepStrictEqual(tell(OutputHandled("producer", "q")), ["launch uses_q"])
    assert.deepStrictEqual(tell(StepSucceeded("producer"), StepSucceeded("uses_q")), ["RUN_SUCCESS"])
  })
})
