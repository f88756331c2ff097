import { assert, describe, it } from "@effect/vitest"
import { ConfigJsonSchema, ConfigNode, ConfigSchema, validate } from "@heddle/config"
import { Ajv2020 } from "ajv/dist/2020.js"
import { Schema } from "effect"

const { Int, Shape, String } = ConfigSchema

/** Whether the JSON Schema and validation accept a config. */
const judged = (schema: Schema.Top, config: unknown): readonly [boolean, boolean] => {
  const node = ConfigNode.value(schema)
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
  return [ajv.compile(ConfigJsonSchema.make(node))(config), validate(node, config)._tag === "Valid"]
}

describe("ConfigJsonSchema", () => {
  it("keeps descriptions and defaults, and omits secrets", () => {
    const schema = Shape({
      limit: ConfigSchema.withDefault(Int, 10).annotate({ description: "Rows at most" }),
      token: ConfigSchema.withDefault(ConfigSchema.Secret(String), "s3cret")
    })
    const text = JSON.stringify(ConfigJsonSchema.make(ConfigNode.value(schema), "A title"))
    const { properties, title } = JSON.parse(text)
    assert.strictEqual(title, "A title")
    assert.deepInclude(properties.limit, { type: "integer", default: 10, description: "Rows at most" })
    assert.deepStrictEqual(properties.token, { type: "string", writeOnly: true })
    assert.notInclude(text, "s3cret")
  })

  it("adopts Effect's JSON Schema with its definitions, and rejects unknown keys there too", () => {
    class Range extends Schema.Class<Range>("Range")({ from: Schema.Int, to: Schema.Int }) {}
    const schema = Shape({ range: Range, other: Schema.optionalKey(Schema.Array(Range)) })
    assert.deepStrictEqual(judged(schema, { range: { from: 1, to: 2 }, other: [{ from: 1, to: 2 }] }), [true, true])
    assert.deepStrictEqual(judged(schema, { range: { from: 1, to: 2, step: 1 } }), [false, false])
    assert.deepStrictEqual(judged(schema, { range: { from: 1 } }), [false, false])
  })

  it("accepts a field under its name or its alias, but not both", () => {
    const schema = Shape(
      { name: String, size: ConfigSchema.withDefault(Int, 1) },
      { aliases: { name: "title", size: "n" } }
    )
    assert.deepStrictEqual(judged(schema, { title: "x", n: 2 }), [true, true])
    assert.deepStrictEqual(judged(schema, { name: "x", title: "x" }), [false, false])
    assert.deepStrictEqual(judged(schema, { name: "x", size: 1, n: 2 }), [false, false])
    assert.deepStrictEqual(judged(schema, { size: 1 }), [false, false])
  })

  it("cannot express a check of a whole section, which validation runs", () => {
    const schema = Schema.Struct({ from: Int, to: Int }).check(
      Schema.makeFilter(({ from, to }) => (from < to ? undefined : "from must be before to"))
    )
    assert.deepStrictEqual(judged(schema, { from: 2, to: 1 }), [true, false])
  })
})
