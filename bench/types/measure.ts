/**
 * What the types of a large job and of many assets cost the compiler.
 *
 * Generates, in a hidden folder beside this file that it takes away again, modules of
 *
 * - 50, 150 and 300 ops, each with a config, a service and an error of its own, wired in chains with a fan-in after every
 *   ten, run by `executeInProcess` with one layer and the whole run config;
 * - 500 and 1,000 assets, a tenth of them with config and a tenth with a check, in one `materialize`;
 *
 * and checks each by `tsc --extendedDiagnostics`, on one thread, against the built declarations of the packages. The same
 * services, errors, schemas and bodies without Heddle (`plain`) are checked beside them, as is an empty module: the column
 * `own` is the check time less theirs. Times are the least of the repetitions, for other work on the machine only adds.
 *
 * Ops and assets stand fifty to a module, as no one writes thousands of lines into one: within one module the compiler
 * walks back over all earlier statements for each `Schema.Number` or `Op.make` of a later one, which is quadratic whatever
 * the types are.
 *
 *     node bench/types/measure.ts [repetitions]
 *
 * Ends with 1 when 300 ops or 1,000 assets take 3 s of check time or more, or when instantiations or check time (less those of the empty
 * module) for each op or asset grow by more than half from the smallest size to the largest.
 */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { loadavg } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")
const folder = join(import.meta.dirname, ".generated")
const repetitions = Number(process.argv[2] ?? 3)

const times = (n: number, f: (i: number) => string): string => Array.from({ length: n }, (_, i) => f(i)).join("\n")

const imports = `import { Asset, executeInProcess, Job, materialize, Op } from "heddle"
import { Context, Effect, Layer, Schema } from "effect"
const closed = <A, E>(effect: Effect.Effect<A, E>) => effect
void [Asset, executeInProcess, Job, materialize, Op, Context, Layer, Schema, closed]
`

/** Whether an op collects the ten before it. */
const collects = (i: number): boolean => i % 10 === 9

const vocabulary = (i: number): string => `
export class Service${i} extends Context.Service<Service${i}, { readonly get: (n: number) => Effect.Effect<number> }>()("app/Service${i}") {}
class Error${i} extends Schema.TaggedError<Error${i}>()("Error${i}", { at: Schema.Number }) {}
const config${i} = Schema.Struct({ limit${i}: Schema.Number, note: Schema.optionalKey(Schema.String) })`

const body = (i: number): string => `Effect.gen(function* () {
    const service = yield* Service${i}
    if (n > config.limit${i}) return yield* new Error${i}({ at: n })
    return yield* service.get(n)
  })`

/** Modules by name; `main.ts` is the one that is checked, with all that it imports. */
type Modules = Record<string, string>

const perModule = 50

/** Spreads declarations over modules, each of which may name those before it in its own or in an earlier module. */
const spread = (
  n: number,
  declare: (i: number) => string,
  names: (i: number) => ReadonlyArray<string>,
  rest: string
) => {
  const modules: Modules = {}
  const importsOf: Array<string> = []
  for (let from = 0; from < n; from += perModule) {
    const part = Array.from({ length: Math.min(perModule, n - from) }, (_, k) => from + k)
    const before = from === 0 ? "" : `import { ${names(from - 1).join(", ")} } from "./part-${from - perModule}.ts"\n`
    modules[`part-${from}.ts`] = `${imports}${before}${part.map(declare).join("\n")}\n`
    importsOf.push(`import { ${part.flatMap(names).join(", ")} } from "./part-${from}.ts"`)
  }
  modules["main.ts"] = `${imports}${importsOf.join("\n")}\n${rest}`
  return modules
}

const layers = (n: number): string => `
const layer = Layer.mergeAll(${Array.from({ length: n }, (_, i) => `Layer.succeed(Service${i}, { get: (n: number) => Effect.succeed(n) })`).join(",\n  ")})
const ops = {
${times(n, (i) => `  op_${i}: { config: { limit${i}: ${i} } },`)}
}`

