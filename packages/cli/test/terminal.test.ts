import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import { Cli } from "@heddle/cli/Cli"
import { LiveDisplay } from "@heddle/cli/LiveDisplay"
import type { Run } from "@heddle/storage/RunRecord"
import { RunListView } from "@heddle/cli/RunListView"
import { PlainText } from "@heddle/cli/PlainText"
import { Effect, FileSystem, Layer, Path, Stdio, Terminal } from "effect"
import { TestClock } from "effect/testing"
import { systemError } from "effect/PlatformError"
import { ChildProcessSpawner } from "effect/process"
import * as Sink from "effect/Sink"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** A terminal that keeps what is written to it, beside the files of this machine but for some calls. */
const terminal = (columns: number, files: Partial<FileSystem.FileSystem> = {}) => {
  const written: Array<string> = []
  const errors: Array<string> = []
  const layer = Layer.mergeAll(
    Layer.effect(
      FileSystem.FileSystem,
      Effect.map(FileSystem.FileSystem, (node) => ({ ...node, ...files }))
    ).pipe(Layer.provide(NodeFileSystem.layer)),
    Path.layer,
    Stdio.layerTest({
      stdoutIsTerminal: Effect.succeed(true),
      stderr: () =>
        Sink.forEach((text: string | Uint8Array) =>
          Effect.sync(() => void errors.push(typeof text === "string" ? text : new TextDecoder().decode(text)))
        )
    }),
    Layer.succeed(
      Terminal.Terminal,
      Terminal.make({
        columns: Effect.succeed(columns),
        rows: Effect.succeed(24),
        size: Effect.die("not watched"),
        readInput: Effect.die("not read"),
        readLine: Effect.die("not read"),
        display: (text) => Effect.sync(() => void written.push(text))
      })
    ),
    Layer.succeed(
      ChildProcessSpawner.ChildProcessSpawner,
      ChildProcessSpawner.make(() => Effect.die("not started"))
    )
  )
  return { layer, written, lines: () => written.join("").trimEnd().split("\n"), errors: () => errors.join("") }
}

const jobs = fileURLToPath(new URL("./fixtures/jobs.ts", import.meta.url))

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "heddle-terminal-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const run = (overrides: Partial<Run>) => ({
  run: {
    runId: "01234567-89ab-cdef-0123-456789abcdef",
    jobName: "daily_flight_delays",
    tags: {},
    createdAt: 0,
    startedAt: 0,
    endedAt: 61_000,
    ...overrides
  } as Omit<Run, "status">,
  status: "SUCCESS" as const
})

