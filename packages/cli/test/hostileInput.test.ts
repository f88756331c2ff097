import { assert, describe, it } from "@effect/vitest"
import { openSync } from "node:fs"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { file, heddle, home, spawned } = spawnedHeddle()

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url))
const ETL = ["job", "execute", "-f", "jobs.ts", "-j", "etl", "--config-json"]
const CONFIG = '{"ops":{"source":{"config":{"rows":3}}}}'

/** A stack of Heddle or of Node in place of a message. */
const DUMP = /Node\.js v|The command failed with an unexpected|packages\/cli\/src/

describe("a module that cannot be loaded", () => {
  it.each([
    ["throws null", "throw null", "it threw null"],
    ["throws a value that is no error", "throw Object.create(null)", "it threw {}"],
    [
      "throws an error that is not as errors are",
      'throw Object.assign(new Error("x"), { stack: 5, message: { a: 1 } })',
      'Error: {"a":1}'
    ],
    [
      "throws from a timer",
      'setTimeout(() => { throw new Error("late") }, 0)\nawait new Promise(() => {})',
      "Error: late"
    ],
    ["rejects a promise that nothing handles", 'Promise.reject(new RangeError("stray"))', "RangeError: stray"],
    ["ends the process", "process.exit(0)", "called process.exit(0) while it was being loaded"],
    [
      "exports what cannot be read",
      'export default new Proxy({}, { has() { throw new Error("has") } })',
      '"default" (object)'
    ]
  ])("%s: a message without a dump, and exit code 2", async (_, text, said) => {
    const module = file("hostile.mts", `${text}\nexport {}\n`)
    for (const args of [
      ["job", "list", "-f", module],
      ["job", "execute", "-f", module]
    ]) {
      const { code, stderr } = await heddle(...args)
      assert.include(stderr, said)
      assert.notMatch(stderr, DUMP)
      assert.strictEqual(code, 2)
    }
  })

  it("has an impossible path", async () => {
    const { code, stderr } = await heddle("job", "list", "-f", "a".repeat(5_000))
    assert.include(stderr, "Cannot read module")
    assert.notMatch(stderr, DUMP)
    assert.strictEqual(code, 2)
  })
})

describe("an empty or meaningless value", () => {
  it.each([
    ["a module without a name", ["job", "list", "-f", ""], "Expected the path of a module"],
    ["a home without a name", ["run", "list", "--home", ""], "Expected the path of a folder"],
    ["a run without an id", ["run", "show", ""], "The run id is empty"],
    ["a selection of nothing", [...ETL, CONFIG, "--select", ","], "--select is empty"],
    ["a new run without an id", [...ETL, CONFIG, "--run-id", ""], 'Run id "" is not valid: it is empty'],
    ["a new run with the id of the newest one", [...ETL, CONFIG, "--run-id", "last"], 'Run id "last" is not valid'],
    ["a new run with an id of 201 characters", [...ETL, CONFIG, "--run-id", "x".repeat(201)], "it has 201 characters"],
    ["a tag without a value", [...ETL, CONFIG, "--tag", "x"], "Expected key=value, with a key and a value"],
    ["a limit that is no number", ["run", "list", "--limit", "x"], "Expected a number"]
  ])("%s is refused with exit code 2", async (_, args, said) => {
    // One run that an empty id could be taken for.
    await heddle(...ETL, CONFIG, "--run-id", "only")
    const { code, stderr, stdout } = await heddle(...args)
    assert.include(stderr, said)
    assert.strictEqual(stdout, "")
    assert.strictEqual(code, 2)
  })
})

describe("a command whose arguments show that it runs no bodies", () => {
  it.each([
    [["run", "list", "--job", "execute"]],
    [["run", "list", "--job", "reexecute"]],
    [["job", "execute", "--completions", "bash"]]
  ])("ends with its own exit code: %j", async (args) => {
    const { code, stderr } = await heddle(...args)
    assert.notInclude(stderr, "The process exited")
    assert.strictEqual(code, 0)
  })
})

describe.skipIf(process.platform === "win32")("standard output", () => {
  it("may be closed by its reader", async () => {
    const child = spawn(process.execPath, [MAIN, ...ETL, CONFIG, "--json", "--run-id", "unread"], {
      cwd: FIXTURES,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, HEDDLE_HOME: home() }
    })
    child.stdout.destroy()
    let stderr = ""
    child.stderr.on("data", (data) => (stderr += String(data)))
    const [code] = await once(child, "close")
    assert.strictEqual(stderr, "")
    assert.strictEqual(code, 0)
    const { stdout } = await heddle("run", "list", "--json")
    assert.include(stdout, '"unread"')
  })

  it.skipIf(process.platform !== "linux")("that is full makes the exit code 1, and is told of", async () => {
    const child = spawn(process.execPath, [MAIN, "job", "list", "-f", "jobs.ts"], {
      cwd: FIXTURES,
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
      env: { ...process.env, HEDDLE_HOME: home() }
    })
    let stderr = ""
    child.stderr!.on("data", (data) => (stderr += String(data)))
    const [code] = await once(child, "close")
    assert.include(stderr, "Cannot write to standard output: ENOSPC")
    assert.strictEqual(code, 1)
  })

  it.each(["1", "20", "39", "40"])("of %s cells gets tables and help of at most 40", async (COLUMNS) => {
    const { stdout } = await spawned(["pool", "list", "--help"], { COLUMNS }).end
    const [description = ""] = stdout.split("USAGE")
    for (const line of description.split("\n")) assert.isAtMost(line.length, 40)
  })
})
