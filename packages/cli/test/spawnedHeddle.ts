import { afterAll, afterEach, assert, beforeAll } from "@effect/vitest"
import { SqliteInstance } from "@heddle/storage-sqlite/SqliteInstance"
import { InstanceReplay } from "@heddle/testing/InstanceReplay"
import * as Effect from "effect/Effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url))

// An empty FORCE_COLOR forces colours too.
const { FORCE_COLOR: _, ...colourless } = process.env

/** What a process has written, and how it ended. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of the command line, while it goes on. */
export interface Spawned {
  readonly child: ChildProcess
  /** Its end, when its streams are closed too. */
  readonly end: Promise<Outcome>
  /** Waits until it has written a line; rejects when it ends without. */
  readonly line: (pattern: RegExp) => Promise<string>
}

const follow = (child: ChildProcess): Spawned => {
  let stdout = ""
  let stderr = ""
  const waiting = new Set<() => void>()
  const seen: Array<string> = []
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on("line", (line) => {
      seen.push(line)
      if (stream === child.stdout) stdout += `${line}\n`
      else stderr += `${line}\n`
      for (const look of waiting) look()
    })
  }
  const end: Promise<Outcome> = once(child, "close").then(([code, signal]) => ({ code, signal, stdout, stderr }))
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((found, failed) => {
      const look = () => {
        const match = seen.find((text) => pattern.test(text))
        if (match === undefined) return
        waiting.delete(look)
        found(match)
      }
      waiting.add(look)
      look()
      void end.then(() => failed(new Error(`it ended without ${pattern}:\n${stdout}${stderr}`)))
    })
  return { end, line, child }
}

/**
 * The command line in processes of its own, among the fixtures. The tests of the file that calls it share a home folder
 * and a folder for files; both go after them, and processes that a test leaves behind after that test.
 */
export const spawnedHeddle = () => {
  let home: string
  let folder: string
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "heddle-cli-home-"))
    folder = mkdtempSync(join(tmpdir(), "heddle-cli-"))
  })
  afterAll(async () => {
    const replayed = InstanceReplay.contradictions.pipe(Effect.provide(SqliteInstance.layerHome({ home })))
    assert.deepStrictEqual(await Effect.runPromise(replayed), [])
    rmSync(home, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  })
  const started = new Set<ChildProcess>()
  afterEach(() => {
    for (const child of started) child.kill("SIGKILL")
    started.clear()
  })

  /** Starts a command. */
  const spawned = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv = {}): Spawned => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: FIXTURES,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...colourless, HEDDLE_HOME: home, COLUMNS: "100", ...env }
    })
    started.add(child)
    return follow(child)
  }
  /** Runs a command to its end. */
  const heddle = (...args: ReadonlyArray<string>): Promise<Outcome> => spawned(args).end
  /** Path of a file in the folder. */
  const inFolder = (name: string): string => join(folder, name)
  /** Writes a file in the folder; gives its path. */
  const file = (name: string, text: string): string => {
    writeFileSync(inFolder(name), text)
    return inFolder(name)
  }
  return { spawned, heddle, inFolder, file, home: () => home }
}
