import { assert, describe, it } from "@effect/vitest"
import {
  DirectContext,
  Job,
  Op,
  reconstructable,
  RetryPolicy,
  RetryRequested,
  type RetryRequestedOptions
} from "@heddle/definitions"
import { ExecutorDefinition, ReexecutionOptions } from "@heddle/engine"
import { InvalidOptions, RetryPolicySnapshot } from "@heddle/events"
import { executeInProcess, executeJob, executeLocated, validateRunConfig } from "@heddle/execution"
import { MultiprocessExecutor } from "@heddle/executor-multiprocess"
import { FileIOManager } from "@heddle/io-fs"
import { Instance, RunStorage } from "@heddle/storage"
import { SqliteInstance } from "@heddle/storage-sqlite"
import { instanceForTest } from "@heddle/testing"
import { Effect } from "effect"

/** The problems that a call is refused for. */
const refused = (call: () => unknown): ReadonlyArray<string> => {
  try {
    call()
  } catch (error) {
    assert.instanceOf(error, InvalidOptions)
    return error.message.split("\n")
  }
  return []
}

const NUMBERS = [Number.NaN, Infinity, -1, 0.5]

describe("RetryPolicy.make", () => {
  it("rejects invalid options, all at once, with the value and what is allowed", () => {
    assert.deepStrictEqual(
      refused(() => RetryPolicy.make({ maxRetries: Number.NaN, delay: Infinity, backoff: "cubic" as "linear" })),
      [
        'RetryPolicy.make: option "maxRetries" must be a whole number of at least 0, got NaN',
        'RetryPolicy.make: option "delay" must be a finite duration, got Infinity',
        'RetryPolicy.make: option "backoff" must be "linear" or "exponential", got "cubic"'
      ]
    )
    for (const maxRetries of NUMBERS)
      assert.lengthOf(
        refused(() => RetryPolicy.make({ maxRetries })),
        1
      )
    for (const delay of [
      Number.NaN,
      -1,
      "2 sec" as "2 seconds",
      "Infinity" as const,
      { seconds: Number.NaN },
      null as never
    ]) {
      assert.lengthOf(
        refused(() => RetryPolicy.make({ maxRetries: 1, delay })),
        1,
        String(delay)
      )
    }
    assert.lengthOf(
      refused(() => RetryPolicy.make({} as { readonly maxRetries: number })),
      1
    )
  })

  it("returns a finite delay for any number of retries", () => {
    const policy = { maxRetries: 5_000, delayMillis: 1000, backoff: "exponential" } as const
    for (const retry of [60, 1_100, 5_000]) {
      assert.isTrue(Number.isFinite(RetryPolicySnapshot.delayMillis(policy, retry, 0.5)))
    }
    assert.strictEqual(RetryPolicySnapshot.delayMillis({ ...policy, delayMillis: 0 }, 5_000, 0.5), 0)
  })
})

describe("RetryRequested", () => {
  const attempts = Effect.fnUntraced(function* (options: RetryRequestedOptions) {
    const op = Op.make("asks", {
      retry: RetryPolicy.make({ maxRetries: 3 }),
      run: () => Effect.suspend(() => new RetryRequested(options))
    })
    const job = Job.make("job", {}, function* () {
      yield* op()
    })
    const { allEvents } = yield* executeInProcess(job)
    const failure = allEvents.find((event) => event._tag === "STEP_FAILURE")
    return [failure?.attempt, failure?.source, failure?.error.message]
  })

  it.effect("with invalid options fails its step once, and names them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* attempts({ maxRetries: Number.NaN, wait: Infinity }), [
        1,
        "FRAMEWORK_ERROR",
        [
          'RetryRequested: option "maxRetries" must be a whole number of at least 0, got NaN',
          'RetryRequested: option "wait" must be a finite duration, got Infinity'
        ].join("\n")
      ])
      for (const maxRetries of NUMBERS) {
        const [attempt] = yield* attempts({ maxRetries })
        assert.strictEqual(attempt, 1)
      }
      assert.deepStrictEqual(yield* attempts({ wiat: 5 } as RetryRequestedOptions), [
        1,
        "FRAMEWORK_ERROR",
        'RetryRequested: unknown option "wiat": did you mean "wait"?'
      ])
    })
  )
})

