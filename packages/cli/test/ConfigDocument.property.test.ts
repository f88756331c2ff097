import { assert, describe, it } from "@effect/vitest"
import { ConfigDocument } from "@heddle/cli/ConfigDocument"
import { ConfigPlaces } from "@heddle/cli/ConfigPlaces"
import { stringify } from "yaml"
import { seeded } from "./seeded.ts"

const RUNS = 1000

type Random = () => number
const pick = <A>(random: Random, all: ReadonlyArray<A>): A => all[Math.floor(random() * all.length)]!

/** Texts that mean something in YAML, or look as if they did. */
const WORDS = [
  ["a", "b c", "null", "~", "true", "No", "1", "1.0", "0x1f", "010", "1e3", "-0", ".5", "2001-03-01", "12:30", ""],
  [
    "<<",
    "=",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#a",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    "'a",
    '"a',
    "\\"
  ],
  [
    "é",
    "日本",
    "👍",
    "\u2028",
    "\t",
    "\u0007",
    "\ud800",
    "a\nb",
    " a ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "---",
    "...",
    "__proto__"
  ]
].flat()

/** The library does not quote "<<", which is a merge key here. */
const KEYS = WORDS.filter((word) => word !== "<<")

const json = (random: Random, depth: number): unknown => {
  const kind = depth === 0 ? Math.floor(random() * 4) : Math.floor(random() * 6)
  if (kind === 0) return pick(random, WORDS)
  if (kind === 1) return pick(random, [true, false, null])
  if (kind === 2) return pick(random, [0, -1, 1.5, 1e21, 5e-324, 2 ** 53 - 1, Math.trunc(random() * 1e9)])
  if (kind === 3) return String.fromCodePoint(...Array.from({ length: 3 }, () => 32 + Math.floor(random() * 0x2000)))
  const items = Array.from({ length: Math.floor(random() * 4) }, () => json(random, depth - 1))
  return kind === 4 ? items : Object.fromEntries(items.map((item) => [pick(random, KEYS), item]))
}

/** A map, as run config is. */
const config = (random: Random): object =>
  Object.fromEntries(Array.from({ length: 3 }, () => [pick(random, KEYS), json(random, 3)]))

const PLACE = /^f:\d+:\d+: \S/
/** Words of the library, which knows nothing of its reader. */
const FOREIGN =
  /YAML\.|tag:yaml|Unresolved|implicit|flow (map|seq)|block|indicator|scalar|resource exhaustion|stack size/i

const readOrTold = (text: string): unknown => {
  const read = ConfigDocument.read("f", text, new ConfigPlaces())
  if (!("length" in read)) return read.value
  assert.isAtLeast(read.length, 1, text)
  for (const problem of read) {
    if (problem.startsWith("f: and ")) continue
    assert.match(problem, PLACE, text)
    assert.notMatch(problem.split("\n")[0]!, FOREIGN, text)
    assert.strictEqual(problem.split("\n").length, 3, text)
  }
  return undefined
}

describe("a config text", () => {
  it(`reads as the same JSON, written as JSON and in all styles of YAML (${RUNS} documents)`, () => {
    const random = seeded(15)
    for (let run = 0; run < RUNS; run++) {
      const value = JSON.parse(JSON.stringify(config(random))) as unknown
      const texts = [
        JSON.stringify(value),
        JSON.stringify(value, null, pick(random, [1, 2, 4])),
        stringify(value, {
          defaultStringType: pick(random, ["PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL"])
        }),
        stringify(value, { collectionStyle: "flow", lineWidth: pick(random, [0, 20, 80]) })
      ]
      for (const text of texts) assert.deepStrictEqual(readOrTold(text), value, text)
    }
  })

  it(`is read, or rejected with a place in our own words, however it is damaged (${RUNS} documents)`, () => {
    const random = seeded(16)
    let refused = 0
    const parts = [
      ...WORDS,
      "&a ",
      "*a",
      "!!str ",
      "!!set ",
      "!!binary ",
      "? ",
      ": ",
      "- ",
      "\n",
      "\n  ",
      "{",
      "}",
      "[",
      "]",
      ", ",
      "%YAML 1.1\n",
      "<<: ",
      '"\\x',
      "|2",
      ">-\n"
    ]
    for (let run = 0; run < RUNS; run++) {
      let text = stringify(config(random), { aliasDuplicateObjects: true })
      for (let i = 0; i < 1 + random() * 4; i++) {
        const at = Math.floor(random() * text.length)
        text = text.slice(0, at) + pick(random, parts) + text.slice(at + Math.floor(random() * 3))
      }
      if (readOrTold(text) === undefined) refused++
      readOrTold(Array.from({ length: 8 }, () => pick(random, parts)).join(""))
    }
    assert.isAbove(refused, RUNS / 10)
  })
})
