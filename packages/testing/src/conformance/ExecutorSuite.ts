import { assert, describe, it } from "@effect/vitest"
import type { AnyJob } from "@heddle/definitions/Job"
import type { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { RunControl } from "@heddle/engine/run/RunControl"
import type { EventSink, StepWire } from "@heddle/engine/wire/Executor"
import { HeddleEvent, type HeddleEventType } from "@heddle/events/HeddleEvent"
import { DefaultExecutors } from "@heddle/execution/DefaultExecutors"
import type { ExecuteJobOptions } from "@heddle/execution/ExecuteJobOptions"
import { executeLocated } from "@heddle/execution/executeJob"
import { Instance } from "@heddle/storage/Instance"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import {
  assets,
  branching,
  chain,
  crashing,
  crashingOnce,
  failing,
  flaky,
  holding,
  hooked,
  mapping,
  moduleUrl,
  wide
} from "./executorJobs.ts"

/** The executor that the suite tests. */
export interface ExecutorUnderTest {
  readonly executor: ExecutorDefinition
  /**
   * Whether steps run in other processes than the run, so that a body can end its process.
   *
   * @default false
   */
  readonly hasProcesses?: boolean
}

/** One rule for every executor, with its check. */
export interface ExecutorClause {
  readonly name: string
  /** Whether the rule is only for executors with their own processes. */
  readonly needsProcesses: boolean
  /** Fails, or dies with a failed assertion, if the executor breaks the rule. */
  readonly check: (subject: ExecutorUnderTest) => Effect.Effect<void, unknown>
}

const JOBS = {
  assets,
  branching,
  chain,
  crashing,
  crashingOnce,
  failing,
  flaky,
  holding,
  hooked,
  mapping,
  wide
} satisfies { readonly [exportName: string]: AnyJob }

/** A folder for values, removed when the scope closes. */
const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-executor-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Runs a job of the suite with the executor, and returns its result and its events. */
const run = Effect.fnUntraced(function* (
  { executor }: ExecutorUnderTest,
  exportName: keyof typeof JOBS,
  config: { readonly [field: string]: unknown } = {},
  options: Pick<ExecuteJobOptions, "assetSelection" | "control" | "onEvents" | "partitionKey" | "values"> = {}
) {
  const job: AnyJob = JOBS[exportName]
  const values = options.values ?? (yield* temporaryFolder)
  const location = { moduleUrl, exportName, jobName: job.name }
  const runConfig = { execution: { [executor.name]: { config } } }
  const result = yield* executeLocated(job.definition, location, { ...options, values, runConfig }).pipe(
    Effect.provideService(DefaultExecutors, [executor])
  )
  const ids = result.allEvents.map(({ id }) => id)
  assert.deepStrictEqual(ids, [...new Set(ids)], "every event comes once")
  const ends = result.allEvents.filter(HeddleEvent.isRunEnd)
  assert.strictEqual(ends.length, 1, "a run ends once")
  assert.strictEqual(result.allEvents.at(-1), ends[0], "nothing comes after the end of the run")
  return { result, events: result.allEvents, end: ends[0]! }
})

/** Events about reaching a body, which differ between executors. */
const isOfExecutor = HeddleEvent.is(
  "ENGINE_EVENT",
  "STEP_WORKER_STARTING",
  "STEP_WORKER_STARTED",
  "RESOURCE_INIT_STARTED",
  "RESOURCE_INIT_SUCCESS",
  "LOG_MESSAGE"
)

/** What a step did, in the order of its events, with the numbers of attempts after the first. */
const told = (events: ReadonlyArray<HeddleEvent>, stepKey: string): ReadonlyArray<string> =>
  events.flatMap((event) => {
    if (HeddleEvent.stepKey(event) !== stepKey || isOfExecutor(event)) return []
    const attempt = "attempt" in event && event.attempt > 1 ? ` ${event.attempt}` : ""
    return [`${event._tag}${attempt}`]
  })

const GIVEN: ReadonlyArray<HeddleEventType> = ["STEP_OUTPUT", "HANDLED_OUTPUT", "STEP_SUCCESS"]
const SOURCE: ReadonlyArray<HeddleEventType> = ["STEP_START", ...GIVEN]
const INNER: ReadonlyArray<HeddleEventType> = ["STEP_START", "LOADED_INPUT", "STEP_INPUT", ...GIVEN]

const MADE: ReadonlyArray<HeddleEventType> = ["STEP_OUTPUT", "ASSET_MATERIALIZATION", "HANDLED_OUTPUT"]

/** What is told of materializations and checks, without what differs between runs. */
const toldOfAssets = (events: ReadonlyArray<HeddleEvent>): ReadonlyArray<unknown> =>
  events.flatMap((event): ReadonlyArray<unknown> => {
    if (event._tag === "ASSET_CHECK_EVALUATION") {
      const { asset, blocking, check, description, metadata, partition, passed, severity, target } = event
      return [{ asset, blocking, check, description, metadata, partition, passed, severity, target: target?.eventId }]
    }
    if (event._tag !== "ASSET_MATERIALIZATION") return []
    const { asset, metadata: { path: _, ...metadata } = {}, partition, provenance, tags } = event
    const from = Object.entries(provenance?.inputs ?? {}).map(([key, { eventId }]) => `${key} ${eventId}`)
    return [{ asset, metadata, partition, tags, codeVersion: provenance?.codeVersion, from }]
  })

/** The id of the materialization of an asset. */
const madeBy = (events: ReadonlyArray<HeddleEvent>, asset: string): string | undefined =>
  events.find((event) => event._tag === "ASSET_MATERIALIZATION" && event.asset === asset)?.id

const isBetween = (events: ReadonlyArray<HeddleEvent>, before: string, after: string): void => {
  const place = (stepKey: string, tag: HeddleEventType) =>
    events.findIndex((event) => event._tag === tag && HeddleEvent.stepKey(event) === stepKey)
  assert.isBelow(place(before, "STEP_SUCCESS"), place(after, "STEP_START"), `${after} starts after ${before} has ended`)
}

const logged = (events: ReadonlyArray<HeddleEvent>, stepKey: string): ReadonlyArray<string> =>
  events.flatMap((event) => (event._tag === "LOG_MESSAGE" && event.stepKey === stepKey ? [event.message] : []))

/** Cancels the run when a given number of steps hang. */
const cancelAt = (holds: number) => {
  const control = new RunControl()
  let held = 0
  const onEvents = (events: ReadonlyArray<HeddleEvent>) => {
    for (const event of events) {
      if (event._tag === "LOG_MESSAGE" && event.message === "holding" && ++held === holds)
        control.cancel("the suite asks")
    }
  }
  return { control, onEvents }
}

/** The executor with a replaced wire. */
const changed = (executor: ExecutorDefinition, change: (wire: StepWire) => StepWire): ExecutorDefinition => ({
  ...executor,
  bind: (...session) => {
    const bound = executor.bind(...session)
    return { ...bound, open: (...run) => Effect.map(bound.open(...run), change) }
  }
})

/** Checks that the events of an executor belong to attempts of this run that the engine launched. */
const fault = (event: HeddleEvent, runId: string, launched: ReadonlySet<string>): string | undefined => {
  if (event.runId !== runId) return `an event of run "${event.runId}", and was opened for run "${runId}"`
  const stepKey = HeddleEvent.stepKey(event)
  if (stepKey === undefined || !("attempt" in event) || launched.has(`${stepKey}~${event.attempt}`)) return undefined
  return `attempt ${event.attempt} of step "${stepKey}", which was not launched`
}

/**
 * The executor, with its events checked. The engine ignores events that it did not ask for, and would wait a long time for the
 * missing ones.
 */
const watched = (executor: ExecutorDefinition, complain: (problem: string) => void): ExecutorDefinition => ({
  ...executor,
  bind: (...session) => {
    const bound = executor.bind(...session)
    return {
      ...bound,
      open: (request, sink) => {
        const launched = new Set<string>()
        const sent: EventSink = (events, stored) => {
          for (const event of events) {
            const problem = fault(event, request.runId, launched)
            if (problem !== undefined) complain(`the executor told ${event._tag} of ${problem}`)
          }
          sink(events, stored)
        }
        return Effect.map(bound.open(request, sent), (wire) => ({
          ...wire,
          launch: (step) => {
            launched.add(`${step.stepKey}~${step.attempt}`)
            return wire.launch(step)
          }
        }))
      }
    }
  }
})

const clause = (
  name: string,
  check: (subject: ExecutorUnderTest) => Effect.Effect<void, unknown, Instance | Scope.Scope>,
  needsProcesses = false
): ExecutorClause => ({
  name,
  needsProcesses,
  check: (subject) =>
    Effect.gen(function* () {
      const complaint = yield* Deferred.make<never>()
      const executor = watched(subject.executor, (problem) =>
        Deferred.doneUnsafe(complaint, Exit.die(new Error(problem)))
      )
      // A run whose executor breaks the contract may not end when it is cancelled, so nothing waits for that.
      const checking = yield* Effect.forkDetach(
        check({ ...subject, executor }).pipe(Effect.scoped, Effect.provide(Instance.layerMemory))
      )
      yield* Effect.raceFirst(Fiber.join(checking), Deferred.await(complaint)).pipe(
        Effect.timeoutOrElse({
          duration: LIMIT,
          orElse: () => Effect.die(new Error(`the run did not end within ${LIMIT}: an attempt lost its last event`))
        }),
        Effect.ensuring(Effect.sync(() => checking.interruptUnsafe()))
      )
    })
})

/** How long a rule may take on a busy machine. */
const LIMIT = "45 seconds"

const clauses: ReadonlyArray<ExecutorClause> = [
  clause("success: reports all events of each step once and in order, and stores the values", (subject) =>
    Effect.gen(function* () {
      const { end, events, result } = yield* run(subject, "chain")
      assert.strictEqual(end._tag, "RUN_SUCCESS")
      assert.deepStrictEqual(told(events, "a"), SOURCE)
      assert.deepStrictEqual(told(events, "b"), INNER)
      assert.deepStrictEqual(told(events, "c"), INNER)
      isBetween(events, "a", "b")
      isBetween(events, "b", "c")
      assert.strictEqual(yield* result.outputValue(), 3)
    })
  ),

  clause("failure: reports the error of a body, abandons the steps downstream, and continues the rest", (subject) =>
    Effect.gen(function* () {
      const { end, events, result } = yield* run(subject, "failing")
      assert.deepInclude(end, { _tag: "RUN_FAILURE", reason: "STEP_FAILURE", failedSteps: ["refuse"] })
      assert.deepStrictEqual(told(events, "refuse"), ["STEP_START", "LOADED_INPUT", "STEP_INPUT", "STEP_FAILURE"])
      assert.deepInclude(result.failures[0]?.error, { name: "Refused", message: "1 is refused" })
      assert.deepInclude(events.find(HeddleEvent.isStepFailure), { source: "USER_CODE_ERROR" })
      assert.deepStrictEqual(told(events, "beside"), INNER)
      assert.deepStrictEqual(told(events, "below"), [])
    })
  ),

  clause("retry: numbers each attempt, and reports why there is another one", (subject) =>
    Effect.gen(function* () {
      const { end, events, result } = yield* run(subject, "flaky")
      assert.strictEqual(end._tag, "RUN_SUCCESS")
      assert.deepStrictEqual(told(events, "flaky"), [
        "STEP_START",
        "STEP_UP_FOR_RETRY",
        "STEP_RESTARTED 2",
        "STEP_UP_FOR_RETRY 2",
        "STEP_RESTARTED 3",
        ...GIVEN.map((tag) => `${tag} 3`)
      ])
      const [first] = events.flatMap((event) => (event._tag === "STEP_UP_FOR_RETRY" ? [event] : []))
      assert.deepInclude(first, { source: "USER_CODE_ERROR", waitMillis: 0 })
      assert.strictEqual(first?.error.message, "1 is refused")
      assert.strictEqual(yield* result.outputValue(), 3)
    })
  ),

  clause("skip: reports which optional outputs were returned", (subject) =>
    Effect.gen(function* () {
      const { end, events } = yield* run(subject, "branching")
      assert.strictEqual(end._tag, "RUN_SUCCESS")
      assert.deepStrictEqual(told(events, "branch"), SOURCE)
      assert.deepStrictEqual(told(events, "on_left"), INNER)
      assert.deepStrictEqual(told(events, "on_right"), ["STEP_SKIPPED"])
      assert.deepStrictEqual(told(events, "after_right"), ["STEP_SKIPPED"])
    })
  ),

  clause("dynamic: reports mapping keys in order, and gives each copy its value and its key", (subject) =>
    Effect.gen(function* () {
      const { end, events, result } = yield* run(subject, "mapping")
      assert.strictEqual(end._tag, "RUN_SUCCESS")
      const keys = events.flatMap((event) =>
        event._tag === "STEP_OUTPUT" && event.stepKey === "list" ? [event.mappingKeys] : []
      )
      assert.deepStrictEqual(keys, [["z"], ["a"], ["m"]])
      for (const key of ["z", "a", "m"]) assert.deepStrictEqual(told(events, `name[${key}]`), INNER)
      assert.deepStrictEqual(yield* result.outputValue(), ["z:0", "a:1", "m:2"])
    })
  ),

  clause("hooks: runs them after the end of the step, and reports each, even one that fails", (subject) =>
    Effect.gen(function* () {
      const { end, events } = yield* run(subject, "hooked")
      assert.deepInclude(end, { _tag: "RUN_FAILURE", reason: "STEP_FAILURE" })
      assert.deepStrictEqual(told(events, "one"), [...SOURCE, "HOOK_COMPLETED", "HOOK_ERRORED", "HOOK_SKIPPED"])
      const ends = ["STEP_FAILURE", "HOOK_SKIPPED", "HOOK_SKIPPED", "HOOK_COMPLETED"]
      assert.deepStrictEqual(told(events, "refuse"), ["STEP_START", "LOADED_INPUT", "STEP_INPUT", ...ends])
      assert.deepStrictEqual(logged(events, "one"), ["hook done"])
      assert.deepStrictEqual(logged(events, "refuse"), ["hook failed"])
    })
  ),

  clause("assets: reports what was made of which partition and checked, and loads values by their key", (subject) =>
    Effect.gen(function* () {
      const values = yield* temporaryFolder
      const { end, events, result } = yield* run(subject, "assets", {}, { partitionKey: "eu", values })
      assert.strictEqual(end._tag, "RUN_SUCCESS")
      assert.deepStrictEqual(told(events, "shop__rates"), [
        "STEP_START",
        ...MADE,
        "STEP_OUTPUT",
        "ASSET_CHECK_EVALUATION",
        "STEP_SUCCESS"
      ])
      assert.deepStrictEqual(told(events, "shop__sales"), [
        "STEP_START",
        "LOADED_INPUT",
        "STEP_INPUT",
        ...MADE,
        "STEP_SUCCESS"
      ])
      assert.deepStrictEqual(told(events, "report"), ["STEP_START", "LOADED_INPUT", ...MADE, "STEP_SUCCESS"])
      isBetween(events, "shop__sales_positive", "report")
      const [rates, sales] = [madeBy(events, "shop/rates"), madeBy(events, "shop/sales")]
      const check = { severity: "ERROR", passed: true, description: undefined, metadata: undefined }
      assert.deepStrictEqual(toldOfAssets(events), [
        {
          asset: "shop/rates",
          metadata: { regions: { _tag: "int", value: 2 } },
          partition: undefined,
          tags: { source: "suite" },
          codeVersion: "1",
          from: []
        },
        {
          ...check,
          asset: "shop/rates",
          check: "complete",
          blocking: false,
          description: "all regions",
          partition: undefined,
          target: rates
        },
        {
          asset: "shop/sales",
          metadata: { region: { _tag: "text", value: "eu" } },
          partition: "eu",
          tags: undefined,
          codeVersion: "2",
          from: [`shop/rates ${rates}`]
        },
        {
          ...check,
          asset: "shop/sales",
          check: "positive",
          blocking: true,
          metadata: { amount: { _tag: "int", value: 20 } },
          partition: "eu",
          target: sales
        },
        {
          asset: "report",
          metadata: {},
          partition: "eu",
          tags: undefined,
          codeVersion: "3",
          from: [`shop/sales ${sales}`]
        }
      ])
      assert.strictEqual(yield* result.assetValue("report"), "eu: 20")
      const alone = yield* run(subject, "assets", {}, { partitionKey: "eu", values, assetSelection: "report" })
      assert.deepStrictEqual(told(alone.events, "report"), ["STEP_START", "LOADED_INPUT", ...MADE, "STEP_SUCCESS"])
      assert.deepInclude(toldOfAssets(alone.events), toldOfAssets(events).at(-1))
      assert.strictEqual(yield* alone.result.assetValue("report"), "eu: 20")
    })
  ),

  clause("checks: reports a blocking check that fails, and holds back what is downstream", (subject) =>
    Effect.gen(function* () {
      const { end, events } = yield* run(subject, "assets", {}, { partitionKey: "us" })
      assert.deepInclude(end, { _tag: "RUN_FAILURE", reason: "STEP_FAILURE", failedSteps: ["shop__sales_positive"] })
      assert.deepStrictEqual(told(events, "shop__sales_positive"), [
        "STEP_START",
        "LOADED_INPUT",
        "STEP_INPUT",
        "STEP_OUTPUT",
        "ASSET_CHECK_EVALUATION",
        "STEP_FAILURE"
      ])
      const [evaluation] = events.flatMap((event) =>
        event._tag === "ASSET_CHECK_EVALUATION" && event.check === "positive" ? [event] : []
      )
      assert.deepInclude(evaluation, { passed: false, blocking: true, severity: "ERROR", partition: "us" })
      assert.deepInclude(events.find(HeddleEvent.isStepFailure)?.error, { name: "AssetCheckFailed" })
      assert.deepStrictEqual(told(events, "report"), [])
    })
  ),

  clause("logs: reports the log lines of a body with its step, before the end of the step", (subject) =>
    Effect.gen(function* () {
      const { events } = yield* run(subject, "holding", { maxConcurrent: 2 }, cancelAt(2))
      for (const step of ["hold_a", "hold_b"]) assert.deepStrictEqual(logged(events, step), ["holding", "finalized"])
    })
  ),

  clause("cancel: interrupts running steps, whose finalizers run before their end, and starts no more", (subject) =>
    Effect.gen(function* () {
      const { end, events } = yield* run(subject, "holding", { maxConcurrent: 2 }, cancelAt(2))
      assert.strictEqual(end._tag, "RUN_CANCELED")
      for (const step of ["hold_a", "hold_b"]) {
        assert.deepStrictEqual(told(events, step), ["STEP_START", "STEP_FAILURE"])
        const finalized = events.findIndex(
          (event) => event._tag === "LOG_MESSAGE" && event.stepKey === step && event.message === "finalized"
        )
        const failed = events.findIndex((event) => event._tag === "STEP_FAILURE" && event.stepKey === step)
        assert.isTrue(finalized !== -1 && finalized < failed, "finalizers run before the end of the step")
        assert.deepInclude(events[failed], { source: "INTERRUPT" })
      }
      assert.deepStrictEqual(told(events, "hold_c"), [])
    })
  ),

  clause("an early cancel: ends an attempt that is still on its way to its body", (subject) =>
    Effect.gen(function* () {
      const control = new RunControl()
      let launched = 0
      const executor = changed(subject.executor, (wire) => ({
        ...wire,
        launch: (request) =>
          Effect.tap(wire.launch(request), () =>
            Effect.sync(() => {
              if (++launched === 2) control.cancel("right after the launch")
            })
          )
      }))
      const { end, events } = yield* run({ ...subject, executor }, "holding", { maxConcurrent: 2 }, { control })
      assert.strictEqual(end._tag, "RUN_CANCELED")
      for (const step of ["hold_a", "hold_b"]) assert.strictEqual(told(events, step).at(-1), "STEP_FAILURE")
      assert.deepStrictEqual(told(events, "hold_c"), [])
    })
  ),

  clause("health and terminate: distinguish attempts, and whether they are running", (subject) =>
    Effect.gen(function* () {
      let wire: StepWire | undefined
      const executor = changed(subject.executor, (opened) => (wire = opened))
      const answers: Array<boolean> = []
      const { control, onEvents } = cancelAt(Infinity)
      const look = Effect.gen(function* () {
        // Terminating another attempt or another step does not affect the running one.
        yield* wire!.terminate("hold_a", 2)
        yield* wire!.terminate("nothing", 1)
        for (const [step, attempt] of [
          ["hold_a", 1],
          ["hold_a", 2],
          ["hold_c", 1],
          ["nothing", 1]
        ] as const) {
          answers.push((yield* wire!.health(step, attempt)).healthy)
        }
        control.cancel()
      })
      let looked = 0
      const { end, events } = yield* run(
        { ...subject, executor },
        "holding",
        { maxConcurrent: 2 },
        {
          control,
          onEvents: (appended) => {
            onEvents(appended)
            for (const event of appended) {
              if (event._tag === "LOG_MESSAGE" && event.message === "holding" && ++looked === 2) Effect.runFork(look)
            }
          }
        }
      )
      assert.deepStrictEqual(answers, [true, false, false, false])
      assert.strictEqual(end._tag, "RUN_CANCELED")
      const canceling = events.findIndex(({ _tag }) => _tag === "RUN_CANCELING")
      assert.isAbove(events.findIndex(HeddleEvent.isStepFailure), canceling, "no step ends before the cancel")
    })
  ),

  clause("limits: runs as many steps at once as run config allows, in all and with one tag", (subject) =>
    Effect.gen(function* () {
      const most = (events: ReadonlyArray<HeddleEvent>): number => {
        let [now, highest] = [0, 0]
        for (const event of events) {
          if (event._tag === "STEP_START") highest = Math.max(highest, ++now)
          if (event._tag === "STEP_SUCCESS") now--
        }
        return highest
      }
      const two = yield* run(subject, "wide", { maxConcurrent: 2 })
      assert.deepInclude(
        two.events.find(({ _tag }) => _tag === "EXECUTOR_READY"),
        { maxConcurrent: 2 }
      )
      assert.isAtMost(most(two.events), 2)
      assert.strictEqual(two.result.getStepSuccessEvents().length, 6)
      const tagged = yield* run(subject, "wide", {
        maxConcurrent: 4,
        tagConcurrencyLimits: [{ key: "kind", value: "pause", limit: 1 }]
      })
      assert.strictEqual(most(tagged.events), 1)
      assert.strictEqual(tagged.end._tag, "RUN_SUCCESS")
    })
  ),

  clause(
    "a lost worker: fails its step with what is known about its process, and continues the rest",
    (subject) =>
      Effect.gen(function* () {
        const { end, events } = yield* run(subject, "crashing")
        assert.deepInclude(end, { _tag: "RUN_FAILURE", reason: "RUN_EXCEPTION", failedSteps: ["crash"] })
        const failure = events.find(HeddleEvent.isStepFailure)
        assert.deepInclude(failure, { stepKey: "crash", source: "FRAMEWORK_ERROR", crashed: true })
        assert.include(failure?.error.message, "7", "the error tells the exit code")
        assert.deepStrictEqual(told(events, "beside"), INNER)
        assert.deepStrictEqual(told(events, "below"), [])
      }),
    true
  ),

  clause(
    "a worker that is lost once: retries in another worker, if the retry policy of the step allows it",
    (subject) =>
      Effect.gen(function* () {
        const { end, events, result } = yield* run(subject, "crashingOnce")
        assert.strictEqual(end._tag, "RUN_SUCCESS")
        // The worker may be gone before it has sent the start of the attempt.
        assert.deepStrictEqual(
          told(events, "crash").filter((tag) => tag !== "STEP_START"),
          ["STEP_UP_FOR_RETRY", "STEP_RESTARTED 2", ...GIVEN.map((tag) => `${tag} 2`)]
        )
        const [retry] = events.flatMap((event) => (event._tag === "STEP_UP_FOR_RETRY" ? [event] : []))
        assert.deepInclude(retry, { source: "FRAMEWORK_ERROR", waitMillis: 0 })
        assert.include(retry?.error.message, "7", "the error tells the exit code")
        assert.deepStrictEqual(told(events, "below"), INNER)
        assert.strictEqual(yield* result.outputValue(), 3)
      }),
    true
  )
]

/**
 * The contract of executors: the same jobs give the same events, wherever their steps run.
 *
 * @since 0.1.0
 */
export const ExecutorSuite = {
  /** The rules, to check them one by one. */
  clauses,

  /**
   * Registers the tests with Vitest, one for each rule.
   *
   * @param name - name of the executor in test reports
   * @param subject - the executor, and whether its steps run in other processes
   */
  suite: (name: string, subject: ExecutorUnderTest): void => {
    describe(`Executor: ${name}`, () => {
      for (const { check, name: rule, needsProcesses } of clauses) {
        if (needsProcesses && subject.hasProcesses !== true) continue
        it.live(rule, () => check(subject), 60_000)
      }
    })
  }
}