describe("maxConcurrent", () => {
  const job = Job.make("job", {}, function* () {
    yield* Op.make("op", { run: () => {} })()
  })

  it.effect("that is not valid fails the call before a run is recorded", () =>
    Effect.gen(function* () {
      for (const maxConcurrent of [...NUMBERS, 0]) {
        const error = yield* Effect.flip(executeInProcess(job, { maxConcurrent }))
        assert.strictEqual(
          error.message,
          `Executor "inProcess": option "maxConcurrent" must be a whole number of at least 1, got ${maxConcurrent}`
        )
      }
      assert.deepStrictEqual(yield* RunStorage.use((runs) => runs.list()), [])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it("of an executor is checked where the executor is made", () => {
    for (const maxConcurrent of [...NUMBERS, 0]) {
      const make = () => ExecutorDefinition.make({ name: "own", maxConcurrent, open: () => Effect.never })
      assert.lengthOf(refused(make), 1)
    }
  })
})

describe("options that take a duration", () => {
  it("of an op are checked with its definition", () => {
    const make = () => Op.make("op", { timeout: Number.NaN, idleTimeout: 0, run: () => {} })
    assert.throws(make, /"timeout": it must be a duration[^]*"idleTimeout": it must be a duration above zero, got 0/)
  })

  it("of an instance are checked where its layer is made", () => {
    for (const lease of [Number.NaN, Infinity, 0, -5]) {
      assert.lengthOf(
        refused(() => SqliteInstance.layer({ filename: ":memory:", lease })),
        1
      )
      assert.lengthOf(
        refused(() => SqliteInstance.layerHome({ lease })),
        1
      )
    }
  })
})

describe("a run id", () => {
  it.effect("that is not valid is rejected before anything is recorded, by every entry point", () =>
    Effect.gen(function* () {
      const job = Job.make("named", {}, function* () {
        yield* Op.make("op", { run: () => {} })()
      })
      const ids = ["", "last", "latest", "x".repeat(201), "a\nb", " a", "\ud800"]
      for (const runId of ids) {
        const error = yield* Effect.flip(executeInProcess(job, { runId }))
        assert.strictEqual(error._tag, "InvalidRunId")
        assert.include(error.message, "is not valid: ")
        const located = executeLocated(job.definition, { moduleUrl: import.meta.url, jobName: "named" }, { runId })
        assert.strictEqual((yield* Effect.flip(located))._tag, "InvalidRunId")
      }
      assert.deepStrictEqual(yield* RunStorage.use((runs) => runs.list()), [])
      assert.isTrue((yield* executeInProcess(job, { runId: "x".repeat(200) })).success)
    }).pipe(Effect.provide(Instance.layerMemory))
  )
})

describe("an unknown option", () => {
  const job = Job.make("etl", function* () {
    yield* Op.make("op", { run: () => {} })()
  })
  /** Options that TypeScript does not see, as in JavaScript. */
  const untyped = (options: object) => options as never

  it.effect("fails a call before a run is recorded, with the closest option", () =>
    Effect.gen(function* () {
      const inProcess = yield* Effect.flip(executeInProcess(job, untyped({ runConifg: {}, tag: {} })))
      assert.strictEqual(inProcess._tag, "DefinitionError")
      assert.strictEqual(
        inProcess.message,
        [
          'run of job "etl" has 2 mistakes:',
          '  1. unknown option "runConifg": did you mean "runConfig"?',
          '  2. unknown option "tag": did you mean "tags"?'
        ].join("\n")
      )
      const pointer = reconstructable(import.meta.url, "etl", etl)
      const located = yield* Effect.flip(executeJob(pointer, untyped({ opSelections: [] })))
      assert.strictEqual(
        located.message,
        'run of job "etl": unknown option "opSelections": did you mean "opSelection"?'
      )
      const checked = yield* Effect.flip(validateRunConfig(job, {}, untyped({ inputs: {} })))
      assert.include(checked.message, 'run config of job "etl": unknown option "inputs"')
      assert.deepStrictEqual(yield* RunStorage.use((runs) => runs.list()), [])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.effect("is rejected by executors and direct invocations", () =>
    Effect.gen(function* () {
      assert.throws(
        () => ExecutorDefinition.make(untyped({ name: "own", requirement: {}, open: () => Effect.never })),
        'executor: unknown option "requirement": did you mean "requirements"?'
      )
      const op = Op.make("op", { run: () => {} })
      const context = new DirectContext()
      for (const options of [{ retryNumbr: 1 }, { retryNumbr: 1, context }]) {
        const message = JSON.stringify(yield* Effect.exit(op.invoke({}, untyped(options))))
        assert.include(message, "did you mean")
        assert.include(message, "retryNumber")
      }
    })
  )
})

describe("an option that does not exist", () => {
  /** Options that TypeScript does not see, as in JavaScript. */
  const untyped = (options: unknown) => options as never

  const calls: ReadonlyArray<readonly [call: () => unknown, said: string]> = [
    [
      () => SqliteInstance.layer(untyped({ filename: ":memory:", durabilty: "relaxed" })),
      'SqliteInstance.layer: unknown option "durabilty": did you mean "durability"?'
    ],
    [() => SqliteInstance.layer(untyped({})), 'SqliteInstance.layer: the option "filename" is missing'],
    [
      () => SqliteInstance.layerHome(untyped({ databaseOfRuns: "heddle.db" })),
      'SqliteInstance.layerHome: unknown option "databaseOfRuns": the options are "durability", "lease", "access", "home"'
    ],
    [
      () => SqliteInstance.layerHomeFileSystem(untyped("home")),
      "SqliteInstance.layerHomeFileSystem: the options must be an object, got string"
    ],
    [
      () => SqliteInstance.layerHome({ access: untyped("readonly"), lease: -1 }),
      'SqliteInstance.layerHome: option "lease" must be a duration that is not negative, got -1\n' +
        'SqliteInstance.layerHome: option "access" must be "write" or "read", got "readonly"'
    ],
    [() => instanceForTest(untyped({ hom: "x" })), 'instanceForTest: unknown option "hom": did you mean "home"?'],
    [
      () => MultiprocessExecutor.make(untyped({ heartbeatTimout: 5 })),
      'MultiprocessExecutor.make: unknown option "heartbeatTimout": did you mean "heartbeatTimeout"?'
    ],
    [
      () => MultiprocessExecutor.make(untyped(null)),
      "MultiprocessExecutor.make: the options must be an object, got null"
    ],
    [
      () => ReexecutionOptions.make("a", untyped({ steps: ["load"] })),
      'ReexecutionOptions.make: unknown option "steps": the only option is "stepSelection"'
    ]
  ]
  for (const [call, said] of calls) {
    it(`is rejected with the closest one: ${said.split(":")[0]}`, () => {
      assert.strictEqual(refused(call).join("\n"), said)
    })
  }

  it("is rejected by the layers of FileIOManager", () => {
    assert.throws(
      () => FileIOManager.layer(untyped({ folders: "x" })),
      '1. unknown option "folders": did you mean "folder"?\n  2. the option "folder" is missing'
    )
    assert.throws(() => FileIOManager.layerFileSystem(untyped({ folder: "x", path: "y" })), 'unknown option "path"')
  })
})

export const etl = Job.make("etl", { resources: {} }, function* () {
  yield* Op.make("op", { resources: {}, run: () => {} })()
})