const opOf = (i: number): string => {
  const inputs = collects(i) ? "all: Schema.Array(Schema.Number)" : i === 0 ? "" : "n: Schema.Number"
  const run = collects(i)
    ? `({ all }, { config }) => { const n = all.length; return ${body(i)} }`
    : i === 0
      ? `(_, { config }) => { const n = 1; return ${body(i)} }`
      : `({ n }, { config }) => ${body(i)}`
  return `${vocabulary(i)}
export const op${i} = Op.make("op_${i}", {
  inputs: { ${inputs} },
  config: config${i},
  output: Schema.Number,
  run: ${run}
})`
}

const useOf = (i: number): string => {
  const collected = Array.from({ length: 9 }, (_, k) => `h${i - 9 + k}`).join(", ")
  return `  const h${i} = yield* op${i}(${collects(i) ? `{ all: [${collected}] }` : i === 0 ? "" : `{ n: h${i - 1} }`})`
}

const opsModules = (n: number): Modules =>
  spread(
    n,
    opOf,
    (i) => [`op${i}`, `Service${i}`],
    `export const job = Job.make("job", function* () {
${times(n, useOf)}
  return h${n - 1}
})
${layers(n)}
export const ran = closed(executeInProcess(job, { layer, runConfig: { ops } }))
`
  )

const plainModules = (n: number): Modules =>
  spread(
    n,
    (i) => `${vocabulary(i)}
export const body${i} = (n: number, config: (typeof config${i})["Type"]) => ${body(i)}`,
    (i) => [`body${i}`, `Service${i}`],
    `${layers(n)}
export const all = [layer, ops, ${Array.from({ length: n }, (_, i) => `body${i}`).join(", ")}] as const
`
  )

const configured = (i: number): boolean => i % 10 === 5
const checked = (i: number): boolean => i % 10 === 7
const assetOf = (i: number): string => {
  const upstream = i % 10 === 0 ? "" : `inputs: { up: a${i - 1} }, `
  const config = configured(i) ? `config: Schema.Struct({ day: Schema.String }), ` : ""
  const run = i % 10 === 0 ? "() => Effect.flatMap(Store, (store) => store.get(1))" : "({ up }) => up + 1"
  const check = checked(i)
    ? `\nexport const c${i} = Asset.check(a${i}, "is_positive", { inputs: { other: a${i - 1} }, run: (value, _, { other }) => value > other })`
    : ""
  return `export const a${i} = Asset.make("asset_${i}", { ${upstream}${config}output: Schema.Number, run: ${run} })${check}`
}
const namesOf = (i: number): ReadonlyArray<string> => (checked(i) ? [`a${i}`, `c${i}`] : [`a${i}`])

const assetsModules = (n: number): Modules => {
  const all = Array.from({ length: n }, (_, i) => i)
  const modules = spread(
    n,
    assetOf,
    namesOf,
    `import { Store } from "./store.ts"
export const made = closed(materialize([${all.flatMap(namesOf).join(", ")}], {
  layer: Layer.succeed(Store, { get: (n: number) => Effect.succeed(n) }),
  runConfig: { ops: {
    ${all
      .filter(configured)
      .map((i) => `asset_${i}: { config: { day: "d" } }`)
      .join(",\n    ")}
  } }
}))
export const value = Effect.map(made, (result) => { const n: number = result.assetValue("asset_${n - 1}"); return n })
`
  )
  for (const name of Object.keys(modules)) {
    if (name !== "main.ts") modules[name] = `import { Store } from "./store.ts"\n${modules[name]}`
  }
  modules["store.ts"] = `${imports}
export class Store extends Context.Service<Store, { readonly get: (n: number) => Effect.Effect<number> }>()("app/Store") {}
`
  return modules
}

interface Cost {
  readonly check: number
  readonly instantiations: number
  readonly types: number
  readonly memory: string
}