describe("heddle in a terminal", () => {
  it.live("lists runs in 40 cells", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const execute = ["job", "execute", "-f", jobs, "-j", "etl", "--home", home, "--json"].concat(
        "--config-json",
        '{"ops":{"source":{"config":{"rows":4}}}}'
      )
      for (const text of ["a", "b"]) {
        const screen = terminal(40)
        const code = yield* Effect.provide(Cli.run([...execute, "--tag", `team=${text}`]), screen.layer)
        assert.strictEqual(code, 0, screen.errors())
        assert.strictEqual(JSON.parse(screen.lines().at(-1)!)._tag, "RUN_SUCCESS")
      }
      const screen = terminal(40)
      assert.strictEqual(yield* Effect.provide(Cli.run(["run", "list", "--home", home]), screen.layer), 0)
      assert.strictEqual(screen.lines().length, 3)
      for (const line of screen.lines()) assert.isAtMost(PlainText.width(PlainText.lines(line)), 40, line)
    })
  )

  it.effect("redraws a live view that fits the terminal, and clears it at its end", () =>
    Effect.gen(function* () {
      const screen = terminal(40)
      yield* Effect.gen(function* () {
        const display = yield* LiveDisplay.open({ jobName: "a_job_with_a_long_name", json: false, level: "info" })
        const event = { runId: "01234567-89ab-cdef-0123-456789abcdef", timestamp: 0 }
        const stepKey = "check_of_every_row_of_the_table"
        display.expect([stepKey])
        display.show({ ...event, _tag: "RUN_START", id: "0", executor: "inProcess", pid: 1, host: "loom" })
        display.show({ ...event, _tag: "STEP_START", id: "1", stepKey: "read_".repeat(20), attempt: 1 })
        assert.deepStrictEqual(screen.written, [])
        display.show({ ...event, _tag: "LOG_MESSAGE", id: "2", stepKey, level: "INFO", message: "forty rows" })
        yield* TestClock.adjust("1 second")
        assert.isAbove(screen.written.length, 1)
        assert.include(PlainText.lines(screen.written.join("")), "forty rows")
        assert.include(PlainText.lines(screen.written.join("")), "read_")
        for (const text of screen.written) {
          for (const line of PlainText.lines(text).split("\n")) assert.isAtMost(PlainText.width(line), 40, line)
        }
      }).pipe(Effect.scoped, Effect.provide(screen.layer))
      const drawn = screen.written.length
      assert.include(screen.written.at(-1)!, "\u001b[2K")
      yield* TestClock.adjust("1 second")
      assert.lengthOf(screen.written, drawn)
    })
  )

  it.live("says why it cannot create the home folder, look for it, or read a module", () =>
    Effect.gen(function* () {
      const denied = (method: string) => {
        const cause = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" })
        return Effect.fail(systemError({ _tag: "PermissionDenied", module: "FileSystem", method, cause }))
      }
      const missing = Effect.fail(systemError({ _tag: "NotFound", module: "FileSystem", method: "stat" }))
      const cases = [
        [
          { stat: () => missing, makeDirectory: () => denied("makeDirectory") },
          ["pool", "set", "p", "1", "--home", "/a/home"],
          ['Cannot create the home folder "/a/home": EACCES: permission denied', "Use --home or HEDDLE_HOME"]
        ],
        [
          { stat: () => denied("stat") },
          ["run", "list", "--home", "/a/home"],
          ['Cannot look for the home folder "/a/home": EACCES: permission denied']
        ],
        [
          { stat: () => denied("stat") },
          ["job", "list", "-f", "/a/jobs.ts"],
          ['Cannot read module "/a/jobs.ts": EACCES: permission denied', "Use -f"]
        ],
        [
          { stat: () => missing, readDirectory: () => Effect.succeed(["jobs.mts"]) },
          ["job", "list", "-f", "/a/jobs.ts"],
          ['Module "/a/jobs.ts" does not exist', 'a/jobs.mts"?']
        ]
      ] as const
      for (const [files, args, said] of cases) {
        const screen = terminal(100, files)
        assert.strictEqual(yield* Effect.provide(Cli.run(args), screen.layer), 2, args.join(" "))
        for (const words of said) assert.include(screen.errors(), words)
      }
    })
  )

  it.live("says why it cannot write a file, on a full disk and in a read-only folder", () =>
    Effect.gen(function* () {
      for (const [tag, code, said] of [
        ["Unknown", "ENOSPC", "no space left on device"],
        ["PermissionDenied", "EACCES", "permission denied"]
      ] as const) {
        const cause = Object.assign(new Error(`${code}: ${said}`), { code })
        const error = systemError({ _tag: tag, module: "FileSystem", method: "writeFileString", cause })
        const screen = terminal(100, { writeFileString: () => Effect.fail(error) })
        const args = ["job", "graph", "-f", jobs, "-j", "etl", "--svg", "/full/graph.svg"]
        assert.strictEqual(yield* Effect.provide(Cli.run(args), screen.layer), 2)
        assert.include(screen.errors(), 'Cannot write "/full/graph.svg"')
        assert.include(screen.errors(), said)
      }
    })
  )
})

describe("RunListView", () => {
  it("lines - never wrap, and drop tags, parent, duration and start before the id", () => {
    const runs = [
      run({ tags: { team: "delays", day: "2026-11-27" }, parentRunId: "parent-of-the-run" }),
      run({ runId: "76543210-89ab-cdef-0123-456789abcdef", jobName: "x".repeat(50) })
    ]
    for (let width = 40; width <= 200; width++) {
      const lines = RunListView.lines(runs, { now: 0, width })
      for (const line of lines) assert.isAtMost(line.length, width, line)
      assert.match(lines[0]!, /^RUN +JOB +STATUS/)
      assert.match(lines[1]!, /^01234567/)
      assert.match(lines[2]!, /^76543210/)
    }
    assert.deepStrictEqual(RunListView.lines(runs, { now: 0, width: 40 })[0]!.split(/ +/), ["RUN", "JOB", "STATUS"])
    const wide = RunListView.lines(runs, { now: 0, width: 200 })
    assert.deepStrictEqual(wide[0]!.split(/ +/), ["RUN", "JOB", "STATUS", "STARTED", "TOOK", "PARENT", "TAGS"])
    assert.include(wide[1]!, "team=delays day=2026-11-27")
  })

  it("lines - keep whole ids if their beginnings are the same", () => {
    const ids = ["01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcde0"]
    const lines = RunListView.lines(
      ids.map((runId) => run({ runId })),
      { now: 0, width: 70 }
    )
    for (const [i, id] of ids.entries()) assert.include(lines[i + 1]!, id)
  })
})
