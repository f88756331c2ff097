import { assert, describe, it } from "@effect/vitest"
import { FileNames } from "@heddle/io-fs/FileNames"
import { Partitions } from "@heddle/partitions/Partitions"
import * as Arbitrary from "effect/Arbitrary"
import * as Schema from "effect/Schema"

const now = Date.UTC(2026, 2, 1)

/** Keys of partitions of every kind, with clocks that change and years that begin in the middle of a week. */
const ofPartitions = [
  Partitions.fixed<string>([
    "eu",
    "EU",
    "Eu",
    "con",
    "CON.x",
    "a.",
    ".a",
    "..b",
    "-",
    "%41",
    "a%",
    "~",
    "naïve",
    "中文",
    "👩‍👩‍👧",
    "a b",
    "x=y"
  ]),
  Partitions.hourly({ start: "2025-10-25T00:00+02:00", end: "2025-10-27T00:00+01:00", timeZone: "Europe/Berlin" }),
  Partitions.daily({ start: "2024-02-25", end: "2024-03-05" }),
  Partitions.weekly({ start: "2024-12-20", end: "2025-01-20" }),
  Partitions.monthly({ start: "2025-01-01" }),
  Partitions.cron("*/15 3 * * 1-5", { start: "2026-01-01", format: "%Y/%m/%d %H:%M" }),
  Partitions.dynamic("customers"),
  Partitions.multi({ day: Partitions.daily({ start: "2026-02-01" }), region: Partitions.fixed(["eu", "US", "a/b"]) })
].flatMap((partitions) => [
  ...partitions
    .at({ now, dynamic: { customers: ["Acme & Söhne", "acme & söhne", "x".repeat(1_000), 'ß/…\\:*?"<>|'] } })
    .keys()
])

const isFine = (name: string): boolean =>
  name !== "" &&
  name.length <= 120 &&
  /^[A-Za-z0-9_.[\]~%-]+$/.test(name) &&
  !/^\.|\.$|^(con|nul|aux|prn)(\.|$)/i.test(name)

/** What is the same on a file system that does not tell capital letters from small ones. */
const folded = (text: string): string => FileNames.of(text).join("/").toLowerCase()

describe("FileNames", () => {
  it("reads keys of partitions of every kind back from their names, which fit every file system", () => {
    for (const key of ofPartitions) {
      const names = FileNames.of(key)
      assert.strictEqual(FileNames.read(names), key)
      assert.isTrue(names.every(isFine), names.join("/"))
    }
    const keys = new Set(ofPartitions)
    assert.strictEqual(new Set([...keys].map(folded)).size, keys.size)
  })

  it.prop(
    "reads any text back, and has other names for other texts",
    [Arbitrary.array(Arbitrary.schema(Schema.String), { maxLength: 6 })],
    ([texts]) => {
      for (const text of texts) {
        const names = FileNames.of(text)
        assert.isTrue(names.every(isFine), names.join("/"))
        if (names.length < 20) assert.strictEqual(FileNames.read(names), text)
      }
      assert.strictEqual(new Set(texts.map(folded)).size, new Set(texts).size)
    },
    { arbitrary: { runs: 500 } }
  )

  it("leaves what is plain as it is", () => {
    for (const text of ["2026-01-31", "2026-01-31-23", "size_of[a]", "rows.v2", "a-b"]) {
      assert.deepStrictEqual(FileNames.of(text), [text])
    }
    assert.deepStrictEqual(FileNames.of("loadRows"), ["loadRows~g"])
    assert.deepStrictEqual(FileNames.of("2026-01-31|eu"), ["2026-01-31%7ceu"])
    assert.deepStrictEqual(FileNames.of("con"), ["%63on"])
  })

  it("spreads a long text over folders, and has a digest for one that no path holds", () => {
    const names = FileNames.of(`${"x".repeat(150)}ä`)
    assert.deepStrictEqual(names, [`${"x".repeat(119)}%`, `${"x".repeat(31)}%e4`])
    const [digest, ...others] = FileNames.of("ä".repeat(5_000))
    assert.deepStrictEqual(others, [])
    assert.match(digest!, /^_{60}~~[0-9a-f]{24}$/)
    assert.isUndefined(FileNames.read([digest!]))
    assert.notStrictEqual(digest, FileNames.of("ö".repeat(5_000))[0])
  })
})
