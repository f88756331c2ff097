import { assert, describe, it } from "@effect/vitest"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { file, heddle } = spawnedHeddle()

const DEMO = "../../../../examples/flight-delays/src/definitions.ts"
const validate = (path: string, ...args: ReadonlyArray<string>) =>
  heddle("config", "validate", "-f", "jobs.ts", "-j", "etl", "-c", path, ...args)

describe("heddle config validate", () => {
  it("accepts valid run config, with exit code 0", async () => {
    const { code, stdout } = await validate(file("good.yaml", "ops:\n  source:\n    config: {rows: 3}\n"))
    assert.strictEqual(code, 0)
    assert.include(stdout, 'The run config is valid for job "etl"')
  })

  it("reports all problems at once with line and column, and exits with 2", async () => {
    const text = ["ops:", "  source:", "    config:", "      rosw: 3", "  double:", "    config: {factor: x}", ""].join(
      "\n"
    )
    const { code, stderr, stdout } = await validate(file("bad.yaml", text))
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.match(stderr, /has 3 problems/)
    assert.match(stderr, /ops\.source\.config\.rosw: no such field.* - did you mean "rows"\?\n +at \S*bad\.yaml:4:7\n/)
    assert.match(stderr, /ops\.source\.config\.rows: is missing\n +at \S*bad\.yaml:3:5\n/)
    assert.match(stderr, /ops\.double\.config\.factor: expected number, got a text\n +at \S*bad\.yaml:6:14\n/)
  })

  it("reports each of several fields of one section at its own place", async () => {
    const text = "ops:\n  source:\n    config:\n      rows: 3\n      a: 1\n      b: 2\n"
    const { stderr } = await validate(file("two.yaml", text))
    assert.match(stderr, /no such fields "a", "b".*\n +at \S*two\.yaml:5:7\n +at \S*two\.yaml:6:7\n/)
  })

  it("writes problems as JSON for other programs", async () => {
    const { code, stdout } = await validate(file("json.yaml", "ops: {source: {config: {rows: 1.5}}}\n"), "--json")
    assert.strictEqual(code, 2)
    const { problems, valid } = JSON.parse(stdout)
    assert.strictEqual(valid, false)
    assert.deepStrictEqual(
      problems.map(({ expected, found, path, reason }: any) => ({ expected, found, path, reason })),
      [
        {
          expected: "an integer",
          found: "1.5",
          path: ["ops", "source", "config", "rows"],
          reason: "TYPE_MISMATCH"
        }
      ]
    )
    assert.match(problems[0].at[0], /json\.yaml:1:25$/)
  })
})

describe("heddle config scaffold", () => {
  it("writes a run config that validates once its values are filled in", async () => {
    const scaffold = await heddle("config", "scaffold", "-f", DEMO)
    assert.strictEqual(scaffold.code, 0)
    const raw = await heddle("config", "validate", "-f", DEMO, "-c", file("raw.yaml", scaffold.stdout))
    assert.strictEqual(raw.code, 2)
    assert.match(raw.stderr, /resources\.artifacts\.config\.folder: expected string, got null/)
    const filled = scaffold.stdout.replaceAll(/: # TODO string$/gm, ": some/folder")
    assert.notInclude(filled, "TODO")
    const good = await heddle("config", "validate", "-f", DEMO, "-c", file("filled.yaml", filled))
    assert.strictEqual(good.code, 0, good.stderr)
    const typo = filled.replace("workFolder", "workFodler")
    const line = typo.split("\n").findIndex((text) => text.includes("workFodler")) + 1
    const column = typo.split("\n")[line - 1]!.indexOf("workFodler") + 1
    const bad = await heddle("config", "validate", "-f", DEMO, "-c", file("typo.yaml", typo))
    assert.strictEqual(bad.code, 2)
    assert.match(
      bad.stderr,
      new RegExp(
        `workFodler: no such field.* - did you mean "workFolder"\\?\\n +at \\S*typo\\.yaml:${line}:${column}\\n`
      )
    )
  })

  it("shows optional fields as comments", async () => {
    const { stdout } = await heddle("config", "scaffold", "-f", "jobs.ts", "-j", "etl")
    assert.match(stdout, /^ {6}rows: # TODO integer$/m)
    assert.match(stdout, /^ {6}# name: # string$/m)
    assert.match(stdout, /^ {2}# double:\n {2}# {3}config:\n {2}# {5}factor: # integer$/m)
  })
})

describe("heddle config schema", () => {
  it("prints a JSON Schema that rejects unknown keys", async () => {
    const { code, stdout } = await heddle("config", "schema", "-f", "jobs.ts", "-j", "etl")
    assert.strictEqual(code, 0)
    const schema = JSON.parse(stdout)
    assert.strictEqual(schema.$schema, "https://json-schema.org/draft/2020-12/schema")
    assert.deepStrictEqual(schema.required, ["ops"])
    assert.strictEqual(schema.additionalProperties, false)
    const { config } = schema.properties.ops.properties.source.properties
    assert.deepStrictEqual(config.required, ["rows"])
    assert.strictEqual(config.properties.rows.type, "integer")
  })
})
