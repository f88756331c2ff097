import { ExecutorSuite } from "@heddle/testing/conformance/ExecutorSuite"
import { Effect } from "effect"
import { executeJob, instanceForTest, reconstructable } from "heddle"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, assert, describe, it } from "vitest"
import { httpExecutor } from "../src/httpExecutor.ts"
import { squares } from "../src/job.ts"
import { WorkerProcess } from "../src/WorkerProcess.ts"

ExecutorSuite.suite("http", { executor: httpExecutor, hasProcesses: true })

const home = mkdtempSync(join(tmpdir(), "heddle-http-executor-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const inExample = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const pointer = reconstructable(new URL("../src/job.ts", import.meta.url).href, "squares", squares)
const sum = 506

describe("httpExecutor", () => {
  it("runs a job that names it, as run config says", async () => {
    const runConfig = {
      ops: { numbers: { config: { count: 12 } } },
      execution: { http: { config: { maxConcurrent: 2 } } }
    }
    const output = await Effect.runPromise(
      Effect.flatMap(executeJob(pointer, { runConfig, values: join(home, "values") }), (result) =>
        result.outputValue()
      ).pipe(Effect.provide(instanceForTest()))
    )
    assert.deepStrictEqual(output, { sum, processes: 2 })
  }, 60_000)

  it("gives the same events when every message arrives twice", async () => {
    const before = process.env["NODE_OPTIONS"]
    process.env["NODE_OPTIONS"] = `--import=${new URL("./double.js", import.meta.url).href}`
    try {
      for (const name of ["success", "retry", "dynamic", "hooks", "assets"]) {
        const clause = ExecutorSuite.clauses.find((one) => one.name.startsWith(name))!
        const checked = await Effect.runPromiseExit(clause.check({ executor: httpExecutor, hasProcesses: true }))
        assert.strictEqual(checked._tag, "Success", `${name}: ${JSON.stringify(checked)}`)
      }
    } finally {
      if (before === undefined) delete process.env["NODE_OPTIONS"]
      else process.env["NODE_OPTIONS"] = before
    }
  }, 60_000)

  it("refuses what is not a request, and goes on", async () => {
    const worker = new WorkerProcess("worker")
    try {
      const refused = async (sent: Promise<unknown>) =>
        String(
          await sent.then(
            () => "taken",
            (error: unknown) => error
          )
        )
      // @ts-expect-error the inputs are missing
      assert.match(await refused(worker.launch({ stepKey: "a", nodePath: "a", attempt: 1 })), /400 .*inputs/s)
      const none = { stepKey: "a", nodePath: "a", attempt: 0, inputs: [] }
      assert.match(await refused(worker.launch(none)), /400 .*attempt/s)
      assert.isFalse(await worker.isRunning({ stepKey: "a", attempt: 1 }))
    } finally {
      await worker.close(1000)
    }
  }, 60_000)

  it("is chosen by run config on the command line, where a mistake in its config is told", async () => {
    const heddle = (...args: ReadonlyArray<string>) =>
      promisify(execFile)(
        process.execPath,
        [fileURLToPath(import.meta.resolve("@heddle/cli/main")), ...args, "-f", inExample("src/job.ts")],
        { env: { ...process.env, HEDDLE_HOME: home } }
      )
    const { stdout } = await heddle("job", "execute", "-j", "squares", "-c", inExample("run.yaml"))
    assert.match(stdout, /Run \S+ succeeded/)
    const byDefault = await heddle("job", "execute", "-j", "count", "--json")
    assert.include(byDefault.stdout, '"executor":"http"')
    const wrong = await heddle(
      "config",
      "validate",
      "-j",
      "squares",
      "-c",
      inExample("run.yaml"),
      "--config-json",
      '{"execution":{"http":{"config":{"grace":1}}}}'
    ).catch((error: { readonly stderr: string }) => error)
    assert.include(wrong.stderr, "grace")
  }, 60_000)
})
