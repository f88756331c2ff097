import { assert, describe, it } from "@effect/vitest"
import { Resume } from "@heddle/engine/run/Resume"
import { RunMachine } from "@heddle/engine/machine/RunMachine"
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
  it("waits for the success of upstream steps by default", () => {
    given(producer, 100, true)
      .when(StepOutput("producer", "p"), OutputHandled("producer", "p"))
      .thenWants()
      .when(StepFailed("producer"))
      .thenWants("RUN_FAILURE")
  })

  it("starts a step once the output that it needs is stored, and not when it is only emitted", () => {
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

  it("runs the steps whose inputs are stored, and abandons the others if the upstream step fails afterwards", () => {
    const story = given(producer)
      .when(OutputHandled("producer", "p"), StepFailed("producer"))
      .thenWants("launch uses_p")
      .when(StepSucceeded("uses_p"))
      .thenWants("RUN_FAILURE")
    assert.strictEqual(story.state.open, 0)
  })

  it("starts a step from a stored output, even if it gets its place after the upstream step has failed", () => {
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

  it("counts an output without a value as stored once it is emitted", () => {
    given(job({ a: { out: ["done!"] }, b: { after: [from("a", "done")] } }))
      .when(StepOutput("a", "done"))
      .thenWants("launch b")
  })

  it("does not start a step from an output of an earlier attempt", () => {
    given(producer)
      .when(StepUpForRetry("producer"), OutputHandled("producer", "p", undefined, 1))
      .thenWants("launch producer")
      .when(OutputHandled("producer", "p", undefined, 2))
      .thenWants("launch uses_p")
  })

  it("starts a step once if its upstream step is retried and emits the output again", () => {
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

  it("skips a step for an omitted output only when the upstream step has ended", () => {
    given(job({ a: { out: ["x?", "y?"] }, bx: { in: { n: from("a", "x") } }, by: { in: { n: from("a", "y") } } }))
      .when(StepOutput("a", "x"), OutputHandled("a", "x"))
      .thenWants("launch bx")
      .when(StepSucceeded("a"))
      .thenWants("skip by")
  })

  it("maps a dynamic output at the end of its step, when all keys are known", () => {
    const split = { out: ["parts*", "count"] }
    given(job({ split, size: { in: { x: each("split", "parts") } }, show: { in: { n: from("split", "count") } } }))
      .when(StepOutput("split", "parts", "a"), OutputHandled("split", "parts", "a"))
      .thenWants()
      .when(StepOutput("split", "count"), OutputHandled("split", "count"))
      .thenWants("launch show")
      .when(StepSucceeded("split"))
      .thenWants("launch size[a]")
  })

  it("abandons mapped steps if the dynamic step fails after it emitted some keys", () => {
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

  it("starts the mapped step with the same key, and the collector, while mapped steps are running", () => {
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

  it("does not make a collector wait for the end of a mapped step once another has omitted its output", () => {
    given(mapped)
      .when(...keys)
      .when(StepSucceeded("size[a]"))
      .thenWants("skip twice[a]")
      .when(StepOutput("size[b]"), OutputHandled("size[b]"))
      .thenWants("launch twice[b]", "launch total")
  })

  it("starts nothing from outputs after a cancel", () => {
    given(producer)
      .when(CancelAsked, OutputHandled("producer", "p"))
      .thenWants("terminate producer")
      .when(StepFailed("producer"))
      .thenWants("RUN_CANCELED")
  })

  it("re-executes from failure only the steps that did not succeed, even if others used outputs of a failed step", () => {
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
    const machine = new RunMachine(makePlan(producer), { known: Resume.knownSteps("first", log) })
    const tell = (...events: ReadonlyArray<HeddleEvent>) => events.flatMap((event) => words(machine.handle(event)))
    assert.deepStrictEqual(tell(Told.RunStarted, Told.ExecutorReady(4, [], false)), ["launch producer"])
    assert.deepStrictEqual(tell(OutputHandled("producer", "p")), [])
    assert.deepStrictEqual(tell(OutputHandled("producer", "q")), ["launch uses_q"])
    assert.deepStrictEqual(tell(StepSucceeded("producer"), StepSucceeded("uses_q")), ["RUN_SUCCESS"])
  })
})
