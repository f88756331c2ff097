/**
 * Checks every package as published to npm; run `pnpm build` first. It checks the contents of each tarball, the manifest
 * (publint) and the types (attw). Then it installs the tarballs in empty folders outside the workspace, where a package can
 * resolve only what its own manifest lists.
 *
 *     node scripts/packages.ts
 */
import { spawn } from "node:child_process"
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { exit } from "node:process"

const root = join(import.meta.dirname, "..")
process.chdir(root)
const out = mkdtempSync(join(tmpdir(), "heddle-packages-"))
process.on("exit", () => rmSync(out, { recursive: true, force: true }))

class Fault extends Error {}

/** Runs a program and returns its output. Throws if it fails. */
const run = (cwd: string, command: string, ...args: Array<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, CI: "true" } })
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk))
    child.on("error", reject)
    child.on("close", (code) =>
      code === 0 ? resolve(text) : reject(new Fault(`${[command, ...args].join(" ")} in ${cwd}\n${text}`))
    )
  })

/** Calls a function with each item, two at a time. */
const each = async <A>(items: ReadonlyArray<A>, f: (item: A) => Promise<unknown>): Promise<void> => {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await f(item)
  }
  await Promise.all([worker(), worker()])
}

/** Runs one check and prints the result; `f` returns the line for success. */
const check = async (f: () => Promise<string>): Promise<void> => {
  const start = performance.now()
  const proved = await f()
  console.log(`✓ ${proved} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
}

interface Manifest {
  readonly name: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
  readonly peerDependenciesMeta?: { readonly [name: string]: { readonly optional?: boolean } }
  readonly exports: { readonly [path: string]: unknown }
  readonly bin?: { readonly [name: string]: string }
}
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest

const packages = globSync("packages/*/package.json")
  .toSorted()
  .map((file) => {
    const folder = file.replace("/package.json", "")
    const modules = globSync(`${folder}/src/**/*.ts`).map((path) => path.slice(`${folder}/src/`.length, -".ts".length))
    return { folder, modules: modules.toSorted(), manifest: manifestOf(folder) }
  })
const names = packages.map(({ manifest }) => manifest.name)
const tarballs = new Map<string, string>()

/** The files that a value in `exports` points to. */
const targetsOf = (target: unknown): ReadonlyArray<string> =>
  typeof target === "string"
    ? [target]
    : typeof target === "object" && target !== null
      ? Object.values(target).flatMap(targetsOf)
      : []

/** Tells whether a module is private: its path in `exports` points to nothing. */
const isPrivate = (manifest: Manifest, module: string): boolean =>
  Object.entries(manifest.exports).some(
    ([path, target]) => target === null && `./${module}`.startsWith(path.replace("*", ""))
  )

/** Creates a user project with some of the packages and other dependencies, and installs it. */
const project = async (
  folder: string,
  direct: ReadonlyArray<string>,
  others: ReadonlyArray<string>
): Promise<string> => {
  const at = join(out, folder)
  mkdirSync(at)
  const dependencies = Object.fromEntries([
    ...direct.map((name) => [name, `file:${tarballs.get(name)}`]),
    ...others.map((name) => [
      name,
      (JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string }).version
    ])
  ])
  writeFileSync(join(at, "package.json"), JSON.stringify({ name: folder, private: true, type: "module", dependencies }))
  // Dependencies between the packages are also installed from tarballs. Without hoisting, each resolves only what it lists.
  const overrides = [...tarballs].map(([name, tarball]) => `  "${name}": "file:${tarball}"`)
  writeFileSync(
    join(at, "pnpm-workspace.yaml"),
    ["hoist: false", "strictPeerDependencies: true", "verifyDepsBeforeRun: false", "overrides:", ...overrides, ""].join(
      "\n"
    )
  )
  await run(at, "pnpm", "install", "--prefer-offline", "--no-frozen-lockfile")
  return at
}

/** Runs a program in a user project, with this Node, and compares its output. */
const prints = async (at: string, file: string, program: string, expected: string): Promise<void> => {
  writeFileSync(join(at, file), program)
  const printed = await run(at, process.execPath, file)
  if (printed.trim() !== expected) throw new Fault(`${file} printed ${printed.trim()}, expected ${expected}`)
}

const job = (imports: string): string => `${imports}
const rows = Op.make("rows", { output: Schema.Array(Schema.Finite), run: () => [1, 2, 3] })
const total = Op.make("total", {
  inputs: { rows: Schema.Array(Schema.Finite) },
  output: Schema.Finite,
  run: async ({ rows }) => rows.reduce((sum, row) => sum + row, 0)
})
const sum = Job.make("sum", {}, function* () { return yield* total({ rows: yield* rows() }) })
const result = await Effect.runPromise(executeInProcess(sum))
console.log(result.success, result.output)
`

const shared = `import { Schema } from "effect"
import { Job, Op } from "heddle"
const pid = Op.make("pid", { output: Schema.Finite, run: () => process.pid })
const other = Op.make("other", { inputs: { pid: Schema.Finite }, output: Schema.Boolean, run: ({ pid }) => process.pid === pid })
export const pids = Job.make("pids", {}, function* () { return yield* other({ pid: yield* pid() }) })
`

const multiprocess = `import { Effect } from "effect"
import { executeJob, instanceForTest, reconstructable } from "heddle"
import { readFileSync } from "node:fs"
import { pids } from "./shared.js"
const pointer = reconstructable(new URL("./shared.js", import.meta.url).href, "pids", pids)
const { runId, success } = await Effect.runPromise(
  executeJob(pointer, { values: "values", runConfig: { execution: { multiprocess: {} } } }).pipe(
    Effect.provide(instanceForTest())
  )
)
console.log(success, readFileSync("values/" + runId + "/pid/result.json", "utf8") !== String(process.pid))
`

const every = `
const { packages } = JSON.parse(process.argv[2])
const faults = []
let imported = 0
for (const { name, optional, open, closed } of packages) {
  for (const specifier of open) {
    try {
      await import(specifier)
      imported++
    } catch (error) {
      // The module needs an optional peer that this project did not install.
      const missing = error.code === "ERR_MODULE_NOT_FOUND" && optional.some((peer) => error.message.includes("'" + peer + "'"))
      if (missing) import.meta.resolve(specifier)
      else faults.push(specifier + ": " + error.message)
    }
  }
  for (const specifier of closed) {
    try {
      import.meta.resolve(specifier)
      faults.push(specifier + " can be imported")
    } catch (error) {
      if (error.code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") faults.push(specifier + ": " + error.message)
    }
  }
}
if (faults.length > 0) throw new Error(faults.join("\\n"))
console.log(imported)
`

const typed = `import { Context, Effect, Layer, Schema } from "effect"
import { executeInProcess, Job, Op, type HeddleEvent } from "heddle"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { describe } from "@heddle/definitions/describe"

class Greeting extends Context.Service<Greeting, { readonly word: string }>()("app/Greeting") {}
const greet = Op.make("greet", {
  config: Schema.Struct({ name: Schema.String }),
  output: Schema.String,
  run: (_, { config }) => Effect.map(Greeting, ({ word }) => word + " " + config.name)
})
const hello = Job.make("hello", {}, function* () { return yield* greet() })
const runConfig = { ops: { greet: { config: { name: "you" } } } }
const ran = executeInProcess(hello, { runConfig, layer: Layer.succeed(Greeting, { word: "hello" }) })
export const output: Effect.Effect<string | undefined, unknown> = Effect.map(ran, (result) => result.success ? result.output : undefined)
export const tags = (events: ReadonlyArray<HeddleEvent>) => events.map((event) => event._tag)
export const steps: number = makePlan(describe(hello.definition)).steps.length
// @ts-expect-error run config is required: this would compile if the declarations had no types
executeInProcess(hello, { layer: Layer.succeed(Greeting, { word: "hello" }) })
// @ts-expect-error the service is missing
export const open: Effect.Effect<unknown, unknown> = executeInProcess(hello, { runConfig })
`

const begin = performance.now()
try {
  await check(async () => {
    const faults: Array<string> = []
    for (const { folder, modules } of packages) {
      if (!existsSync(`${folder}/dist`)) throw new Fault(`${folder}/dist is missing: run pnpm build first`)
      const declared = globSync(`${folder}/dist/**/*.d.ts`).map((path) =>
        path.slice(`${folder}/dist/`.length, -".d.ts".length)
      )
      for (const module of modules) {
        if (!existsSync(`${folder}/dist/${module}.js`)) faults.push(`${folder}/dist/${module}.js is missing`)
        if (!declared.includes(module)) faults.push(`${folder}/dist/${module}.d.ts is missing`)
      }
      for (const module of declared) {
        if (!modules.includes(module)) faults.push(`${folder}/dist/${module}.d.ts is stale: src has no such module`)
      }
    }
    if (faults.length > 0) throw new Fault(`${faults.join("\n")}\nrun pnpm build`)
    const count = packages.reduce((sum, { modules }) => sum + modules.length, 0)
    return `dist has the code and the types of all ${count} modules, and no other`
  })

  await check(async () => {
    await each(packages, async ({ folder, manifest }) => {
      const tarball = join(out, `${manifest.name.replace("@", "").replace("/", "-")}.tgz`)
      await run(folder, "pnpm", "pack", "--out", tarball)
      tarballs.set(manifest.name, tarball)
    })
    const bytes = [...tarballs.values()].reduce((sum, tarball) => sum + statSync(tarball).size, 0)
    return `packed ${tarballs.size} packages, ${(bytes / 1024).toFixed(0)} kB`
  })

  await check(async () => {
    await each([...tarballs.values()], async (tarball) => {
      await run(root, "publint", "run", tarball, "--strict")
      await run(root, "attw", tarball, "--profile", "esm-only", "--format", "ascii")
    })
    return "publint and attw find nothing wrong with manifests and types"
  })

  let all = ""
  await check(async () => {
    all = await project("all", names, ["effect", "@types/node"])
    const faults: Array<string> = []
    for (const name of names) {
      const at = join(all, "node_modules", name)
      const { dependencies, exports, peerDependencies } = manifestOf(at)
      for (const [dependency, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
        if (/workspace:|catalog:/.test(range)) faults.push(`${name} needs ${dependency} ${range}`)
      }
      if (peerDependencies?.["effect"] !== "^4.1.0") faults.push(`${name} has no peer effect ^4.1.0`)
      for (const target of Object.values(exports).flatMap(targetsOf)) {
        if (!target.startsWith("./dist/")) faults.push(`${name} exports ${target}`)
      }
      for (const file of ["README.md", "LICENSE"]) {
        if (!existsSync(join(at, file))) faults.push(`${name} has no ${file}`)
      }
    }
    if (faults.length > 0) throw new Fault(faults.join("\n"))
    return "all tarballs install together in an empty folder, with README and LICENSE, and effect ^4.1.0 as their peer"
  })

  await check(async () => {
    // Each package alone: if all were direct dependencies, each would resolve the others even if it did not list them.
    const umbrella = await project("umbrella", ["heddle"], ["effect"])
    await prints(
      umbrella,
      "job.js",
      job('import { Effect, Schema } from "effect"\nimport { executeInProcess, Job, Op } from "heddle"'),
      "true 6"
    )
    writeFileSync(join(umbrella, "shared.js"), shared)
    await prints(umbrella, "multiprocess.js", multiprocess, "true true")
    return 'a job in plain JavaScript runs on "heddle", installed alone, also in worker processes'
  })

  await check(async () => {
    const heddle = (...args: ReadonlyArray<string>) => run(all, join(all, "node_modules/.bin/heddle"), ...args)
    await heddle("--version")
    writeFileSync(join(all, "jobs.js"), shared)
    await heddle("job", "execute", "-f", "jobs.js", "--run-id", "packed")
    // Written with the Effect that the module imports, and read with the one in the bundle.
    const shown = await heddle("run", "show", "packed")
    if (!shown.includes("SUCCESS")) throw new Fault(`"heddle run show" says\n${shown}`)
    // Without any package beside it.
    const alone = join(out, "alone")
    cpSync(join(all, "node_modules/@heddle/cli/dist/bundle"), join(alone, "dist/bundle"), { recursive: true })
    cpSync(join(all, "node_modules/@heddle/cli/package.json"), join(alone, "package.json"))
    const list = `import("./dist/bundle/Cli.js").then(({ Cli }) => Cli.main(["run", "list", "--home", "${all}/.heddle"]))`
    const listed = await run(alone, process.execPath, "--eval", list)
    if (!listed.includes("packed")) throw new Fault(`the bundle of the command lists\n${listed}`)
    return '"heddle" runs a job of a module, and shows and lists the run from its bundle, which needs no other package'
  })

  /** The specifiers of the modules of a package, public and private. */
  const specifiers = packages.map(({ manifest, modules }) => {
    const bins = Object.values(manifest.bin ?? {}).map((path) => path.replace(/^\.\/src\/|\.ts$/g, ""))
    const own = modules.filter((module) => !bins.includes(module))
    return {
      name: manifest.name,
      optional: Object.entries(manifest.peerDependenciesMeta ?? {}).flatMap(([peer, { optional }]) =>
        optional === true ? [peer] : []
      ),
      open: own
        .filter((module) => !isPrivate(manifest, module) && !module.includes("internal/"))
        .map((module) => (module === "index" ? manifest.name : `${manifest.name}/${module}`)),
      closed: own
        .filter((module) => isPrivate(manifest, module) || module.includes("internal/"))
        .map((module) => `${manifest.name}/${module}`)
    }
  })
  await check(async () => {
    writeFileSync(join(all, "every.mjs"), every)
    const imported = await run(all, process.execPath, "every.mjs", JSON.stringify({ packages: specifiers }))
    const open = specifiers.reduce((sum, { open }) => sum + open.length, 0)
    const closed = specifiers.reduce((sum, { closed }) => sum + closed.length, 0)
    const rest = open - Number(imported)
    return `each of ${open} public modules can be imported by its path (${rest} of them once their optional peer is there), none of ${closed} internal ones`
  })

  await check(async () => {
    const compilers = ["typescript", "typescript-5.9"].map((name) => join(root, "node_modules", name))
    const compile = async (file: string, types: ReadonlyArray<string>) => {
      const compilerOptions = { module: "NodeNext", target: "ES2024", strict: true, noEmit: true, types }
      writeFileSync(
        join(all, `${file}.json`),
        JSON.stringify({ compilerOptions: { ...compilerOptions, skipLibCheck: false }, files: [file] })
      )
      for (const compiler of compilers) {
        await run(all, process.execPath, join(compiler, "bin/tsc"), "-p", `${file}.json`)
      }
    }
    writeFileSync(join(all, "consumer.ts"), typed)
    // Every module, except those whose optional peer this project did not install.
    const modules = specifiers.flatMap(({ open, optional }) =>
      optional.length === 0 ? open : open.filter((path) => !path.includes("/conformance/"))
    )
    writeFileSync(join(all, "every.ts"), modules.map((path, i) => `export type * as M${i} from "${path}"`).join("\n"))
    await Promise.all([compile("consumer.ts", []), compile("every.ts", ["node"])])
    const versions = compilers.map((compiler) => {
      const { version } = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8")) as {
        readonly version: string
      }
      return version
    })
    return `TypeScript ${versions.join(" and ")}, skipLibCheck off: a project on "heddle" type-checks without Node's types, and every declaration does with them`
  })

  await check(async () => {
    await run(root, process.execPath, "node_modules/typescript-5.9/bin/tsc", "-p", "tsconfig.typetest-5.9.json")
    return "the type tests hold under TypeScript 5.9"
  })

  await check(async () => {
    const direct = ["@heddle/definitions", "@heddle/execution"]
    const few = await project("few", direct, ["effect"])
    await prints(
      few,
      "job.js",
      job(
        [
          'import * as Effect from "effect/Effect"',
          'import * as Schema from "effect/Schema"',
          'import { Job } from "@heddle/definitions/Job"',
          'import { Op } from "@heddle/definitions/Op"',
          'import { executeInProcess } from "@heddle/execution/executeInProcess"'
        ].join("\n")
      ),
      "true 6"
    )
    const installed = globSync(join(few, "node_modules/.pnpm/node_modules/*/*"))
      .concat(globSync(join(few, "node_modules/.pnpm/*/node_modules/@heddle/*")))
      .map((path) => path.split("/node_modules/").at(-1)!)
    const unwanted = ["@heddle/cli", "@heddle/storage-sqlite", "@heddle/testing"].filter((name) =>
      installed.includes(name)
    )
    if (unwanted.length > 0) throw new Fault(`${direct.join(" and ")} bring ${unwanted.join(", ")}`)
    return `${direct.join(" and ")} run a job on their own, with ${new Set(installed).size} packages of Heddle in all`
  })

  console.log(
    `packages: ${names.length} packages are fit to publish (${((performance.now() - begin) / 1000).toFixed(1)} s)`
  )
} catch (error) {
  if (!(error instanceof Fault)) throw error
  console.error(`✗ ${error.message}`)
  exit(1)
}
