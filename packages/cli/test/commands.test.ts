import { assert, describe, it } from "@effect/vitest"
import { existsSync, readFileSync } from "node:fs"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { file, heddle, inFolder, spawned } = spawnedHeddle()

const job = (name: string, ...args: ReadonlyArray<string>) => ["job", "execute", "-f", "jobs.ts", "-j", name, ...args]

describe("heddle", () => {
  it("explains commands with examples in its help", async () => {
    const { code, stdout } = await heddle("--help")
    assert.strictEqual(code, 0)
    assert.include(stdout, "SUBCOMMANDS")
    for (const command of [
      ["job", "execute"],
      ["job", "list"],
      ["job", "graph"],
      ["run", "show"]
    ]) {
      const help = await heddle(...command, "--help")
      assert.strictEqual(help.code, 0)
      assert.match(help.stdout, /EXAMPLES\n {2}# /)
    }
  })

  it("answers wrong usage with exit code 2, the closest name and a pointer to the help", async () => {
    const command = await heddle("run", "shwo", "last")
    assert.strictEqual(command.code, 2)
    assert.include(command.stderr, 'did you mean "show"?')
    const flag = await heddle("run", "list", "--limt", "3")
    assert.strictEqual(flag.code, 2)
    assert.include(flag.stderr, 'did you mean "--limit"?')
    assert.include(flag.stderr, 'See "heddle run list --help"')
    assert.strictEqual(flag.stdout, "")
    assert.strictEqual((await heddle("job", "execute")).code, 2)
  })
})

describe("heddle job list", () => {
  it("lists jobs with their descriptions", async () => {
    const { code, stdout } = await heddle("job", "list", "-f", "jobs.ts")
    assert.strictEqual(code, 0)
    assert.match(stdout, /^etl +2 nodes {2}Rows from a source, doubled$/m)
  })

  it("finds jobs that a module exports directly", async () => {
    const { stdout } = await heddle("job", "list", "-f", "nested.ts", "--json")
    assert.deepStrictEqual(
      JSON.parse(stdout).map((row: { readonly name: string }) => row.name),
      ["nested"]
    )
  })
})

describe("heddle job graph", () => {
  it("prints Mermaid, and writes an image to a file", async () => {
    const mermaid = await heddle("job", "graph", "-f", "nested.ts")
    assert.strictEqual(mermaid.code, 0)
    assert.match(mermaid.stdout, /^---\ntitle: "nested"\n---\nflowchart TD\n/)
    const svg = inFolder("graph.svg")
    const picture = await heddle("job", "graph", "-f", "nested.ts", "-j", "nested", "--svg", svg)
    assert.strictEqual(picture.code, 0)
    assert.match(readFileSync(svg, "utf8"), /^<svg /)
    const nowhere = await heddle("job", "graph", "-f", "nested.ts", "--svg", inFolder("no/where.svg"))
    assert.strictEqual(nowhere.code, 2)
    assert.include(nowhere.stderr, "does not exist")
  })
})

describe("heddle job execute", () => {
  it("runs a job with merged config and stores the run", async () => {
    const config = file("run.yaml", "ops:\n  source: {config: {rows: 3}}\n")
    const args = ["-c", config, "--config-json", '{"ops":{"source":{"config":{"rows":4}}}}', "--tag", "team=x"]
    const ran = await heddle(...job("etl", ...args, "--run-id", "merged-1"))
    assert.strictEqual(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /^\S+Z {2}source +making 4 rows$/m)
    assert.match(ran.stdout, /Run merged-1 succeeded after .*: 2 done/)
    const list = await heddle("run", "list", "--json", "--job", "etl")
    const [run] = JSON.parse(list.stdout)
    assert.deepInclude(run, { runId: "merged-1", status: "SUCCESS", tags: { team: "x" } })
    const again = await heddle(...job("etl", ...args, "--run-id", "merged-1"))
    assert.strictEqual(again.code, 2)
    assert.include(again.stderr, "already exists")
  })

  it("prints one event per line and nothing else with --json", async () => {
    const { code, stderr, stdout } = await heddle(...job("pages", "--json", "--max-concurrent", "2"))
    assert.strictEqual(code, 0)
    assert.strictEqual(stderr, "")
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    assert.strictEqual(events[0]._tag, "RUN_START")
    assert.strictEqual(events.at(-1)._tag, "RUN_SUCCESS")
    assert.strictEqual(events.filter((event) => event._tag === "STEP_SUCCESS").length, 14)
  })

  it("runs steps in worker processes on request, and stores their values in the home folder", async () => {
    const ran = await heddle(
      ...job("pages", "--executor", "multiprocess", "--max-concurrent", "2", "--run-id", "workers")
    )
    assert.strictEqual(ran.code, 0, ran.stderr)
    const { stdout } = await heddle("run", "events", "workers", "--json")
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    const start = events.find(({ _tag }) => _tag === "RUN_START")
    assert.strictEqual(start.executor, "multiprocess")
    const workers = events.filter(({ id }) => /^~worker\d+~0$/.test(id))
    assert.isAtLeast(workers.length, 1)
    assert.isAtMost(workers.length, 2)
  })

  it("exits with 1 if the run fails, with the error and its cause, and with colours only if wanted", async () => {
    const failed = await heddle(...job("failing"))
    assert.strictEqual(failed.code, 1)
    assert.include(failed.stdout, "Failed: Error: the warehouse is on fire")
    assert.include(failed.stdout, "at Object.run (jobs.ts:")
    assert.include(failed.stdout, "caused by TypeError: a match was lit")
    assert.notInclude(failed.stdout, "\u001b")
    const coloured = await spawned(job("failing"), { FORCE_COLOR: "1" }).end
    assert.include(coloured.stdout, "\u001b[31m")
  })

  it("reports all problems of a run config with their places, and runs nothing", async () => {
    const config = file(
      "wrong.yaml",
      "ops:\n  source:\n    config:\n      rows: many\n      nme: x\n  dubble: {}\n  double: {config: {factor: two}}\n"
    )
    const { code, stderr, stdout } = await heddle(...job("etl", "-c", config, "--run-id", "never"))
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.include(stderr, 'Run config of job "etl" has 4 problems')
    assert.include(stderr, 'did you mean "double"?')
    assert.include(stderr, `at ${config}:4:7`)
    assert.notMatch(stderr, /^\s+at .*\.ts:/m)
    assert.strictEqual((await heddle("run", "show", "never")).code, 2)
  })

  it("reports a missing module, bad YAML, a missing file and an unusable home all at once", async () => {
    const bad = file("bad.yaml", "ops:\n  a: b: c\n")
    const { code, stderr } = await heddle("job", "execute", "-f", "job.ts", "-c", bad, "-c", "none.yaml", "--home", bad)
    assert.strictEqual(code, 2)
    assert.include(stderr, 'Module "job.ts" does not exist in')
    assert.include(stderr, 'did you mean "jobs.ts"?')
    assert.match(stderr, /bad\.yaml:2:\d+: /)
    assert.include(stderr, "    2 |   a: b: c")
    assert.include(stderr, 'Config file "none.yaml" does not exist in')
    assert.include(stderr, "Cannot create the home folder")
  })

  it.runIf(existsSync("/proc/self"))("gives up on a home that a file system refuses in silence", async () => {
    const { code, stderr } = await heddle("run", "list", "--home", "/proc/heddle/home")
    // Reading makes no home.
    assert.strictEqual(code, 0)
    assert.include(stderr, "No runs yet")
    const ran = await heddle(...job("pages", "--home", "/proc/heddle/home"))
    assert.strictEqual(ran.code, 2)
    assert.include(ran.stderr, "Cannot create the home folder")
  })

  it("reports the exports of a module without jobs, the closest job, and the error of a broken module", async () => {
    const none = await heddle("job", "list", "-f", file("none.ts", "export const answer = 42\n"))
    assert.strictEqual(none.code, 2)
    assert.include(none.stderr, '"answer" (number)')
    const unknown = await heddle(...job("elt"))
    assert.strictEqual(unknown.code, 2)
    assert.include(unknown.stderr, 'Module "jobs.ts" has no job "elt" - did you mean "etl"?')
    const broken = file("broken.ts", 'const x: number = 1\nthrow new Error("not today")\n')
    const thrown = await heddle("job", "list", "-f", broken)
    assert.strictEqual(thrown.code, 2)
    assert.include(thrown.stderr, "Error: not today")
    assert.match(thrown.stderr, /broken\.ts:2:7/)
    const debug = await heddle("job", "list", "-f", broken, "--log-level", "debug")
    assert.isAbove(debug.stderr.length, thrown.stderr.length)
  })
})

describe.skipIf(process.platform === "win32")("signals", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("%s cancels the run, and its finalizers run", async (signal) => {
    const id = `cancel-${signal}`
    const run = spawned(job("waiting", "--run-id", id))
    await run.line(/waits +Started/)
    run.child.kill(signal)
    const { code, stderr, stdout } = await run.end
    assert.strictEqual(code, 130)
    assert.include(stderr, "Cancelling… (press Ctrl-C again to kill)")
    assert.include(stderr, "cleaned up")
    assert.include(stdout, `Run ${id} was cancelled`)
    const list = await heddle("run", "list", "--status", "CANCELED")
    assert.match(list.stdout, new RegExp(`^${id} +waiting +CANCELED`, "m"))
  })

  it("kills at the second Ctrl-C, even while a body blocks the event loop, and the run is lost", async () => {
    const run = spawned(job("spinning", "--run-id", "spun"))
    const pid = Number(/in (\d+)/.exec(await run.line(/spinning in/))![1])
    run.child.kill("SIGINT")
    await run.line(/Cancelling/)
    // A second signal that comes with the first is the same key press; this one waits until it is another.
    const second = setInterval(() => run.child.kill("SIGINT"), 100)
    const { code } = await run.end
    clearInterval(second)
    assert.strictEqual(code, 130)
    const list = await heddle("run", "list")
    assert.match(list.stdout, /^spun +spinning +LOST/m)
    const shown = await heddle("run", "show", "spun")
    assert.include(shown.stdout, `Process ${pid} on`)
    assert.include(shown.stdout.replaceAll("\n", " "), "The run will not continue by itself.")
  })

  it("ends the process of the run when it is killed", async () => {
    const run = spawned(job("spinning", "--run-id", "killed"))
    await run.line(/spinning in/)
    run.child.kill("SIGKILL")
    // The streams close only when the run's process is gone too.
    const { signal } = await run.end
    assert.strictEqual(signal, "SIGKILL")
    const list = await heddle("run", "list", "--status", "LOST")
    assert.match(list.stdout, /^killed +spinning +LOST/m)
  })

  it("reports that the process of the run was killed", async () => {
    const run = spawned(job("waiting", "--run-id", "shot"))
    const [, pid] = /in process (\d+)/.exec(await run.line(/in process \d+/))!
    await run.line(/waits +Started/)
    process.kill(Number(pid), "SIGKILL")
    const { code, stderr } = await run.end
    assert.strictEqual(code, 1)
    assert.include(stderr, "killed by SIGKILL")
  })
})

