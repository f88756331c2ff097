import { assert, describe, it } from "@effect/vitest"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import type { JobSnapshot } from "@heddle/events/JobSnapshot"
import { AssetLog } from "@heddle/storage/AssetLog"
import type { AssetPartition } from "@heddle/storage/AssetPartition"
import { ConcurrencySlots } from "@heddle/storage/ConcurrencySlots"
import { EventLog } from "@heddle/storage/EventLog"
import type { RunRecord } from "@heddle/storage/RunRecord"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { systemError } from "effect/PlatformError"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Opens an instance that stays open as long as the test's scope. */
const open = (options: Parameters<typeof SqliteInstance.layer>[0]) =>
  Effect.map(Layer.build(Layer.fresh(SqliteInstance.layer(options))), (services) => ({
    log: Context.get(services, EventLog),
    slots: Context.get(services, ConcurrencySlots),
    runs: Context.get(services, RunStorage),
    assets: Context.get(services, AssetLog)
  }))

const refusal = (layer: ReturnType<typeof SqliteInstance.layer>) => Effect.flip(Effect.scoped(Layer.build(layer)))

const line = (runId: string, n: number): HeddleEvent => ({
  _tag: "LOG_MESSAGE",
  id: `load~1~${n}`,
  runId,
  timestamp: n,
  level: "INFO",
  message: `line ${n}`
})

const start = (runId: string): HeddleEvent => ({
  _tag: "RUN_START",
  id: "~run~0",
  runId,
  timestamp: 100,
  executor: "inProcess",
  pid: 4711,
  host: "loom"
})

const planned = (runId: string, partition: string): HeddleEvent => ({
  _tag: "ASSET_MATERIALIZATION_PLANNED",
  id: `~run~0~planned~a~${partition}`,
  runId,
  timestamp: 1,
  asset: "a",
  partition
})

const materialized = (runId: string, partition: string, n: number): HeddleEvent => ({
  _tag: "ASSET_MATERIALIZATION",
  id: `a~1~${n}`,
  runId,
  timestamp: n,
  stepKey: "a",
  attempt: 1,
  asset: "a",
  partition
})

const record = (runId: string): RunRecord => ({
  runId,
  jobName: "etl",
  createdAt: 1,
  tags: { team: "a" },
  runConfig: {}
})

const job: JobSnapshot = {
  name: "etl",
  graph: { name: "etl", inputs: [], outputs: {}, nodes: [] },
  resources: [],
  tags: {}
}

/** Runs SQL on a database past the instance. */
const tamper = (filename: string, sql: string) =>
  Effect.sync(() => {
    const database = new DatabaseSync(filename)
    database.exec(sql)
    database.close()
  })

