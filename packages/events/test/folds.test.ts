import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import {
  ErrorInfo,
  type HeddleEvent,
  MetadataValue,
  RetryPolicySnapshot,
  RunStatus,
  RunTimeline,
  StepKey
} from "@heddle/events"

let n = 0
const at = (timestamp: number) => ({ id: String(n++), runId: "r", timestamp })
const error = { name: "Error", message: "no" }
const events: ReadonlyArray<HeddleEvent> = [
  { _tag: "RUN_START", ...at(0), executor: "inProcess", pid: 1, host: "h" },
  { _tag: "STEP_START", ...at(10), stepKey: "a", attempt: 1 },
  { _tag: "STEP_UP_FOR_RETRY", ...at(20), stepKey: "a", attempt: 1, error, source: "USER_CODE_ERROR", waitMillis: 5 },
  { _tag: "STEP_RESTARTED", ...at(25), stepKey: "a", attempt: 2 },
  { _tag: "STEP_SUCCESS", ...at(40), stepKey: "a", attempt: 2, durationMillis: 15 },
  { _tag: "STEP_SKIPPED", ...at(41), stepKey: "b", attempt: 0 },
  { _tag: "STEP_START", ...at(42), stepKey: "c", attempt: 1 }
]

describe("RunTimeline", () => {
  it("reads attempts, skips and running steps", () => {
    const timeline = RunTimeline.ofEvents(events)
    assert.deepStrictEqual(
      timeline.steps.map(({ attempts, outcome, stepKey }) => [
        stepKey,
        outcome,
        attempts.map((a) => [a.start, a.end, a.outcome])
      ]),
      [
        [
          "a",
          "success",
          [
            [10, 20, "retried"],
            [25, 40, "success"]
          ]
        ],
        ["b", "skipped", []],
        ["c", "running", [[42, undefined, "running"]]]
      ]
    )
    assert.strictEqual(timeline.status, "STARTED")
    assert.strictEqual(timeline.last, 42)
  })
})

describe("RunStatus", () => {
  it("is determined by the last status event", () => {
    assert.strictEqual(RunStatus.ofEvents([]), "NOT_STARTED")
    assert.strictEqual(RunStatus.ofEvents([...events, { _tag: "RUN_CANCELING", ...at(50) }]), "CANCELING")
    assert.isTrue(RunStatus.isFinished(RunStatus.ofEvents([...events, { _tag: "RUN_CANCELED", ...at(50) }])))
  })
})

describe("ErrorInfo", () => {
  it("keeps the name, the message and up to five causes of anything that is thrown", () => {
    const chain = new Error("outer", { cause: new TypeError("inner", { cause: "text" }) })
    const info = ErrorInfo.fromUnknown(chain)
    assert.deepStrictEqual(
      [info.name, info.message, info.cause?.name, info.cause?.cause?.message],
      ["Error", "outer", "TypeError", "text"]
    )
    let deep: Error = new Error("0")
    for (let i = 1; i < 10; i++) deep = new Error(String(i), { cause: deep })
    let depth = 0
    for (let at: ErrorInfo | undefined = ErrorInfo.fromUnknown(deep); at !== undefined; at = at.cause) depth++
    assert.strictEqual(depth, 5)
    const circle: { self?: unknown } = {}
    circle.self = circle
    assert.strictEqual(ErrorInfo.fromUnknown(circle).message, '{"self":"[circular]"}')
    assert.strictEqual(ErrorInfo.fromUnknown({ _tag: "Odd", n: 1 }).name, "Odd")
  })

  it("keeps ten errors inside an error, and the number of the others", () => {
    const messages = (info: ErrorInfo) => info.errors?.map(({ message }) => message)
    const parts = Array.from({ length: 12 }, (_, i) => new Error(`part ${i}`))
    const many = ErrorInfo.fromUnknown(new AggregateError(parts, "all of them"))
    assert.strictEqual(many.message, "all of them")
    assert.deepStrictEqual(
      messages(many),
      parts.slice(0, 10).map(({ message }) => message)
    )
    assert.strictEqual(many.moreErrors, 2)
    const suppressed = Object.assign(new Error("both"), { error: new Error("late"), suppressed: new Error("early") })
    assert.deepStrictEqual(messages(ErrorInfo.fromUnknown(suppressed)), ["late", "early"])
    const cause = Cause.combine(Cause.die(new Error("finalizer")), Cause.fail(new Error("body")))
    const both = ErrorInfo.fromUnknown(cause)
    assert.deepStrictEqual([both.message, messages(both)], ["body", ["finalizer"]])
    const round = new AggregateError([new Error("inner")], "round")
    round.errors.push(round)
    assert.deepStrictEqual(messages(ErrorInfo.fromUnknown(round)), ["inner"])
  })

  it("limits branching chains of errors", () => {
    const branch = (depth: number): unknown =>
      depth === 0 ? "leaf" : new AggregateError(Array.from({ length: 20 }, () => branch(depth - 1)))
    const count = ({ errors = [] }: ErrorInfo): number => errors.reduce((sum, error) => sum + count(error), 1)
    assert.isAtMost(count(ErrorInfo.fromUnknown(branch(3))), 50)
  })

  it("cuts a long message with a mark, and keeps the frames of its stack", () => {
    const { message, stack = "" } = ErrorInfo.fromUnknown(new Error("x".repeat(100_000)))
    assert.strictEqual(message.length, 65_536 + "… (34464 more characters)".length)
    assert.isTrue(message.endsWith("… (34464 more characters)"))
    assert.match(stack, /^ {4}at /m)
    assert.isBelow(stack.length, 20_000)
    const { message: halves } = ErrorInfo.fromUnknown(`${"x".repeat(65_535)}${"\u{1f600}".repeat(9)}`)
    assert.isTrue(halves.isWellFormed())
  })

  it("reads what it can of an error whose properties throw or have other types", () => {
    const no = (): never => {
      throw new Error("may not be read")
    }
    const broken = Object.defineProperties(new Error("x"), { message: { get: no }, stack: { value: null } })
    assert.deepStrictEqual(ErrorInfo.fromUnknown(broken), {
      name: "Error",
      message: "(the message of the error cannot be read)"
    })
    const odd = Object.defineProperties(new Error("x"), { name: { value: 5 }, message: { value: { code: 7n } } })
    const { message, name } = ErrorInfo.fromUnknown(odd)
    assert.deepStrictEqual([name, message], ["Error", '{"code":"7"}'])
    const { proxy, revoke } = Proxy.revocable(new Error("x"), {})
    revoke()
    assert.strictEqual(ErrorInfo.fromUnknown(proxy).message, "[unreadable]")
    assert.strictEqual(ErrorInfo.fromUnknown(new Error("", { cause: proxy })).cause?.message, "[unreadable]")
  })
})

