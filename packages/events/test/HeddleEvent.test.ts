import { assert, describe, it } from "@effect/vitest"
import { HeddleEvent } from "@heddle/events"

const stamp = { id: "x", runId: "r", timestamp: 0 }
const step = { ...stamp, stepKey: "load", attempt: 1 }
const failure = {
  _tag: "STEP_FAILURE",
  ...step,
  error: { name: "Boom", message: "" },
  source: "USER_CODE_ERROR"
} as const
const events: ReadonlyArray<HeddleEvent> = [
  { _tag: "RUN_START", ...stamp, executor: "inProcess", pid: 1, host: "h" },
  { _tag: "ENGINE_EVENT", ...stamp, stepKey: "load", message: "hm" },
  { _tag: "RESOURCE_INIT_FAILURE", ...stamp, stepKey: "load", resource: "db", error: failure.error },
  { _tag: "STEP_START", ...step },
  { _tag: "STEP_OUTPUT", ...step, output: "result", typeCheck: { passed: false } },
  { _tag: "LOADED_INPUT", ...step, input: "x", ioManager: "io_manager" },
  { _tag: "HANDLED_OUTPUT", ...step, output: "result", ioManager: "io_manager" },
  { _tag: "ASSET_MATERIALIZATION", ...step, asset: "a/b", partition: "p" },
  { _tag: "HOOK_SKIPPED", ...step, hook: "alert" },
  failure,
  { _tag: "RUN_FAILURE", ...stamp, reason: "STEP_FAILURE", failedSteps: ["load"] }
]
const tags = (predicate: (event: HeddleEvent) => boolean) => events.filter(predicate).map(({ _tag }) => _tag)

describe("HeddleEvent", () => {
  it("distinguishes events of steps, hooks, runs and the engine", () => {
    assert.deepStrictEqual(tags(HeddleEvent.isStepEvent), [
      "STEP_START",
      "STEP_OUTPUT",
      "LOADED_INPUT",
      "HANDLED_OUTPUT",
      "ASSET_MATERIALIZATION",
      "STEP_FAILURE"
    ])
    assert.deepStrictEqual(tags(HeddleEvent.isLoadedInput), ["LOADED_INPUT"])
    assert.deepStrictEqual(tags(HeddleEvent.isHandledOutput), ["HANDLED_OUTPUT"])
    assert.deepStrictEqual(tags(HeddleEvent.isHookEvent), ["HOOK_SKIPPED"])
    assert.deepStrictEqual(tags(HeddleEvent.isRunEvent), ["RUN_START", "RUN_FAILURE"])
    assert.deepStrictEqual(tags(HeddleEvent.isEngineEvent), ["ENGINE_EVENT"])
    assert.deepStrictEqual(tags(HeddleEvent.isFailure), ["STEP_FAILURE", "RUN_FAILURE"])
    assert.deepStrictEqual(tags(HeddleEvent.isResourceInitFailure), ["RESOURCE_INIT_FAILURE"])
    // Also one whose check did not pass.
    assert.deepStrictEqual(tags(HeddleEvent.isSuccessfulOutput), ["STEP_OUTPUT"])
  })

  it("returns the asset and the partition of an event", () => {
    assert.deepStrictEqual(
      events.flatMap((event) => HeddleEvent.assetKey(event) ?? []),
      ["a/b"]
    )
    assert.deepStrictEqual(
      events.flatMap((event) => HeddleEvent.partition(event) ?? []),
      ["p"]
    )
  })

  it("describes an event in one line", () => {
    assert.strictEqual(HeddleEvent.describe(failure), "Failed: Boom")
  })

  it("narrows the type of an event with type guards", () => {
    const held = events
      .filter(HeddleEvent.is("STEP_FAILURE", "RUN_FAILURE"))
      .map((event) => (event._tag === "STEP_FAILURE" ? event.source : event.reason))
    assert.deepStrictEqual(held, ["USER_CODE_ERROR", "STEP_FAILURE"])
  })
})
