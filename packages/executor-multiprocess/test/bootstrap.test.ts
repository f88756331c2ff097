import { afterAll, assert, describe, it } from "@effect/vitest"
import { Job, Op } from "@heddle/definitions"
import { executeLocated } from "./runs.ts"
import { Instance } from "@heddle/storage"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const job = Job.make("j", {}, function* () {
  yield* Op.make("a", { run: () => {} })()
})

const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const folders: Array<string> = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "heddle-bootstrap-")))
  folders.push(folder)
  return folder
}

/** A folder of a user's with a module, and packages of its own in it. */
const app = () => {
  const folder = temporaryFolder()
  write(join(folder, "package.json"), '{ "type": "module" }')
  write(join(folder, "jobs.js"), "")
  /** Adds a package that has an empty index. */
  const add = (name: string, version: string, below = folder): string => {
    const at = join(below, "node_modules", name)
    write(join(at, "package.json"), JSON.stringify({ name, version, type: "module", exports: "./dist/index.js" }))
    write(join(at, "dist/index.js"), "")
    return at
  }
  /** Adds a copy of the executor whose worker says who it is, and does nothing else. */
  const addExecutor = (below: string, says: string, protocol = 3): void =>
    write(
      join(add("@heddle/executor-multiprocess", "7.7.7", below), "dist/internal/worker.js"),
      `export const protocol = ${protocol}
       export const work = (channel) => {
         channel.send({ _tag: "NotOpened", error: { name: "Hello", message: ${JSON.stringify(says)} } })
         channel.flush(() => process.exit(0))
       }`
    )
  return { folder, moduleUrl: pathToFileURL(join(folder, "jobs.js")).href, add, addExecutor }
}

/** Runs the job from a module, and gives what its first worker could not start for. */
const refusal = Effect.fnUntraced(function* (moduleUrl: string) {
  const { end } = yield* executeLocated(
    job.definition,
    { moduleUrl, jobName: "j" },
    { values: tmpdir(), runConfig: { execution: { multiprocess: {} } } }
  )
  assert.isTrue(end?._tag === "RUN_FAILURE" && end.error !== undefined)
  return end?._tag === "RUN_FAILURE" && end.error !== undefined ? end.error : { name: "", message: "" }
})

describe("the start of a worker", () => {
  it.live("uses the worker program that the user's module finds", () =>
    Effect.gen(function* () {
      const { addExecutor, folder, moduleUrl } = app()
      addExecutor(folder, "the copy of the app")
      assert.strictEqual((yield* refusal(moduleUrl)).message, "the copy of the app")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("also finds it through the umbrella package", () =>
    Effect.gen(function* () {
      const { add, addExecutor, moduleUrl } = app()
      addExecutor(add("heddle", "7.7.7"), "the copy of the umbrella")
      assert.strictEqual((yield* refusal(moduleUrl)).message, "the copy of the umbrella")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("falls back to its own program if the module finds none", () =>
    Effect.gen(function* () {
      const { moduleUrl } = app()
      const { message, name } = yield* refusal(moduleUrl)
      assert.strictEqual(name, "JobNotLoaded")
      assert.include(message, 'it exports nothing. Write "export const j = …"')
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("rejects two copies of Effect, and says where they are and what to do", () =>
    Effect.gen(function* () {
      const { add, moduleUrl } = app()
      const theirs = add("effect", "4.9.9")
      const ours = realpathSync(dirname(fileURLToPath(import.meta.resolve("effect/package.json"))))
      const { message, name } = yield* refusal(moduleUrl)
      assert.strictEqual(name, "TwoCopies")
      assert.include(message, `the job's module finds effect 4.9.9 in ${theirs}\n`)
      assert.include(message, `the worker's program finds effect 4.1.0 in ${ours}\n`)
      assert.include(message, "dedupe")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("rejects two copies of Heddle", () =>
    Effect.gen(function* () {
      const { add, moduleUrl } = app()
      const theirs = add("@heddle/definitions", "0.9.9")
      const { message } = yield* refusal(moduleUrl)
      assert.include(message, `the job's module finds @heddle/definitions 0.9.9 in ${theirs}\n`)
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("recognizes one copy under two paths", () =>
    Effect.gen(function* () {
      const { folder, moduleUrl } = app()
      mkdirSync(join(folder, "node_modules/@heddle"), { recursive: true })
      symlinkSync(
        dirname(fileURLToPath(import.meta.resolve("effect/package.json"))),
        join(folder, "node_modules/effect")
      )
      symlinkSync(join(import.meta.dirname, "../../definitions"), join(folder, "node_modules/@heddle/definitions"))
      assert.strictEqual((yield* refusal(moduleUrl)).name, "JobNotLoaded")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("rejects a program with another version of the messages", () =>
    Effect.gen(function* () {
      const { addExecutor, folder, moduleUrl } = app()
      addExecutor(folder, "never said", 99)
      const { message, name } = yield* refusal(moduleUrl)
      assert.strictEqual(name, "OtherVersion")
      assert.include(message, "install the same version of @heddle/executor-multiprocess")
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("starts where neither Effect nor Heddle is installed", () =>
    Effect.gen(function* () {
      const { addExecutor, folder, moduleUrl } = app()
      addExecutor(folder, "the copy of the app")
      const elsewhere = temporaryFolder()
      write(join(elsewhere, "package.json"), '{ "type": "module" }')
      cpSync(join(import.meta.dirname, "../src"), join(elsewhere, "src"), { recursive: true })
      const child = spawn(process.execPath, [join(elsewhere, "src/internal/bootstrap.ts"), moduleUrl], {
        stdio: ["ignore", "inherit", "inherit", "pipe", "pipe"]
      })
      const heard = once(child.stdio[3]!, "data")
      assert.include(String((yield* Effect.promise(() => heard))[0]), "the copy of the app")
      yield* Effect.promise(() => once(child, "close"))
    })
  )
})
