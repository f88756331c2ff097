import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { ConfigFiles, type ConfigRead } from "@heddle/cli/ConfigFiles"
import { JsonFault } from "@heddle/cli/JsonFault"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { seeded } from "./seeded.ts"

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

const readFiles = (files: ReadonlyArray<string>, json?: string): Promise<ConfigRead> =>
  Effect.runPromise(Effect.provide(ConfigFiles.read(files, json), NodeFileSystem.layer))

const problems = async (files: ReadonlyArray<string>, json?: string): Promise<ReadonlyArray<string>> => {
  const read = await readFiles(files, json)
  return read._tag === "Unreadable" ? read.problems : []
}

describe("ConfigFiles", () => {
  it("merges later files over earlier ones, maps by key, lists as a whole, and JSON last", async () => {
    const base = file("base.yaml", "ops:\n  a: {config: {list: [1, 2], keep: yes please}}\n  b: {config: {n: 1}}\n")
    const over = file("over.json", '{"ops": {"a": {"config": {"list": [3]}}}}')
    const read = await readFiles([base, over], '{"ops":{"b":{"config":{"n":2}}}}')
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, {
      ops: { a: { config: { list: [3], keep: "yes please" } }, b: { config: { n: 2 } } }
    })
  })

  it("locates a path in the file that overrides the others", async () => {
    const base = file("place.yaml", "ops:\n  a:\n    config:\n      n: 1\n      m: 2\n")
    const over = file("place-over.yaml", "ops:\n  a:\n    config: {n: x}\n")
    const read = await readFiles([base, over])
    assert.isTrue(read._tag === "Read")
    if (read._tag !== "Read") return
    assert.strictEqual(read.locate(["ops", "a", "config", "n"]), `${over}:3:14`)
    assert.strictEqual(read.locate(["ops", "a", "config", "m"]), `${base}:5:7`)
    // What is missing is looked for where it should stand.
    assert.strictEqual(read.locate(["ops", "a", "config", "none"]), `${over}:3:5`)
    assert.strictEqual(read.locate(["resources"]), undefined)
  })

  it("replaces an earlier value with null, and ignores an empty file", async () => {
    const base = file("null-base.yaml", "ops:\n  a: {config: {limit: 3, keep: 1}}\nresources:\n  db: {}\n")
    const over = file("null-over.yaml", "ops:\n  a:\n    config:\n      limit: null\nresources:\n")
    const read = await readFiles([base, over, file("null-none.yaml", "# nothing\n")])
    assert.isTrue(read._tag === "Read")
    if (read._tag !== "Read") return
    assert.deepStrictEqual(read.value, { ops: { a: { config: { limit: null, keep: 1 } } }, resources: null })
    // A place in a map that was replaced would mislead.
    assert.strictEqual(read.locate(["resources", "db"]), `${over}:5:1`)
    const [later] = [await readFiles([base], '{"ops":{"a":null}}')]
    assert.deepStrictEqual(later._tag === "Read" ? later.value : later, { ops: { a: null }, resources: { db: {} } })
  })

  it("locates a path behind aliases, merge keys and aliases as keys", async () => {
    const text = [
      "base: &base",
      "  config: &config",
      "    path: x",
      "    rows: [1, two]",
      "ops:",
      "  load: *base",
      "  size:",
      "    <<: *base",
      "    inputs: {}",
      "  ? &name clean",
      "  : *config",
      "tags: {*name : [*name]}"
    ].join("\n")
    const path = file("aliases.yaml", text)
    const read = await readFiles([path])
    assert.isTrue(read._tag === "Read")
    if (read._tag !== "Read") return
    const place = (...at: ReadonlyArray<string | number>) => read.locate(at)?.slice(path.length + 1)
    assert.strictEqual(place("ops", "load", "config", "path"), "3:5")
    assert.strictEqual(place("ops", "load"), "6:3")
    assert.strictEqual(place("ops", "size", "config", "rows", 1), "4:15")
    assert.strictEqual(place("ops", "size", "inputs"), "9:5")
    assert.strictEqual(place("ops", "clean", "path"), "3:5")
    assert.strictEqual(place("tags", "clean"), "12:8")
    assert.strictEqual(place("tags", "clean", 0), "12:17")
    assert.strictEqual(place("ops", "load", "none"), "6:3")
  })

  it("has no value without files or with empty ones", async () => {
    const read = await readFiles([])
    assert.isTrue(read._tag === "Read" && read.value === undefined)
    assert.deepStrictEqual(await problems([file("empty.yaml", "# nothing\n")]), [])
  })

  const foreign: ReadonlyArray<readonly [name: string, text: string, place: string, said: string]> = [
    ["an alias inside of itself", "ops: &a\n  b: *a\n", "2:6", "alias *a refers to a value that contains it"],
    [
      "an unknown tag",
      "ops:\n  a: !!js/function 'x'\n",
      "2:6",
      "tag !!js/function is not supported in run config: write the value as a string"
    ],
    ["binary", "ops:\n  a: !!binary aGVsbG8=\n", "2:6", "tag !!binary is not supported in run config"],
    [
      "a set",
      "ops:\n  a: !!set {b, c}\n",
      "2:6",
      "tag !!set is not supported in run config: write the value as a plain map or list"
    ],
    ["not a number", "ops:\n  a: .nan\n", "2:6", ".nan is not a valid number"],
    ["an infinity", "ops:\n  a: -.inf\n", "2:6", "-.inf is not a valid number"],
    ["a map as a key", "ops:\n  {a: 1}: 2\n", "2:3", "a key must be a string"],
    ["a key twice", "ops:\n  a: 1\n  a: 2\n", "3:3", 'key "a" is already there in the same map'],
    ["several documents", "a: 1\n---\nb: 2\n", "2:1", "a config file can hold only one document"],
    ["an alias of nothing", "a: *b\n", "1:4", "alias *b has no anchor &b before it"],
    ["a list", "# config\n- a\n", "2:1", "run config must be a map"],
    ["two keys that are the same text", '{1: x, "1": y}\n', "1:8", 'key "1" is already there'],
    ["a map that an alias makes a key", "k: &k {a: 1}\n? *k\n: x\n", "2:3", "a key must be a string"],
    ["a key that is null", "~: x\n", "1:1", "a key is missing"],
    ["a key that is not there", "ops:\n  ? \n  : x\n", "2:5", "a key is missing"],
    ["a tag after an anchor", "a: !!timestamp &t 2001-01-01\n", "1:4", "tag !!timestamp is not supported"],
    [
      "a whole number that is too long",
      "n: 9007199254740993\n",
      "1:4",
      "9007199254740993 has more digits than a number can keep"
    ],
    ["a number that is too large", '{"n": 1e400}', "1:7", "1e400 is not a valid number"],
    ["an older YAML", "%YAML 1.1\n---\na: 2001-01-01\n", "1:1", "YAML 1.1 is not supported"],
    ["a merge of a text", "a:\n  <<: b\n", "2:7", '"<<" takes a map'],
    ["brackets without end", "a: [1, 2\n", "2:1", "the closing ] is missing"],
    ["a text without end", 'a: "x\n', "2:1", 'the closing " is missing'],
    ["a second colon", "a: b: c\n", "1:4", 'this line has a second ": "'],
    ["a tab", "a:\n\tb: 1\n", "2:1", "tabs cannot be used for indentation"],
    ["many lists inside each other", `a: ${"[".repeat(50_000)}`, "1:203", "more than 200 maps and lists"],
    [
      "many maps inside each other",
      Array.from({ length: 300 }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
      "201:201",
      "more than 200"
    ],
    [
      "aliases that grow without end",
      [
        "a: &a [x, x, x, x, x, x, x, x, x]",
        ..."bcdefgh".split("").map((at, i) => {
          const before = "abcdefgh"[i]!
          return `${at}: &${at} [${Array(9).fill(`*${before}`).join(", ")}]`
        })
      ].join("\n"),
      "7:8",
      "the aliases of this file repeat more than 1,000,000 values"
    ]
  ]
  for (const [name, text, place, said] of foreign) {
    it(`reports what JSON cannot represent, with its place: ${name}`, async () => {
      const [problem] = await problems([file("foreign.yaml", text)])
      assert.include(problem, `foreign.yaml:${place}: `)
      assert.include(problem, said)
      assert.match(problem!, / +\| +\^$/)
    })
  }

  it("reads keys as they are written, and whole numbers that a number can hold", async () => {
    const text = "1: a\n1.0: b\ntrue: c\n0x1: d\n? &k e\n: f\n*k : g\n".replace("*k : g", "h: *k")
    const read = await readFiles([file("keys.yaml", `${text}n: [9007199254740991, -3, 0x10, 1e3, 0.5]\n`)])
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, {
      "1": "a",
      "1.0": "b",
      true: "c",
      "0x1": "d",
      e: "f",
      h: "e",
      n: [9007199254740991, -3, 16, 1000, 0.5]
    })
    assert.strictEqual(read._tag === "Read" ? read.locate(["1.0"])?.split(":").slice(1).join(":") : "", "2:1")
  })

  it("reports text that is not UTF-8, and where", async () => {
    const write = (name: string, bytes: Uint8Array) => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const broken = Buffer.concat([Buffer.from("ops: ü\nb: é"), Buffer.from([0xe9, 0x0a])])
    const [problem] = await problems([write("latin1.yaml", broken)])
    assert.include(problem, "latin1.yaml:2:5: the file is not valid UTF-8 here: save it as UTF-8\n")
    const [wide] = await problems([write("utf16.yaml", Buffer.from("\ufeffops: {}", "utf16le"))])
    assert.match(wide!, /^Config file ".*utf16\.yaml" is UTF-16: save it as UTF-8$/)
    const read = await readFiles([write("bom.yaml", Buffer.from("\ufeffops: {}\r\n"))])
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, { ops: {} })
  })

  it("puts the caret under the column, even after wide characters and in long lines", async () => {
    const caretOf = async (text: string) => {
      const [, source = "", caret = ""] = await (await problems([file("wide.yaml", text)]))[0]!.split("\n")
      return { source: source.slice(8), caret: caret.length - 9 }
    }
    assert.deepStrictEqual(await caretOf('"日本語": .nan'), { source: '"日本語": .nan', caret: 10 })
    assert.deepStrictEqual(await caretOf("{👍: .nan}"), { source: "{👍: .nan}", caret: 5 })
    assert.deepStrictEqual(await caretOf("a: {\tb: .nan}"), { source: "a: {\tb: .nan}".replace("\t", " "), caret: 8 })
    const long = await caretOf(`a: {${Array.from({ length: 200 }, (_, i) => `k${i}: v`).join(", ")}, b: .nan}`)
    assert.isAtMost(long.source.length, 100)
    assert.strictEqual(long.source.slice(long.caret, long.caret + 4), ".nan")
  })

  it("reads merge keys, dates as strings, and aliases", async () => {
    const read = await readFiles([
      file("fine.yaml", "base: &base {a: 1}\nops:\n  <<: *base\n  when: 2001-03-01\n  again: *base\n")
    ])
    assert.deepStrictEqual(read._tag === "Read" ? read.value : read, {
      base: { a: 1 },
      ops: { a: 1, when: "2001-03-01", again: { a: 1 } }
    })
  })

  it("shows a mistake in YAML with file, line, column and the line itself", async () => {
    const [problem] = await problems([file("bad.yaml", "ops:\n  a: b: c\n")])
    assert.match(problem!, /bad\.yaml:2:\d+: /)
    assert.include(problem!, "    2 |   a: b: c\n")
    assert.match(problem!, / +\| +\^$/)
  })

  const notJson: ReadonlyArray<readonly [json: string, place: string, said: string]> = [
    ["", "1:1", "a value is missing here"],
    ["{nope", "1:2", "nope is not valid in JSON: put names and texts in double quotes"],
    ["{'a': 1}", "1:2", "'a' is not valid in JSON: put names and texts in double quotes"],
    ['{\n  "a": 1,\n}', "3:1", "remove the comma before this }"],
    ['{"a": [1, 2}', "1:12", "this } does not match the bracket that is open here"],
    ['{"a": [1, 2', "1:12", "a comma or the closing ] is missing"],
    ['{"a" 1}', "1:6", 'a ":" is missing after this name'],
    ['{"a": }', "1:7", "a value is missing here"],
    ['{"a": 1 "b": 2}', "1:9", "a comma is missing"],
    ['{"a": True}', "1:7", "True is not valid in JSON"],
    ['{"a": .5}', "1:7", ".5 is not a valid number in JSON"],
    ['{"a": 1.}', "1:7", "this number is not complete"],
    ['{"a": "x}', "1:7", 'the closing " is missing on this line'],
    ['{"a": "\t"}', "1:7", "a line break or control character in a text must be escaped"],
    ['{"a": "\\x"}', "1:7", "write \\\\ for a backslash"],
    ['{"a": "\\u12"}', "1:7", "\\u takes four hexadecimal digits"],
    ['{"a": 1} {', "1:10", "nothing can follow the end of the JSON value"],
    ['// a\n{"a": 1}', "1:1", "JSON has no comments"],
    ["[".repeat(100_000), "1:201", "more than 200 maps and lists"],
    ['{"a": 1, "a": 2}', "1:10", 'key "a" is already there'],
    ["[]", "1:1", "run config must be a map"]
  ]
  for (const [json, place, said] of notJson) {
    it(`reports mistakes in --config-json with their place: ${json.slice(0, 20)}`, async () => {
      const found = await problems([], json)
      assert.strictEqual(found.length, 1)
      assert.match(found[0]!, new RegExp(`^--config-json:${place}: `))
      assert.include(found[0], said)
    })
  }

  it("finds a mistake exactly in the texts that JSON.parse rejects", async () => {
    const parts = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"',
      "1",
      "-",
      ".5",
      "0",
      "1e3",
      "true",
      "nul",
      " ",
      "\n",
      "'",
      "\\",
      "/"
    ]
    const random = seeded(7)
    for (let i = 0; i < 3000; i++) {
      const json = Array.from(
        { length: 1 + Math.floor(random() * 8) },
        () => parts[Math.floor(random() * parts.length)]!
      ).join("")
      let isJson = true
      try {
        JSON.parse(json)
      } catch {
        isJson = false
      }
      const fault = JsonFault.find(json)
      assert.strictEqual(fault === undefined, isJson, JSON.stringify(json))
      if (fault !== undefined) assert.isAtMost(fault.offset, json.length)
    }
  })

  it("rejects at once what is not a file, not text or too large", async () => {
    const fifo = join(folder, "fifo")
    execFileSync("mkfifo", [fifo])
    symlinkSync("circle", join(folder, "circle"))
    const said: ReadonlyArray<readonly [path: string, said: string]> = [
      [fifo, "it is a pipe or a device; save the config to a file, or use --config-json"],
      ["/dev/zero", "it is a pipe or a device"],
      [folder, "it is a folder"],
      ["", 'Config file "" does not exist'],
      ["a\0b", "the path is not valid"],
      ["x".repeat(300), "its name is too long"],
      [join(folder, "circle"), "its symbolic links form a circle"],
      [join(file("plain.yaml", ""), "inner.yaml"), "part of its path is not a folder"],
      [file("nul.yaml", "ops:\n  a: x\0y\n"), "nul.yaml:2:7: run config cannot contain the control character U+0000"],
      [file("bell.yaml", 'ops: "\u0007"\n'), "bell.yaml:1:7: run config cannot contain the control character U+0007"],
      [file("huge.yaml", "a".repeat(1024 * 1024 + 1)), "it is larger than 1 MiB"]
    ]
    const found = await problems(said.map(([path]) => path))
    assert.strictEqual(found.length, said.length)
    for (const [i, [, text]] of said.entries()) assert.include(found[i], text)
  })

  it("reports all problems at once", async () => {
    const found = await problems([join(folder, "none.yaml"), file("list.yaml", "- 1\n"), folder], "{nope")
    assert.strictEqual(found.length, 4)
    assert.include(found[0]!, "does not exist in")
    assert.include(found[1]!, "must be a map")
    assert.include(found[2]!, "it is a folder")
    assert.include(found[3]!, "--config-json:1:2: ")
  })
})