describe("RetryPolicySnapshot.delayMillis", () => {
  const policy = { maxRetries: 9, delayMillis: 1000 }
  it("is constant, linear or exponential, with the jitter full or plusMinus", () => {
    const waits = (more: object) =>
      [1, 2, 3].map((retry) => RetryPolicySnapshot.delayMillis({ ...policy, ...more }, retry, 0.5))
    assert.deepStrictEqual(waits({}), [1000, 1000, 1000])
    assert.deepStrictEqual(waits({ backoff: "linear" }), [1000, 2000, 3000])
    assert.deepStrictEqual(waits({ backoff: "exponential" }), [1000, 3000, 7000])
    assert.deepStrictEqual(waits({ backoff: "exponential", jitter: "full" }), [500, 1500, 3500])
    assert.strictEqual(RetryPolicySnapshot.delayMillis({ ...policy, jitter: "plusMinus" }, 1, 0), 0)
    assert.strictEqual(RetryPolicySnapshot.delayMillis({ maxRetries: 1 }, 1, 0.9), 0)
  })
})

describe("StepKey", () => {
  it("parses what it builds, even inside two maps", () => {
    const key = StepKey.make("clean.total", ["a", "b"])
    assert.strictEqual(key, "clean.total[a][b]")
    assert.strictEqual(StepKey.nodePath(key), "clean.total")
    assert.deepStrictEqual(StepKey.mappingKeys(key), ["a", "b"])
    assert.deepStrictEqual(StepKey.mappingKeys("plain"), [])
  })
})

describe("MetadataValue.show", () => {
  it("gives one line, which is cut", () => {
    const shown = [1.5, "x y", "two\nlines", true, null, { a: [1] }].map((value) =>
      MetadataValue.show(MetadataValue.from(value))
    )
    assert.deepStrictEqual(shown, ["1.5", "x y", '"two\\nlines"', "true", "null", '{"a":[1]}'])
    assert.strictEqual(MetadataValue.show(MetadataValue.url("http://x")), "http://x")
    assert.strictEqual(
      MetadataValue.show(MetadataValue.text("z".repeat(300))),
      `${"z".repeat(200)}… (100 more characters)`
    )
  })
})

describe("MetadataValue.from", () => {
  it("gives plain values a kind", () => {
    assert.deepStrictEqual(
      [1, 1.5, "x", true, null, [1], Number.NaN].map((value) => MetadataValue.from(value)._tag),
      ["int", "float", "text", "bool", "null", "json", "text"]
    )
    assert.deepStrictEqual(MetadataValue.from(MetadataValue.url("http://x")), { _tag: "url", value: "http://x" })
  })
})
