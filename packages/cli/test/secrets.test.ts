import { assert, describe, it } from "@effect/vitest"
import { globSync, readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { COUNT, places } from "./fixtures/secrets.ts"
import { spawnedHeddle } from "./spawnedHeddle.ts"

const { heddle, home } = spawnedHeddle()

/** Every token is new, so that it is found wherever it comes out. */
const tokenOf = (name: string | number): string => `token-${name}-${Math.random().toString(36).slice(2)}-end`

const configOf = (fail: boolean) => {
  const tokens = [...Array.from({ length: COUNT }, (_, i) => tokenOf(i)), ...["a", "b", "c", "d"].map(tokenOf)]
  const [input, resource, graph, failing] = tokens.slice(COUNT) as [string, string, string, string]
  const ops: { [name: string]: unknown } = {
    inner: { config: { password: graph } },
    fails: { config: { fail, secret: failing } }
  }
  places.forEach(({ value }, i) => (ops[`op${i}`] = { config: value(tokens[i]!) }))
  return { tokens, config: { ops, resources: { vault: { config: { key: resource } } }, inputs: { token: input } } }
}

/** The tokens that stand in some bytes, as they are or as JSON or YAML would write them. */
const found = (tokens: ReadonlyArray<string>, text: string): ReadonlyArray<string> =>
  tokens.filter((token) => text.includes(token))

describe("secrets in run config", () => {
  for (const executor of ["inProcess", "multiprocess"]) {
    for (const fail of [false, true]) {
      it(`are nowhere to be found after a run that ${fail ? "failed" : "succeeded"} and its re-execution (${executor})`, async () => {
        const { config, tokens } = configOf(fail)
        const runId = `${executor}-${fail}`
        const args = ["-f", "secrets.ts", "-j", "secrets", "--config-json", JSON.stringify(config)]
        const ran = await heddle("job", "execute", ...args, "--run-id", runId, "--executor", executor)
        assert.strictEqual(ran.code, fail ? 1 : 0, ran.stderr)
        assert.deepStrictEqual(found(tokens, ran.stdout + ran.stderr), [])
        // The stored run config has no secrets, so a re-execution gets them again.
        const again = await heddle(
          "run",
          "reexecute",
          runId,
          "-f",
          "secrets.ts",
          "--run-id",
          `${runId}-again`,
          "--from",
          fail ? "failure" : "start",
          "--config-json",
          JSON.stringify(config)
        )
        assert.strictEqual(again.code, fail ? 1 : 0, again.stderr)
        assert.deepStrictEqual(found(tokens, again.stdout + again.stderr), [])
        for (const command of [
          ["run", "show", runId, "--log-level", "debug"],
          ["run", "show", runId, "--json"],
          ["run", "show", `${runId}-again`, "--json"],
          ["run", "events", `${runId}-again`, "--json"],
          ["run", "events", runId, "--json"],
          ["run", "list", "--json"]
        ]) {
          const told = await heddle(...command)
          assert.strictEqual(told.code, 0, told.stderr)
          assert.deepStrictEqual(found(tokens, told.stdout + told.stderr), [])
        }
        const files = globSync("**/*", { cwd: home() }).filter((name) => statSync(join(home(), name)).isFile())
        assert.isAbove(files.length, 0)
        for (const name of files) {
          assert.deepStrictEqual(found(tokens, readFileSync(join(home(), name), "latin1")), [], name)
        }
      }, 60_000)
    }
  }

  it("do not appear in the problems of config, and are marked in its schema", async () => {
    const { config, tokens } = configOf(false)
    const wrong = JSON.parse(JSON.stringify(config), (_, value: unknown) =>
      typeof value === "string" && value.startsWith("token-") ? [{ wrong: value }] : value
    ) as unknown
    const checked = await heddle(
      "config",
      "validate",
      "-f",
      "secrets.ts",
      "-j",
      "secrets",
      "--config-json",
      JSON.stringify(wrong)
    )
    assert.strictEqual(checked.code, 2)
    assert.deepStrictEqual(found(tokens, checked.stdout + checked.stderr), [])
    const schema = await heddle("config", "schema", "-f", "secrets.ts", "-j", "secrets")
    assert.isAtLeast(schema.stdout.split('"writeOnly": true').length - 1, COUNT)
  }, 60_000)
})
