import { assert, describe, it } from "@effect/vitest"
import { PartitionMapping, Partitions } from "@heddle/partitions"

const noon = Date.UTC(2026, 2, 2, 12)

describe("Partitions", () => {
  it("fixed - has its keys in their order", () => {
    const abc = Partitions.fixed(["b", "a", "c"])
    assert.deepStrictEqual(abc.keys(0), ["b", "a", "c"])
    assert.isTrue(abc.has("a", 0))
    assert.isFalse(abc.has("d", 0))
  })

  it("daily - has the days that are over, the end left out, across months and leap days", () => {
    assert.deepStrictEqual(Partitions.daily({ start: "2026-02-27" }).keys(noon), [
      "2026-02-27",
      "2026-02-28",
      "2026-03-01"
    ])
    assert.deepStrictEqual(Partitions.daily({ start: "2024-02-28", end: "2024-03-01" }).keys(noon), [
      "2024-02-28",
      "2024-02-29"
    ])
    const days = Partitions.daily({ start: "2026-02-27" })
    assert.isTrue(days.has("2026-03-01", noon))
    for (const key of ["2026-03-02", "2026-02-26", "2026-02-30", "x"]) assert.isFalse(days.has(key, noon), key)
  })
})

describe("PartitionMapping", () => {
  const keys = ["a", "b", "c"]
  it("chooses upstream keys", () => {
    assert.deepStrictEqual(PartitionMapping.identity.upstreamKeys("b", keys), ["b"])
    assert.deepStrictEqual(PartitionMapping.identity.upstreamKeys("z", keys), [])
    assert.deepStrictEqual(PartitionMapping.last.upstreamKeys(undefined, keys), ["c"])
    assert.deepStrictEqual(PartitionMapping.all.upstreamKeys(undefined, keys), keys)
    assert.deepStrictEqual(PartitionMapping.window({ start: -1 }).upstreamKeys("a", keys), ["a"])
    assert.deepStrictEqual(PartitionMapping.window({ start: -1 }).upstreamKeys("c", keys), ["b", "c"])
    assert.deepStrictEqual(PartitionMapping.window({ start: -2, end: -1 }).upstreamKeys("c", keys), ["a", "b"])
  })
})
