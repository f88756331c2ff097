import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { ConfigFiles } from "@heddle/cli/ConfigFiles"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "heddle-config-"))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const problems = (files: ReadonlyArray<string>, json?: string): ReadonlyArray<string> => {
  const read = ConfigFiles.read(files, json)
  return read._tag === "Unreadable" ? read.problems : []
}

describe("ConfigFiles", () => {
  it("merges later files over earlier ones, maps by key, lists as a whole, and JSON last", () => {
    const base = file("base.yaml", "ops:\n  a: {config: {list: [1, 2], keep: yes please}}\n  b: {config: {n: 1}}\n")
    const over = file("over.json", '{"ops": {"a": {"config": {"list": [3]}}}}')
    const read = ConfigFiles.read([base, over], '{"ops":{"b":{"config":{"n":2}}}}')
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, {
      ops: { a: { config: { list: [3], keep: "yes please" } }, b: { config: { n: 2 } } }
    })
  })

  it("knows the place of a path, in the file that had the last word", () => {
    const base = file("place.yaml", "ops:\n  a:\n    config:\n      n: 1\n      m: 2\n")
    const over = file("place-over.yaml", "ops:\n  a:\n    config: {n: x}\n")
    const read = ConfigFiles.read([base, over])
    assert.isTrue(read._tag === "Read")
    if (read._tag !== "Read") return
    assert.strictEqual(read.locate(["ops", "a", "config", "n"]), `${over}:3:14`)
    assert.strictEqual(read.locate(["ops", "a", "config", "m"]), `${base}:5:7`)
    // What is missing is looked for where it should stand.
    assert.strictEqual(read.locate(["ops", "a", "config", "none"]), `${over}:3:5`)
    assert.strictEqual(read.locate(["resources"]), undefined)
  })

  it("has no value without files, and for empty ones", () => {
    const read = ConfigFiles.read([])
    assert.isTrue(read._tag === "Read" && read.value === undefined)
    assert.deepStrictEqual(problems([file("empty.yaml", "# nothing\n")]), [])
  })

  const foreign: ReadonlyArray<readonly [name: string, text: string, place: string, said: string]> = [
    ["an alias inside of itself", "ops: &a\n  b: *a\n", "2:6", "alias *a refers to a value that contains it"],
    ["an unknown tag", "ops:\n  a: !!js/function 'x'\n", "2:6", "Unresolved tag"],
    ["binary", "ops:\n  a: !!binary aGVsbG8=\n", "2:15", "is not supported in run config"],
    ["a set", "ops:\n  a: !!set {b, c}\n", "2:12", "is not supported in run config"],
    ["not a number", "ops:\n  a: .nan\n", "2:6", ".nan is not a valid number"],
    ["an infinity", "ops:\n  a: -.inf\n", "2:6", "-.inf is not a valid number"],
    ["a map as a key", "ops:\n  {a: 1}: 2\n", "2:3", "a key must be a string"],
    ["a key twice", "ops:\n  a: 1\n  a: 2\n", "3:3", "Map keys must be unique"],
    ["several documents", "a: 1\n---\nb: 2\n", "2:1", "multiple documents"],
    ["an alias of nothing", "a: *b\n", "1:4", "Unresolved alias"],
    ["a list", "# config\n- a\n", "2:1", "run config must be a map"],
    [
      "aliases that grow without end",
      [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        ..."bcdefgh".split("").map((at, i) => {
          const before = "abcdefgh"[i]!
          return `${at}: &${at} [${Array(9).fill(`*${before}`).join(", ")}]`
        })
      ].join("\n"),
      "2:8",
      "alias"
    ]
  ]
  for (const [name, text, place, said] of foreign) {
    it(`tells with its place what is no value of JSON: ${name}`, () => {
      const [problem] = problems([file("foreign.yaml", text)])
      assert.include(problem, `foreign.yaml:${place}: `)
      assert.include(problem, said)
      assert.match(problem!, / +\| +\^$/)
    })
  }

  it("reads merge keys, dates as texts, and aliases", () => {
    const read = ConfigFiles.read([
      file("fine.yaml", "base: &base {a: 1}\nops:\n  <<: *base\n  when: 2001-03-01\n  again: *base\n")
    ])
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, {
      base: { a: 1 },
      ops: { a: 1, when: "2001-03-01", again: { a: 1 } }
    })
  })

  it("shows a mistake in YAML with file, line, column and the line itself", () => {
    const [problem] = problems([file("bad.yaml", "ops:\n  a: b: c\n")])
    assert.match(problem!, /bad\.yaml:2:\d+: /)
    assert.include(problem!, "    2 |   a: b: c\n")
    assert.match(problem!, / +\| +\^$/)
  })

  it("tells of everything that is wrong at once", () => {
    const found = problems([join(folder, "none.yaml"), file("list.yaml", "- 1\n"), folder], "{nope")
    assert.strictEqual(found.length, 4)
    assert.include(found[0]!, "does not exist in")
    assert.include(found[1]!, "must be a map")
    assert.include(found[2]!, "it is a folder")
    assert.include(found[3]!, "--config-json is not valid JSON")
  })
})