describe("heddle run", () => {
  it("finds runs by last and by the start of an id, and reports what it cannot find", async () => {
    await heddle(...job("pages", "--run-id", "prefix-aa"))
    await heddle(...job("pages", "--run-id", "prefix-ab"))
    const last = await heddle("run", "show", "last")
    assert.match(last.stdout, /^run +prefix-ab$/m)
    assert.match(last.stdout, /page ×12/)
    assert.match((await heddle("run", "show", "prefix-aa")).stdout, /^run +prefix-aa$/m)
    const several = await heddle("run", "show", "prefix-")
    assert.strictEqual(several.code, 2)
    assert.include(several.stderr, "matches 2 runs:")
    assert.strictEqual((await heddle("run", "show", "nope")).code, 2)
  })

  it("shows events by type and step, as lines and as JSON", async () => {
    await heddle(...job("pages", "--run-id", "events-1"))
    const json = await heddle("run", "events", "events-1", "--json", "--type", "STEP_SUCCESS", "--step", "page")
    const events = json.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    assert.strictEqual(events.length, 12)
    const one = await heddle("run", "events", "events-1", "--step", "page[k3]", "--type", "STEP_START")
    assert.match(one.stdout, /^\S+Z {2}page\[k3\] +Started\n$/)
    const wrong = await heddle("run", "events", "events-1", "--type", "STEP_SUCESS")
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.stderr, 'did you mean "STEP_SUCCESS"?')
  })

  it("shows a run as JSON and as an image", async () => {
    await heddle(...job("failing", "--run-id", "shown-1"))
    const shown = await heddle("run", "show", "shown-1", "--json")
    const report = JSON.parse(shown.stdout)
    assert.strictEqual(report.run.status, "FAILURE")
    assert.strictEqual(report.failures[0].error.cause.message, "a match was lit")
    const svg = inFolder("timeline.svg")
    assert.strictEqual((await heddle("run", "show", "shown-1", "--svg", svg)).code, 0)
    assert.match(readFileSync(svg, "utf8"), /^<svg [\s\S]*breaks/)
  })

  it("creates no home folder to read it", async () => {
    const none = inFolder("no-home")
    const { code, stderr } = await heddle("run", "list", "--home", none)
    assert.strictEqual(code, 0)
    assert.include(stderr, "No runs yet")
    assert.isFalse(existsSync(none))
  })
})
