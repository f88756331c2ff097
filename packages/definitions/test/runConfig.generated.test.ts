import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ConfigEnvironment, ConfigJsonSchema, ConfigProblem } from "@heddle/config"
import { JobRunConfig } from "@heddle/definitions"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Effect, Result } from "effect"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import {
  jobOf,
  jobShape,
  type Planted,
  Planter,
  Random,
  sourceOfJobs,
  validConfig,
  VARIABLES
} from "./generatedJobs.ts"

const JOBS = 200
const seeds = Array.from({ length: JOBS }, (_, i) => i + 1)

const problemsOf = (job: ReturnType<typeof jobOf>, config: unknown) => {
  const result = Effect.runSync(
    Effect.result(JobRunConfig.validate(job.definition, config)).pipe(
      Effect.provideService(ConfigEnvironment, VARIABLES)
    )
  )
  return Result.isSuccess(result) ? [] : result.failure.problems
}

const ajv = new Ajv2020({
  allErrors: false,
  strict: true,
  strictTypes: false,
  strictRequired: false,
  // Optimizing the code of a schema takes longer than running it a few times.
  code: { optimize: false }
})

interface Subject {
  readonly seed: number
  readonly shape: ReturnType<typeof jobShape>
  readonly job: ReturnType<typeof jobOf>
  readonly accepts: ReturnType<typeof ajv.compile>
}

let made: ReadonlyArray<Subject> | undefined

/** The generated jobs, with the validators of their JSON Schemas: compiling these takes most of the time. */
const subjects = (): ReadonlyArray<Subject> =>
  (made ??= seeds.map((seed) => {
    const shape = jobShape(seed)
    const job = jobOf(shape)
    return { seed, shape, job, accepts: ajv.compile(ConfigJsonSchema.make(JobRunConfig.schema(job.definition))) }
  }))

/** In an order of their own, so that they can be compared. */
const canonical = (problems: ReadonlyArray<Planted>): ReadonlyArray<string> =>
  problems.map(({ fields, path, reason }) => JSON.stringify([reason, path, fields ?? null])).toSorted()

const root = fileURLToPath(new URL("../", import.meta.url))
const cache = join(root, "node_modules", ".cache")

/** Checks the types of the generated jobs in a process of its own. */
const check = async (): Promise<{ readonly source: string; readonly said: string }> => {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, "run-config-"))
  try {
    const jobs = seeds.map((seed) => {
      const shape = jobShape(seed)
      return [shape, [0, 1].map((i) => validConfig(shape, new Random(seed * 31 + i)))] as const
    })
    // The last line does not fit: that it is told, and nothing else, shows that all was looked at.
    const source = `${sourceOfJobs(jobs)}takes(j0, "no run config")\n`
    writeFileSync(join(folder, "jobs.ts"), source)
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({
        extends: join(root, "../../tsconfig.base.json"),
        compilerOptions: {
          noEmit: true,
          composite: false,
          emitDeclarationOnly: false,
          declarationMap: false,
          rootDir: join(root, "../.."),
          // Only what TypeScript itself says: the diagnostics of the plugin take a fifth of the time.
          plugins: [{ name: "@effect/language-service", diagnostics: false }]
        },
        files: ["jobs.ts"]
      })
    )
    const said = await new Promise<string>((resolve) => {
      const tsc = join(root, "../../node_modules/typescript/bin/tsc")
      execFile(process.execPath, [tsc, "-p", folder], { encoding: "utf8", maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
        resolve(stdout + stderr)
      )
    })
    return { source, said }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

let checked: ReturnType<typeof check>
beforeAll(() => {
  // It takes longer than all else here, so it runs beside it.
  checked = check()
})

describe(`run config of ${JOBS} generated jobs`, () => {
  it("that fits is accepted by validation and by the JSON Schema", () => {
    for (const { accepts, job, seed, shape } of subjects()) {
      for (let i = 0; i < 3; i++) {
        const config = validConfig(shape, new Random(seed * 31 + i))
        assert.deepStrictEqual(problemsOf(job, config).map(ConfigProblem.describe), [], `seed ${seed}`)
        assert.isTrue(accepts(config), `seed ${seed}: ${JSON.stringify(accepts.errors)} ${JSON.stringify(config)}`)
      }
    }
  })

  it("with planted problems is rejected with exactly these, and rejected by the JSON Schema", () => {
    let planted = 0
    for (const { accepts, job, seed, shape } of subjects()) {
      for (let i = 0; i < 3; i++) {
        const random = new Random(seed * 17 + i)
        const planter = new Planter(random, 0.05 + 0.1 * i)
        const config = planter.config(shape, validConfig(shape, random))
        planted += planter.planted.length
        assert.deepStrictEqual(
          canonical(problemsOf(job, config)),
          canonical(planter.planted),
          `seed ${seed}: ${JSON.stringify(config)}`
        )
        assert.strictEqual(accepts(config), planter.planted.length === 0, `seed ${seed}: ${JSON.stringify(config)}`)
      }
    }
    assert.isAbove(planted, JOBS)
  })

  it("that fits is accepted by its type", { timeout: 120_000 }, async () => {
    const { said, source } = await checked
    // The sources of the packages are checked elsewhere.
    const lines = [...said.matchAll(/jobs\.ts\((\d+),/g)].map(([, line]) => Number(line))
    assert.deepStrictEqual(lines, [source.split("\n").length - 1], said)
  })
})
