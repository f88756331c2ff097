import { assert, describe, it } from "@effect/vitest"
import { ConfigEnvironment, ConfigJsonSchema, ConfigProblem } from "@heddle/config"
import { JobRunConfig } from "@heddle/definitions"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Effect, Result } from "effect"
import { execFileSync } from "node:child_process"
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

const ajv = new Ajv2020({ allErrors: false, strict: true, strictTypes: false, strictRequired: false })

/** In an order of their own, so that they can be compared. */
const canonical = (problems: ReadonlyArray<Planted>): ReadonlyArray<string> =>
  problems.map(({ fields, path, reason }) => JSON.stringify([reason, path, fields ?? null])).toSorted()

describe(`run config of ${JOBS} generated jobs`, () => {
  it("that fits is accepted by validation and by the JSON Schema", () => {
    for (const seed of seeds) {
      const shape = jobShape(seed)
      const job = jobOf(shape)
      const accepts = ajv.compile(ConfigJsonSchema.make(JobRunConfig.schema(job.definition)))
      for (let i = 0; i < 3; i++) {
        const config = validConfig(shape, new Random(seed * 31 + i))
        assert.deepStrictEqual(problemsOf(job, config).map(ConfigProblem.describe), [], `seed ${seed}`)
        assert.isTrue(accepts(config), `seed ${seed}: ${JSON.stringify(accepts.errors)} ${JSON.stringify(config)}`)
      }
    }
  })

  it("with planted problems is refused with every one of them and no other, and refused by the JSON Schema", () => {
    let planted = 0
    for (const seed of seeds) {
      const shape = jobShape(seed)
      const job = jobOf(shape)
      const accepts = ajv.compile(ConfigJsonSchema.make(JobRunConfig.schema(job.definition)))
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

  it("that fits is accepted by its type", { timeout: 120_000 }, () => {
    const root = fileURLToPath(new URL("../", import.meta.url))
    const cache = join(root, "node_modules", ".cache")
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
            rootDir: join(root, "../..")
          },
          files: ["jobs.ts"]
        })
      )
      let said = ""
      try {
        execFileSync(process.execPath, [join(root, "../../node_modules/typescript/bin/tsc"), "-p", folder], {
          encoding: "utf8"
        })
      } catch (error) {
        said = String((error as { readonly stdout?: unknown }).stdout ?? error)
      }
      // The sources of the packages are checked elsewhere.
      const lines = [...said.matchAll(/jobs\.ts\((\d+),/g)].map(([, line]) => Number(line))
      assert.deepStrictEqual(lines, [source.split("\n").length - 1], said)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