const measure = (name: string, modules: Modules): Cost => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [file, source] of Object.entries(modules)) writeFileSync(join(folder, file), source)
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.base.json",
      files: ["main.ts"],
      references: [{ path: "../../../packages/heddle" }],
      compilerOptions: {
        rootDir: ".",
        paths: { heddle: ["../../../packages/heddle/src/index.ts"] },
        composite: false,
        incremental: false,
        tsBuildInfoFile: null,
        noEmit: true,
        emitDeclarationOnly: false,
        declarationMap: false,
        noUnusedLocals: false,
        plugins: [{ name: "@effect/language-service", diagnostics: false }]
      }
    })
  )
  const runs = Array.from({ length: repetitions }, () => {
    const { status, stdout } = spawnSync(
      join(root, "node_modules/.bin/tsc"),
      ["-p", folder, "--extendedDiagnostics", "--singleThreaded", "--pretty", "false"],
      { cwd: root, encoding: "utf8" }
    )
    if (status !== 0) throw new Error(`${name} does not compile:\n${stdout.slice(0, 2000)}`)
    const read = (label: string): string => new RegExp(`^${label}:\\s+([\\d.]+)`, "m").exec(stdout)?.[1] ?? "NaN"
    return {
      check: Number(read("Check time")),
      instantiations: Number(read("Instantiations")),
      types: Number(read("Types")),
      memory: `${Math.round(Number(read("Memory used")) / 1024)} MB`
    }
  })
  return { ...runs.at(-1)!, check: Math.min(...runs.map(({ check }) => check)) }
}

try {
  const built = spawnSync(join(root, "node_modules/.bin/tsc"), ["-b", "packages/heddle"], { cwd: root })
  if (built.status !== 0) throw new Error("packages/heddle does not build")
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(2))
      .join(" ")}, ${repetitions} repetitions, the least of them\n`
  )
  console.log("| file | check | own | instantiations | types | memory |")
  console.log("| --- | --- | --- | --- | --- | --- |")
  const row = (name: string, modules: Modules, without?: Cost): Cost => {
    const cost = measure(name, modules)
    const own = without === undefined ? "" : `${(cost.check - without.check).toFixed(2)} s`
    console.log(
      `| ${name} | ${cost.check.toFixed(2)} s | ${own} | ${cost.instantiations} | ${cost.types} | ${cost.memory} |`
    )
    return cost
  }
  const empty = row("empty", { "main.ts": imports })
  const jobs = [50, 150, 300].map((n) => ({
    n,
    cost: row(`ops-${n}`, opsModules(n), row(`plain-${n}`, plainModules(n)))
  }))
  const assets = [500, 1000].map((n) => ({ n, cost: row(`assets-${n}`, assetsModules(n), empty) }))
  const grows = (sizes: typeof jobs, of: (cost: Cost) => number): number => {
    const each = ({ cost, n }: (typeof jobs)[number]) => (of(cost) - of(empty)) / n
    return each(sizes.at(-1)!) / each(sizes[0]!)
  }
  console.log("\nfor each, largest : smallest")
  const growths = [jobs, assets].flatMap((sizes, k) => {
    const instantiations = grows(sizes, (cost) => cost.instantiations)
    const check = grows(sizes, (cost) => cost.check)
    console.log(`${k === 0 ? "op" : "asset"}: instantiations ${instantiations.toFixed(2)}, check ${check.toFixed(2)}`)
    return [instantiations, check]
  })
  const slow = [
    ...(jobs.at(-1)!.cost.check >= 3 ? ["300 ops"] : []),
    ...(assets.at(-1)!.cost.check >= 3 ? ["1,000 assets"] : [])
  ]
  for (const what of slow) console.log(`${what} take 3 s of check time or more`)
  if (slow.length > 0 || growths.some((growth) => growth > 1.5)) process.exitCode = 1
} finally {
  if (process.env["KEEP"] === undefined) rmSync(folder, { recursive: true, force: true })
}
