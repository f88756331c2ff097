import { assert, describe, it } from "@effect/vitest"
import { makePlan, Replay, RunMachine, StepSubset } from "@heddle/engine"
import type { HeddleEvent, KnownStep } from "@heddle/events"
import { collect, each, from, job, Told, words } from "./story.ts"

/** What the engine wants by each of some events. */
const wanted = (
  snapshot: Parameters<typeof makePlan>[0],
  events: ReadonlyArray<HeddleEvent>,
  known: ReadonlyArray<KnownStep> = []
): ReadonlyArray<string> => {
  const machine = new RunMachine(makePlan(snapshot), { known })
  return events.map((event) => words(machine.handle(event)).join(", "))
}

describe("a run that ends at its first failure", () => {
  const three = job({ a: {}, b: {}, c: { in: { x: from("b") } } })

  it("stops running steps, starts no more, and fails once none is running", () => {
    assert.deepStrictEqual(
      wanted(three, [
        Told.RunStartedToRaise,
        Told.ExecutorReady(2),
        Told.StepFailed("a"),
        // Done before it heard of it: what follows does not start.
        Told.StepSucceeded("b")
      ]),
      ["", "launch a, launch b", "terminate b", "RUN_FAILURE"]
    )
  })

  it("makes no more attempts, and can be cancelled", () => {
    assert.deepStrictEqual(
      wanted(three, [Told.RunStartedToRaise, Told.ExecutorReady(2), Told.StepFailed("a"), Told.StepUpForRetry("b")]).at(
        -1
      ),
      "RUN_FAILURE"
    )
    assert.deepStrictEqual(
      wanted(three, [
        Told.RunStartedToRaise,
        Told.ExecutorReady(2),
        Told.StepFailed("a"),
        Told.CancelAsked,
        Told.StepInterrupted("b")
      ]).slice(-2),
      ["terminate b", "RUN_CANCELED"]
    )
  })

  it("is recognized from its log alone", () => {
    const events = [Told.RunStartedToRaise, Told.ExecutorReady(1), Told.StepFailed("a")]
    const { contradictions, launches } = Replay.of(makePlan(three), events)
    assert.deepStrictEqual(contradictions, [])
    assert.deepStrictEqual(
      launches.map(({ stepKey }) => stepKey),
      ["a"]
    )
  })
})

describe("a run of selected steps", () => {
  const fan = job({
    list: { out: ["item*"] },
    page: { in: { x: each("list", "item") } },
    sum: { in: { xs: collect("page") } }
  })
  const done = (stepKey: string, keys?: ReadonlyArray<string>): KnownStep => ({
    stepKey,
    runId: "first",
    outcome: "success",
    outputs: [],
    ...(keys === undefined ? {} : { keys: { item: keys } })
  })
  const known = [done("list", ["a", "b"]), done("page[a]")]
  const select = (...keys: ReadonlyArray<string>) =>
    wanted(
      fan,
      [Told.RunStarted, Told.ExecutorReady(9)],
      StepSubset.known("first", makePlan(fan), known, new Set(keys))
    ).at(-1)

  it("launches these, and ends with them", () => {
    assert.strictEqual(select("page[a]"), "launch page[a]")
    assert.strictEqual(select("page[?]"), "launch page[a], launch page[b]")
    assert.strictEqual(select("page[b]", "sum"), "launch page[b]")
    assert.strictEqual(select("list"), "launch list")
    // Nothing of it is left to be executed.
    assert.strictEqual(select(), "RUN_SUCCESS")
  })
})
