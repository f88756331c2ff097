import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "heddle-bad-stores-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command on a home folder, as another user where this one may do anything. */
const heddle = async (home: string, args: ReadonlyArray<string>, user?: number) => {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], NO_COLOR: "1", HEDDLE_HOME: home, NODE_DISABLE_COMPILE_CACHE: "1" },
    ...(user === undefined ? {} : { uid: user, gid: user })
  })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)))
  const [code] = (await once(child, "close")) as [number | null]
  return { code, output }
}

/** A home folder with one run in it, closed again. */
const homeOf = async (name: string): Promise<string> => {
  const home = join(folder, name)
  mkdirSync(home)
  await heddle(home, [
    "job",
    "execute",
    "-f",
    fileURLToPath(new URL("./fixtures/jobs.ts", import.meta.url)),
    "-j",
    "etl",
    ...CONFIG,
    "--run-id",
    "kept"
  ])
  return home
}
const CONFIG = ["--config-json", JSON.stringify({ ops: { source: { config: { rows: 1 } } } })]

const READING = [
  ["run", "list"],
  ["run", "show", "kept"],
  ["run", "events", "kept"]
]

const tamper = (home: string, sql: string): void => {
  const database = new DatabaseSync(join(home, "heddle.db"))
  database.exec(sql)
  database.close()
}

describe("a home folder that cannot be used", () => {
  const cases: ReadonlyArray<readonly [name: string, make: (home: string) => void, said: ReadonlyArray<string>]> = [
    [
      "a file that is no database",
      (home) => writeFileSync(join(home, "heddle.db"), "x".repeat(8192)),
      ["it is not a database", "move this one away"]
    ],
    [
      "the database of another program",
      (home) => tamper(home, "pragma application_id = 1"),
      ["another program", "Choose another file"]
    ],
    [
      "a database of a newer version",
      (home) => tamper(home, "pragma user_version = 999"),
      ["a newer Heddle wrote it", "Install that version"]
    ]
  ]
  for (const [name, make, said] of cases) {
    it(`is reported with what is wrong: ${name}`, async () => {
      const home = await homeOf(name.replaceAll(" ", "-"))
      make(home)
      for (const args of READING) {
        const { code, output } = await heddle(home, args)
        assert.strictEqual(code, 2, output)
        for (const words of said) assert.include(output, words)
        assert.notInclude(output, "Choose a folder that this user may write to")
        assert.notMatch(output, /^\s+at /m)
      }
    }, 60_000)
  }

  it("is reported without a stack if an event cannot be read", async () => {
    const home = await homeOf("damaged-events")
    tamper(home, "update events set body = '{' where id = (select max(id) from events)")
    const { code, output } = await heddle(home, ["run", "events", "kept"])
    assert.strictEqual(code, 1)
    assert.include(output, 'Cannot read events of run "kept"')
    assert.notMatch(output, /^\s+at /m)
  }, 60_000)

  it("can be read if nothing can be written", async () => {
    const home = await homeOf("read-only")
    // The repository may stand where only its owner may look; the fixtures are not needed to read.
    chmodSync(folder, 0o755)
    chmodSync(home, 0o555)
    chmodSync(join(home, "heddle.db"), 0o444)
    const user = process.getuid?.() === 0 ? 65_534 : undefined
    for (const args of READING) {
      const { code, output } = await heddle(home, args, user)
      assert.strictEqual(code, 0, output)
      assert.include(output, args[1] === "events" ? "Run succeeded" : "kept")
    }
    const writing = await heddle(home, ["pool", "set", "p", "1"], user)
    assert.strictEqual(writing.code, 2)
    assert.include(writing.output, "read-only for this user")
    chmodSync(home, 0o755)
  }, 60_000)

  it("is not mistaken for an empty one if this user may not look into its parent", async () => {
    const locked = join(folder, "locked")
    mkdirSync(join(locked, "home"), { recursive: true })
    chmodSync(folder, 0o755)
    chmodSync(locked, 0o000)
    const user = process.getuid?.() === 0 ? 65_534 : undefined
    const { code, output } = await heddle(join(locked, "home"), ["run", "list"], user)
    chmodSync(locked, 0o755)
    assert.strictEqual(code, 2, output)
    assert.include(output, "Cannot look for the home folder")
    assert.include(output, "Choose a folder that this user may read")
  }, 60_000)
})
