import { assert, describe, it } from "@effect/vitest"
import { executeJob } from "./runs.ts"
import { reconstructable } from "@heddle/definitions"
import { Instance, RunStorage } from "@heddle/storage"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { fan } from "./fixtures/jobs.ts"

const run = promisify(execFile)

/** Modules of these texts in a folder where they find Heddle. */
const modules = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = realpathSync(mkdtempSync(join(import.meta.dirname, "fixtures/places-")))
    return {
      folder,
      add: (name: string, text: string): string => {
        writeFileSync(join(folder, name), text)
        return pathToFileURL(join(folder, name)).href
      },
      urlOf: (name: string): string => pathToFileURL(join(folder, name)).href
    }
  }),
  ({ folder }) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

/** What Node itself says of each place: a runner of tests loads modules in its own way. */
const problemsOf = (places: ReadonlyArray<readonly [moduleUrl: string, exportName: string | null]>) =>
  Effect.promise(async () => {
    const { stdout } = await run(process.execPath, [
      join(import.meta.dirname, "fixtures/places.ts"),
      JSON.stringify(places)
    ])
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string)
  })

const ETL = `import { Definitions, Job, Op } from "@heddle/definitions"
const op = Op.make("x", { run: () => {} })
const job = (name) => Job.make(name, {}, function* () { yield* op() })
`

describe("JobLocation.load", () => {
  it.live("reports what is wrong with a module, where, and what was probably meant", () =>
    Effect.gen(function* () {
      const { add, folder, urlOf } = yield* modules
      add("jobs.ts", "")
      const [missing, mistyped, isFolder, syntax, types, throws, imports] = yield* problemsOf([
        [urlOf("jobs.js"), null],
        [urlOf("jbos.ts"), null],
        [pathToFileURL(folder).href, null],
        [add("syntax.mjs", "\n\nexport const = 1\n"), null],
        [add("types.ts", "export const x = 1\n\nexport enum Kind { a }\n"), null],
        [add("throws.ts", '\nthrow new TypeError("no token")\n'), null],
        [add("imports.ts", 'import "nowhere-at-all"\n'), null]
      ])
      assert.include(
        missing,
        `there is no file "${join(folder, "jobs.js")}" - did you mean "${join(folder, "jobs.ts")}"?`
      )
      assert.include(mistyped, `did you mean "${join(folder, "jobs.ts")}"?`)
      assert.strictEqual(isFolder, `"${folder}" is a folder: name a file in it`)
      assert.match(syntax!, /^it does not parse: Unexpected token '='/)
      assert.include(syntax, `(${join(folder, "syntax.mjs")}:3)`)
      assert.include(types, "it does not parse: ")
      assert.include(types, `(${join(folder, "types.ts")}:3)`)
      assert.strictEqual(throws, `it throws while it loads: TypeError: no token (${join(folder, "throws.ts")}:2)`)
      assert.include(imports, "it does not load: Cannot find package 'nowhere-at-all'")
    })
  )

  it.live("reports what a module exports instead of the job", () =>
    Effect.gen(function* () {
      const { add } = yield* modules
      const nothing = add("nothing.ts", "export {}")
      const others = add(
        "others.ts",
        `${ETL}export const one = 1\nexport const load = op\nexport const elt = job("elt")\n`
      )
      const there = add("there.ts", `${ETL}export const main = job("etl")\nexport const main2 = job("other")\n`)
      const held = add("held.ts", `${ETL}export default Definitions.make({ jobs: [job("elt"), job("load")] })`)
      const [empty, misspelt, renamed, isNumber, isOp, isJob, isElsewhere, inDefinitions, nowhere] = yield* problemsOf([
        [nothing, "etl"],
        [others, "etl"],
        [there, "etl"],
        [others, "one"],
        [others, "load"],
        [others, "elt"],
        [there, "main2"],
        [held, "default"],
        [held, null]
      ])
      assert.strictEqual(empty, 'it exports nothing. Write "export const etl = …"')
      assert.include(misspelt, 'it has no export "etl"; it exports "elt", "load", "one" - did you mean "elt"?')
      assert.include(renamed, 'it exports "main", "main2" - did you mean "main"?')
      assert.include(isNumber, 'its export "one" is neither that job nor definitions that contain it, but a number')
      assert.include(isOp, "but an op: use it in a job")
      assert.include(isJob, 'but the job "elt"')
      assert.include(isElsewhere, 'but the job "other"; the job is its export "main"')
      assert.include(inDefinitions, 'but definitions of the jobs "elt", "load"')
      assert.include(nowhere, 'its jobs are "elt", "load" - did you mean "elt"?')
    })
  )
})

describe("executeJob with a pointer that leads nowhere", () => {
  it.live("records nothing", () =>
    Effect.gen(function* () {
      const pointer = reconstructable(new URL("./fixtures/none.ts", import.meta.url).href, "fan", fan)
      const error = yield* Effect.flip(executeJob(pointer, { values: tmpdir() }))
      assert.strictEqual(error._tag, "JobNotLoaded")
      assert.deepStrictEqual(yield* RunStorage.use((runs) => runs.list()), [])
    }).pipe(Effect.provide(Instance.layerMemory))
  )

  it.live("does not wait for a module that waits for the run", () =>
    Effect.gen(function* () {
      const { add } = yield* modules
      const url = add(
        "itself.ts",
        `import { Job, Op, reconstructable } from "@heddle/definitions"
        import { executeJob } from "../../runs.ts"
        import { Instance } from "@heddle/storage"
        import { Effect } from "effect"
        export const etl = Job.make("etl", {}, function* () { yield* Op.make("x", { run: () => {} })() })
        const run = executeJob(reconstructable(import.meta.url, "etl", etl), { values: "/nowhere" })
        console.log((await Effect.runPromise(Effect.flip(run).pipe(Effect.provide(Instance.layerMemory)))).message)`
      )
      const { stdout } = yield* Effect.promise(() => run(process.execPath, [new URL(url).pathname]))
      assert.include(stdout, "it does not finish loading, possibly because it a")
    })
  )

  it.live("does not let each worker of a run start a run of its own", () =>
    Effect.gen(function* () {
      const { add, folder } = yield* modules
      const url = add(
        "again.ts",
        `import { Job, Op, reconstructable } from "@heddle/definitions"
        import { executeJob } from "../../runs.ts"
        import { Instance } from "@heddle/storage"
        import { Effect } from "effect"
        export const etl = Job.make("etl", {}, function* () { yield* Op.make("x", { run: () => {} })() })
        const options = { values: ${JSON.stringify(folder)}, runConfig: { execution: { multiprocess: {} } } }
        const run = executeJob(reconstructable(import.meta.url, "etl", etl), {
          ...options,
          onEvents: (events) => events.forEach((event) => event._tag === "LOG_MESSAGE" && console.log(event.message))
        })
        void Effect.runPromise(run.pipe(Effect.provide(Instance.layerMemory))).then(({ end }) => console.log(end._tag, end.reason))`
      )
      const { stdout } = yield* Effect.promise(() => run(process.execPath, [new URL(url).pathname]))
      assert.include(stdout, "which runs a job while it loads, so every worker would run it again")
      assert.include(stdout, "RUN_FAILURE")
    })
  )
})