describe("SqliteInstance", () => {
  it.effect("stores everything for the next process that opens the file", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { log, runs } = yield* open({ filename })
          yield* runs.create(record("run"), job)
          yield* log.append([start("run"), line("run", 1)])
        })
      )
      const { log, runs } = yield* open({ filename })
      assert.deepStrictEqual((yield* log.read("run")).events, [start("run"), line("run", 1)])
      assert.deepStrictEqual(yield* runs.get("run"), {
        ...record("run"),
        status: "STARTED",
        startedAt: 100,
        pid: 4711,
        host: "loom"
      })
      assert.deepStrictEqual(yield* runs.snapshot("run"), job)
      yield* log.append([start("run"), line("run", 2)])
      assert.lengthOf((yield* log.read("run")).events, 3)
    })
  )

  it.effect("allows reading while another connection writes, each at its own position", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const writer = yield* open({ filename })
      const reader = yield* open({ filename, durability: "relaxed" })
      let after: string | undefined
      for (let round = 0; round < 20; round++) {
        yield* writer.log.append([line("run", round * 2), line("run", round * 2 + 1)])
        const page = yield* reader.log.read("run", { after })
        assert.deepStrictEqual(page.events, [line("run", round * 2), line("run", round * 2 + 1)])
        after = page.next
      }
      yield* reader.runs.create(record("run"), job)
      assert.strictEqual((yield* writer.runs.get("run")).status, "NOT_STARTED")
    })
  )

  it.effect("counts the claims of several processes on one pool, and stores limits and slots for later processes", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const instances = [yield* open({ filename }), yield* open({ filename })]
      yield* instances[0]!.slots.setLimit("db", 3)
      const claims = instances.flatMap((instance, i) =>
        ["a", "b", "c"].map((stepKey) => ({ ...instance, runId: `run-${i}`, stepKey }))
      )
      for (const [i, { runs }] of instances.entries()) {
        yield* runs.createHeld(record(`run-${i}`), job, { pid: i, host: "here" })
      }
      const answers = yield* Effect.forEach(claims, ({ runId, slots, stepKey }) =>
        slots.claim({ pool: "db", runId, stepKey, attempt: 1, priority: 0 })
      )
      assert.deepStrictEqual(answers, [true, true, true, false, false, false])
      const [pool] = yield* (yield* open({ filename })).slots.list
      assert.strictEqual(pool?.limit, 3)
      assert.deepStrictEqual(
        pool?.holders.map(({ runId }) => runId),
        ["run-0", "run-0", "run-0"]
      )
      assert.lengthOf(pool?.waiting ?? [], 3)
    })
  )

  it.effect("reads what is committed while a write is in progress", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { log } = yield* open({ filename })
      yield* log.append([line("run", 0)])
      const other = new DatabaseSync(filename)
      other.exec("begin immediate; delete from events")
      const { events } = yield* log.read("run")
      other.exec("rollback")
      other.close()
      assert.lengthOf(events, 1)
    })
  )

  it.effect("writes nothing of a batch if the database rejects one of its events", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { log, runs } = yield* open({ filename })
      yield* runs.create(record("run"), job)
      yield* tamper(
        filename,
        "create trigger refuse before insert on events when new.event_id = 'load~1~2' begin select raise(abort, 'no'); end"
      )
      const error = yield* Effect.flip(log.append([start("run"), line("run", 1), line("run", 2), line("run", 3)]))
      assert.strictEqual(error.message, 'Cannot append events of run "run": no')
      assert.deepStrictEqual((yield* log.read("run")).events, [])
      assert.strictEqual((yield* runs.get("run")).status, "NOT_STARTED")
      yield* log.append([start("run"), line("run", 1)])
      assert.strictEqual((yield* runs.get("run")).status, "STARTED")
    })
  )

  it.effect("reports the run and the row of an event that cannot be read", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { log } = yield* open({ filename })
      yield* log.append([line("run", 1), line("run", 2), line("run", 3)])
      yield* tamper(filename, `update events set body = '{"_tag":"STEP_DANCED"}' where id = 2`)
      const unknown = yield* Effect.flip(log.read("run"))
      assert.strictEqual(unknown.runId, "run")
      assert.match(
        unknown.message,
        /^Cannot read events of run "run": row 2 of the events table cannot be read by this version/
      )
      yield* tamper(filename, "update events set body = '{' where id = 2")
      assert.include((yield* Effect.flip(log.read("run"))).message, "row 2")
      assert.deepStrictEqual((yield* log.read("run", { limit: 1 })).events, [line("run", 1)])
    })
  )

  it.effect("stores the snapshot of a job once for many runs", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const { runs } = yield* open({ filename })
      yield* Effect.forEach(["a", "b", "c"], (runId) => runs.create(record(runId), job))
      yield* runs.create(record("d"), { ...job, name: "other" })
      const database = new DatabaseSync(filename)
      assert.strictEqual(database.prepare("select count(*) as count from snapshots").get()?.["count"], 2)
      database.close()
    })
  )

  it.effect("uses the given home folder", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "a", "home")
      yield* Effect.scoped(Layer.build(SqliteInstance.layerHome({ home })))
      assert.isTrue(existsSync(join(home, "heddle.db")))
    })
  )

  it.effect("uses the folder that HEDDLE_HOME names, or else .heddle", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "named")
      const env = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnvRecord(env))
      yield* Effect.scoped(Layer.build(SqliteInstance.layerHome().pipe(Layer.provide(env({ HEDDLE_HOME: home })))))
      assert.isTrue(existsSync(join(home, "heddle.db")))
      const unset = join(process.cwd(), ".heddle")
      assert.strictEqual(yield* SqliteInstance.homeFolder().pipe(Effect.provide(env({}))), unset)
      assert.strictEqual(yield* SqliteInstance.homeFolder().pipe(Effect.provide(env({ HEDDLE_HOME: "" }))), unset)
    })
  )

  it.effect("says what to do if the home folder cannot be created", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "")
      for (const home of [join(folder, "file"), join(folder, "file", "home")]) {
        const error = yield* refusal(SqliteInstance.layerHome({ home }))
        assert.strictEqual(error._tag, "StorageError")
        assert.strictEqual(
          error.message,
          `Cannot create the home folder "${home}": "${join(folder, "file")}" is a file. ` +
            "Set HEDDLE_HOME to a folder that this user can write to"
        )
      }
    })
  )

  it.effect("reports why a simulated file system rejects the home folder", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      for (const [tag, said] of [
        ["PermissionDenied", "EROFS: read-only file system, mkdir"],
        ["Unknown", "ENOSPC: no space left on device, mkdir"]
      ] as const) {
        const refused = systemError({
          _tag: tag,
          module: "FileSystem",
          method: "makeDirectory",
          cause: new Error(said)
        })
        const files = FileSystem.layerNoop({ makeDirectory: () => Effect.fail(refused) })
        const error = yield* refusal(
          Layer.provide(SqliteInstance.layerHomeFileSystem({ home }), Layer.mergeAll(files, Path.layer))
        )
        assert.include(error.message, `Cannot create the home folder "${home}": ${said}`)
        assert.isFalse(existsSync(home))
      }
    })
  )

  it.effect.runIf(existsSync("/proc/self"))("comes back from a file system that takes no folders", () =>
    Effect.gen(function* () {
      const error = yield* refusal(SqliteInstance.layerHome({ home: "/proc/heddle/home" }))
      assert.include(error.message, 'Cannot create the home folder "/proc/heddle/home"')
    })
  )

  it.effect("says what to do if the folder of the file is missing or not a folder", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      writeFileSync(join(folder, "file"), "")
      mkdirSync(join(folder, "folder"))
      const message = (path: string) =>
        Effect.map(refusal(SqliteInstance.layer({ filename: join(folder, path) })), (error) => error.message)
      assert.strictEqual(
        yield* message("file/heddle.db"),
        `Cannot open the instance in "${folder}/file/heddle.db": "${folder}/file" is not a folder. ` +
          "Choose another folder, or move that file away"
      )
      assert.strictEqual(
        yield* message("missing/heddle.db"),
        `Cannot open the instance in "${folder}/missing/heddle.db": the folder "${folder}/missing" does not exist. ` +
          "Create the folder, or choose another file"
      )
      assert.strictEqual(
        yield* message("folder"),
        `Cannot open the instance in "${folder}/folder": it is a folder. Name a file in it`
      )
    })
  )

  it.effect("rejects a file that is not a database, and does not change it", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "notes.txt")
      writeFileSync(filename, "Buy thread. ".repeat(100))
      const error = yield* refusal(SqliteInstance.layer({ filename }))
      assert.strictEqual(
        error.message,
        `Cannot open the instance in "${filename}": it is not a database. Choose another file, or move this one away`
      )
    })
  )

  it.effect("rejects the database of another program, and does not change it", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "other.db")
      yield* tamper(filename, "create table events (mine text)")
      const error = yield* refusal(SqliteInstance.layer({ filename }))
      assert.strictEqual(
        error.message,
        `Cannot open the instance in "${filename}": it is the database of another program. Choose another file`
      )
      const database = new DatabaseSync(filename)
      assert.strictEqual(database.prepare("pragma journal_mode").get()?.["journal_mode"], "delete")
      database.close()
    })
  )

  it.effect("rejects a database that a newer version wrote", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      yield* Effect.scoped(open({ filename }))
      yield* tamper(filename, "pragma user_version = 99")
      const error = yield* refusal(SqliteInstance.layer({ filename }))
      assert.strictEqual(
        error.message,
        `Cannot open the instance in "${filename}": a newer Heddle wrote it (schema version 99; this one knows ` +
          "versions up to 9). Install that version of Heddle, or choose another home"
      )
    })
  )

  it.effect("tells of all partitions without reading events, also of those that an earlier version stored", () =>
    Effect.gen(function* () {
      const filename = join(yield* temporaryFolder, "heddle.db")
      const partitions = Effect.flatMap(open({ filename }), ({ assets }) => assets.partitions("a"))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const { log, runs } = yield* open({ filename })
          yield* runs.create(record("run"), job)
          yield* log.append(["x", "y"].map((key) => planned("run", key)))
          yield* log.append([materialized("run", "x", 1), materialized("run", "x", 2), start("run")])
        })
      )
      const expected = new Map<string, AssetPartition>([
        ["x", { status: "materialized", materialization: { runId: "run", timestamp: 2 } }],
        ["y", { status: "inProgress", plannedBy: "run" }]
      ])
      assert.deepStrictEqual(yield* Effect.scoped(partitions), expected)
      yield* tamper(filename, "drop table asset_partitions; drop index plans_of_partition; pragma user_version = 8")
      assert.deepStrictEqual(yield* Effect.scoped(partitions), expected)
      yield* tamper(filename, "delete from events")
      assert.deepStrictEqual(yield* Effect.scoped(partitions), expected)
    })
  )

  it.effect("keeps confirmed events and no partial batches when its process is killed", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const { code, output } = yield* writer(home, "run", { killAfter: 20 })
      assert.isNull(code)
      const { log } = yield* open({ filename: join(home, "heddle.db") })
      const { events } = yield* log.read("run", { limit: Number.POSITIVE_INFINITY })
      assert.strictEqual(events.length % 10, 0)
      assert.isAtLeast(events.length, output.length * 10)
      assert.deepStrictEqual(
        events.map((event) => event.id),
        events.map((_, n) => `load~1~${n}`)
      )
    })
  )

  it.effect("allows several processes to create the same database and write to it", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const runIds = ["a", "b", "c"]
      const ended = yield* Effect.forEach(runIds, (runId) => writer(home, runId, { batches: 15 }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        ended.map(({ code, errors }) => ({ code, errors })),
        runIds.map(() => ({ code: 0, errors: "" }))
      )
      const { log } = yield* open({ filename: join(home, "heddle.db") })
      for (const runId of runIds) assert.lengthOf((yield* log.read(runId)).events, 150)
    })
  )
})

/** Runs the writer in a process of its own until it is done, or kills it after some batches. */
const writer = (
  home: string,
  runId: string,
  options: { readonly batches?: number; readonly killAfter?: number }
): Effect.Effect<{ readonly code: number | null; readonly output: ReadonlyArray<string>; readonly errors: string }> =>
  Effect.promise(async () => {
    const program = fileURLToPath(new URL("writer.ts", import.meta.url))
    const batches = options.batches === undefined ? [] : [String(options.batches)]
    const child = spawn(process.execPath, [program, home, runId, ...batches], { stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    let errors = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (options.killAfter !== undefined && output.split("\n").length > options.killAfter) child.kill("SIGKILL")
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text
    })
    await once(child, "close")
    return { code: child.exitCode, output: output.split("\n").slice(0, -1), errors }
  })
