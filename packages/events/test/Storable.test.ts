import { assert, describe, it } from "@effect/vitest"
import { MetadataValue, Storable } from "@heddle/events"
import { Redacted } from "effect"

describe("Storable.json", () => {
  it("returns values with a JSON form unchanged", () => {
    const value = { a: [1, "b", null, true, { c: -0.5 }], __proto__own: {} }
    assert.deepStrictEqual(Storable.json(value), value)
  })

  it("converts other values to a readable form", () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    assert.deepStrictEqual(
      Storable.json({
        date: new Date(0),
        big: 10n ** 20n,
        nan: Number.NaN,
        map: new Map([["k", new Set([1])]]),
        secret: Redacted.make("s"),
        circle,
        gone: undefined,
        list: [undefined, Symbol("s")],
        bytes: new Uint8Array(3),
        f: function f() {}
      }),
      {
        date: "1970-01-01T00:00:00.000Z",
        big: "100000000000000000000",
        nan: "NaN",
        map: { k: [1] },
        secret: "<redacted>",
        circle: { self: "[circular]" },
        list: [null, "Symbol(s)"],
        bytes: "[Uint8Array of 3 bytes]",
        f: "[function f]"
      }
    )
  })

  it("cuts large trees", () => {
    const wide = Storable.json(Array.from({ length: 1_000_000 }, (_, i) => i))
    assert.isBelow(JSON.stringify(wide).length, 100_000)
  })
})

describe("MetadataValue.from", () => {
  it("converts values without a JSON form", () => {
    assert.deepStrictEqual(MetadataValue.from(Number.NaN), MetadataValue.text("NaN"))
    assert.deepStrictEqual(MetadataValue.from(7n as never), MetadataValue.text("7"))
    assert.deepStrictEqual(MetadataValue.from({ _tag: "int", value: Number.NaN }), {
      _tag: "json",
      value: { _tag: "int", value: "NaN" }
    })
  })
})
