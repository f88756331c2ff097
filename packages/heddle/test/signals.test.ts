import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, assert, describe, it } from "vitest"

const PROGRAM = fileURLToPath(new URL("./fixtures/signalled.ts", import.meta.url))
const home = mkdtempSync(join(tmpdir(), "heddle-signals-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let child: ChildProcess | undefined
afterEach(() => child?.kill("SIGKILL"))

/** Starts the program and sends it a signal each time that it writes a line of these. */
const program = async (args: ReadonlyArray<string>, signals: { readonly [line: string]: NodeJS.Signals }) => {
  const started = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, HEDDLE_HOME: join(home, args.join("-")) },
    stdio: ["ignore", "pipe", "inherit"]
  })
  child = started
  const lines: Array<string> = []
  createInterface(started.stdout).on("line", (line) => {
    lines.push(line)
    const signal = signals[line]
    if (signal !== undefined) started.kill(signal)
  })
  const [code, signal] = await once(started, "close")
  return { code, signal, lines }
}

describe("RunSignals", () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`cancels the run of a program, runs its finalizers, and returns its result: ${signal}`, async () => {
      const ended = await program(["held", "inProcess", signal], { holding: signal })
      assert.deepStrictEqual(ended, {
        code: 0,
        signal: null,
        lines: ["holding", "finalizer ran", "ended RUN_CANCELED"]
      })
    }, 30_000)
  }

  it("cancels a run in worker processes", async () => {
    const ended = await program(["held", "multiprocess"], { holding: "SIGINT" })
    assert.strictEqual(ended.code, 0)
    assert.strictEqual(ended.lines.at(-1), "ended RUN_CANCELED")
  }, 30_000)

  it("ends the process at the second signal, even if a finalizer does not end", async () => {
    const ended = await program(["stuck"], { holding: "SIGINT", stuck: "SIGINT" })
    assert.deepStrictEqual(ended, { code: 130, signal: null, lines: ["holding", "stuck"] })
  }, 30_000)

  it("leaves a signal to the system after its layer is closed", async () => {
    const ended = await program(["held", "inProcess", "stay"], { holding: "SIGINT", "still there": "SIGTERM" })
    assert.strictEqual(ended.signal, "SIGTERM")
  }, 30_000)
})
