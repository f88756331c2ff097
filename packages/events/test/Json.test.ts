import { assert, describe, it } from "@effect/vitest"
import { Json } from "@heddle/events"
import * as Schema from "effect/Schema"

describe("Json", () => {
  it("reads keys as they are written, whatever was parsed before", () => {
    // Each of these makes V8 expect its key, which the next text then resembles.
    const keys = ["\\", "\t", '"', "\\t", "\n", "\\u0000", "\u0000", "\ud800", "\u{e000}0041", "\\\\", "a\\b", "a\b"]
    for (const key of [...keys, ...keys]) {
      for (const value of [1, { [key]: [{ [key]: "x" }] }, "\t"]) {
        const text = JSON.stringify({ [key]: value })
        assert.deepStrictEqual(Json.parse(text), { [key]: value }, text)
      }
    }
  })

  it("reads strings of tens of millions of characters", () => {
    const value = { "\t": "x".repeat(20_000_000), text: "a line\n".repeat(1_000_000) }
    assert.isTrue(JSON.stringify(Json.parse(JSON.stringify(value))) === JSON.stringify(value))
  })

  it("leaves strings that look like keys unchanged", () => {
    const value = { a: '"\\t": 1', "\t": '{"\\\\":', list: ['"', ":", "\\"] }
    assert.deepStrictEqual(Json.parse(JSON.stringify(value, undefined, 2)), value)
  })

  it("rejects text that is not JSON, and reads the key __proto__ as a key", () => {
    for (const text of ["", "{", '{"\\t"}', '{"\\t":}', '{"\\x":1}', "\\"]) {
      assert.throws(() => Json.parse(text), SyntaxError)
    }
    const parsed = Json.parse('{"__proto__":1,"\\t":2}')
    assert.deepStrictEqual(Object.entries(parsed as object), [
      ["__proto__", 1],
      ["\t", 2]
    ])
  })

  it.prop("reads any value back as it was written", [Schema.Json], ([value]) => {
    const text = JSON.stringify(value)
    // Written again, so that nothing but this module has read it.
    assert.strictEqual(JSON.stringify(Json.parse(text)), text)
  })
})
