import { assert, describe, it } from "@effect/vitest"
import { ConfigDefaultError, ConfigNode, ConfigProblem, ConfigSchema, ConfigSecrets, validate } from "@heddle/config"
import { Redacted, Schema } from "effect"

const {
  Bool,
  BoolSource,
  Enum,
  Int,
  IntSource,
  Map,
  Noneable,
  Permissive,
  Secret,
  Selector,
  Shape,
  String,
  StringSource
} = ConfigSchema

const variables = { TEXT: "from env", NUMBER: " 41 ", NO_NUMBER: "4x", FALSE: "None", ODD: "maybe" }

const of = (schema: Schema.Top, config: unknown) => validate(ConfigNode.value(schema), config, { variables })
const valueOf = (schema: Schema.Top, config: unknown): unknown => {
  const result = of(schema, config)
  if (result._tag === "Invalid") throw new Error(result.problems.map(ConfigProblem.describe).join("\n"))
  return result.value
}
const problemsOf = (schema: Schema.Top, config: unknown): ReadonlyArray<string> => {
  const result = of(schema, config)
  return result._tag === "Valid" ? [] : result.problems.map((p) => `${p.reason} ${ConfigProblem.describe(p)}`)
}

describe("ConfigSchema", () => {
  it("Noneable - defaults to null, in a field and at the root", () => {
    const schema = Schema.Struct({ a: Noneable(Int), b: ConfigSchema.Array(Noneable(Int)) })
    assert.deepStrictEqual(valueOf(schema, { b: [1, null] }), { a: null, b: [1, null] })
    assert.strictEqual(valueOf(Noneable(Int), undefined), null)
    assert.deepStrictEqual(problemsOf(schema, { a: "x", b: ["y"] }), [
      "TYPE_MISMATCH a: expected number, got a text",
      "TYPE_MISMATCH b[0]: expected number, got a text"
    ])
  })

  it("Shape - fills in the defaults of inner shapes, and is optional if nothing in it is required", () => {
    const inner = Shape({ n: ConfigSchema.withDefault(Int, 5) })
    const schema = Shape({ inner, deep: Shape({ inner, s: String }) })
    assert.deepStrictEqual(valueOf(schema, { deep: { s: "x" } }), {
      inner: { n: 5 },
      deep: { inner: { n: 5 }, s: "x" }
    })
    assert.deepStrictEqual(problemsOf(schema, undefined), ["MISSING_FIELD deep: is missing, with s inside it"])
    assert.deepStrictEqual(problemsOf(schema, { inner: null, deep: { s: "" } }), [
      "TYPE_MISMATCH inner: expected a map, got null"
    ])
  })

  it("Shape - accepts a field under its alias, and rejects both names together", () => {
    const schema = Shape({ name: String, size: ConfigSchema.withDefault(Int, 1) }, { aliases: { name: "title" } })
    assert.deepStrictEqual(valueOf(schema, { title: "x" }), { name: "x", size: 1 })
    assert.deepStrictEqual(valueOf(schema, { name: "x" }), { name: "x", size: 1 })
    assert.deepStrictEqual(problemsOf(schema, { name: "x", title: "y" }), [
      'ALIAS_COLLISION the root: "title" is an alias of "name": give only one of them'
    ])
  })

  it("Permissive - checks declared fields, and accepts all others unchanged", () => {
    const schema = Permissive({ known: Int, filled: ConfigSchema.withDefault(String, "d") })
    assert.deepStrictEqual(valueOf(schema, { known: 1, more: [1, { x: null }] }), {
      filled: "d",
      known: 1,
      more: [1, { x: null }]
    })
    assert.deepStrictEqual(problemsOf(schema, { known: "x", more: 1 }), [
      "TYPE_MISMATCH known: expected number, got a text"
    ])
    assert.deepStrictEqual(valueOf(Shape({ free: Permissive() }), {}), { free: {} })
  })

  it("Map - checks names and values", () => {
    const schema = Map(String.check(Schema.isPattern(/^[a-z]+$/)), Int)
    assert.deepStrictEqual(valueOf(schema, { a: 1, b: 2 }), { a: 1, b: 2 })
    assert.deepStrictEqual(
      problemsOf(schema, { A: 1, b: "x" }).map((line) => line.split(":")[0]),
      ["INVALID_VALUE A", "TYPE_MISMATCH b"]
    )
  })

  it("Selector - accepts exactly one choice, and reports which were given", () => {
    const src = Selector({
      file: Shape({ path: String }),
      url: Shape({ href: String, tries: ConfigSchema.withDefault(Int, 3) })
    })
    const schema = Shape({ src, one: Selector({ only: Shape({ v: ConfigSchema.withDefault(Int, 5) }) }) })
    assert.deepStrictEqual(valueOf(schema, { src: { url: { href: "h" } } }), {
      one: { only: { v: 5 } },
      src: { url: { href: "h", tries: 3 } }
    })
    assert.deepStrictEqual(valueOf(schema, { src: { file: { path: "p" } }, one: { only: null } }), {
      one: { only: { v: 5 } },
      src: { file: { path: "p" } }
    })
    const first = (config: unknown) => {
      const result = of(schema, { src: config })
      return result._tag === "Invalid"
        ? result.problems.map(({ fields, path, reason }) => ({ fields, path, reason }))
        : []
    }
    assert.deepStrictEqual(first({}), [{ fields: [], path: ["src"], reason: "SELECTOR" }])
    assert.deepStrictEqual(first({ url: 1, file: 2 }), [{ fields: ["file", "url"], path: ["src"], reason: "SELECTOR" }])
    assert.deepStrictEqual(first({ ftp: {} }), [{ fields: ["ftp"], path: ["src"], reason: "UNDEFINED_FIELD" }])
    assert.deepStrictEqual(first({ file: {} }), [{ fields: ["path"], path: ["src", "file"], reason: "MISSING_FIELD" }])
    assert.deepStrictEqual(first("file"), [{ fields: undefined, path: ["src"], reason: "TYPE_MISMATCH" }])
  })

  it("Enum - maps names to values, from a list, an object or a numeric enum", () => {
    assert.strictEqual(valueOf(Enum(["RED", "GREEN"]), "RED"), "RED")
    assert.strictEqual(valueOf(Enum({ RED: 0xff0000 }), "RED"), 0xff0000)
    assert.strictEqual(valueOf(Enum({ 0: "UP", UP: 0 }), "UP"), 0)
    assert.deepStrictEqual(problemsOf(Enum(["RED", "GREEN"]), "BLUE"), [
      'TYPE_MISMATCH the root: expected one of "RED", "GREEN", got a text'
    ])
  })

  it("scalarOr - reads maps and lists with one schema, and anything else with the other", () => {
    const schema = ConfigSchema.scalarOr(Int, Shape({ n: Int }))
    assert.strictEqual(valueOf(schema, 3), 3)
    assert.deepStrictEqual(valueOf(schema, { n: 3 }), { n: 3 })
    assert.deepStrictEqual(problemsOf(schema, "x"), ["TYPE_MISMATCH the root: expected number, got a text"])
    assert.deepStrictEqual(problemsOf(schema, { m: 3 }), [
      'UNDEFINED_FIELD m: no such field, expected "n" - did you mean "n"?',
      "MISSING_FIELD n: is missing"
    ])
  })

  it("sources - read the environment only if the form of the whole config is valid", () => {
    const schema = Shape({ s: StringSource, i: IntSource, b: BoolSource })
    assert.deepStrictEqual(valueOf(schema, { s: { env: "TEXT" }, i: { env: "NUMBER" }, b: { env: "FALSE" } }), {
      s: "from env",
      i: 41,
      b: false
    })
    assert.deepStrictEqual(valueOf(schema, { s: "plain", i: 3, b: { env: "ODD" } }), { s: "plain", i: 3, b: true })
    assert.deepStrictEqual(problemsOf(schema, { s: { env: "ABSENT" }, i: { env: "NO_NUMBER" }, b: true }), [
      'FAILED_POST_PROCESSING i: environment variable "NO_NUMBER" does not hold an integer',
      'FAILED_POST_PROCESSING s: environment variable "ABSENT" is not set'
    ])
    assert.deepStrictEqual(problemsOf(schema, { s: { env: "ABSENT" }, i: "3", b: { evn: "TEXT" } }), [
      'UNDEFINED_FIELD b.evn: no such field, expected "env" - did you mean "env"?',
      "TYPE_MISMATCH i: expected an integer, or { env: NAME }, got a text"
    ])
  })

  it("Secret - never appears in messages or JSON", () => {
    const schema = Shape({ token: Secret(StringSource), pin: Secret(Int.check(Schema.isGreaterThan(999))) })
    const value = valueOf(schema, { token: { env: "TEXT" }, pin: Redacted.make(1234) }) as {
      readonly token: Redacted.Redacted<string>
      readonly pin: Redacted.Redacted<number>
    }
    assert.strictEqual(Redacted.value(value.token), "from env")
    assert.strictEqual(Redacted.value(value.pin), 1234)
    assert.notInclude(JSON.stringify(value), "from env")
    assert.notInclude(globalThis.String(value.token), "from env")
    const wrong = of(schema, { token: 77_123, pin: 12 })
    assert.strictEqual(wrong._tag, "Invalid")
    assert.notMatch(JSON.stringify(wrong), /77123|12\b/)
  })

  it("Secret - is removed from stored config, and rejected if that config is used again", () => {
    const schema = Shape({
      token: Secret(StringSource),
      again: Secret(StringSource),
      keys: Map(String, Secret(String)),
      plain: String
    })
    const config = { token: "s3cret", again: { env: "TEXT" }, keys: { a: "s3cret" }, plain: "shown" }
    const kept = ConfigSecrets.hide(ConfigNode.value(schema), config)
    assert.deepStrictEqual(kept, {
      token: "<redacted>",
      again: { env: "TEXT" },
      keys: { a: "<redacted>" },
      plain: "shown"
    })
    assert.deepStrictEqual(problemsOf(schema, kept), [
      "INVALID_VALUE keys.a: the stored run config does not contain this secret: give it again, or as { env: NAME }",
      "INVALID_VALUE token: the stored run config does not contain this secret: give it again, or as { env: NAME }"
    ])
    assert.notInclude(JSON.stringify(ConfigSecrets.hide(ConfigNode.value(schema), { keys: ["s3cret"] })), "s3cret")
  })

  it("required - removes the default of a field", () => {
    const schema = Shape({
      maybe: ConfigSchema.required(Noneable(Int)),
      shape: ConfigSchema.required(Shape({ n: ConfigSchema.withDefault(Int, 1) }))
    })
    assert.deepStrictEqual(valueOf(schema, { maybe: null, shape: {} }), { maybe: null, shape: { n: 1 } })
    assert.deepStrictEqual(problemsOf(schema, {}), ['MISSING_FIELD the root: fields "maybe", "shape" are missing'])
  })

  it("withDefault - rejects an invalid default at once", () => {
    assert.throws(
      () => ConfigSchema.withDefault(Schema.Struct({ n: Int }), JSON.parse('{"n":"x"}')),
      ConfigDefaultError
    )
    assert.deepStrictEqual(valueOf(Shape({ s: ConfigSchema.withDefault(StringSource, { env: "TEXT" }) }), {}), {
      s: "from env"
    })
  })

  it("hides a secret with a field named env, and keeps only names of environment variables", () => {
    const password = Schema.RedactedFromValue(String)
    const hidden: ReadonlyArray<readonly [Schema.Top, unknown]> = [
      [Schema.RedactedFromValue(Schema.Struct({ env: String, password: String })), { env: "a", password: "s3cret" }],
      [Schema.RedactedFromValue(Schema.Struct({ env: String })), { env: "s3cret" }],
      [ConfigSchema.Secret(Schema.Struct({ env: String, password: String })), { env: "a", password: "s3cret" }],
      [
        Schema.Union([Schema.Struct({ env: String, password }), Schema.Struct({ none: Int })]),
        { env: "a", password: "s3cret" }
      ]
    ]
    for (const [schema, config] of hidden) {
      assert.strictEqual(ConfigSecrets.hide(ConfigNode.value(schema), config), ConfigSecrets.hidden)
    }
    const named = ConfigNode.value(ConfigSchema.Secret(StringSource))
    assert.deepStrictEqual(ConfigSecrets.hide(named, { env: "NAME" }), { env: "NAME" })
  })

  it("decodes the same with Effect alone as with validation", () => {
    const schema = Schema.Struct({
      choice: Selector({ a: Int, b: String }),
      flag: ConfigSchema.withDefault(Bool, true),
      name: Shape({ name: String }, { aliases: { name: "title" } }),
      maybe: Noneable(Int)
    })
    const config = { choice: { a: 1 }, name: { title: "x" } }
    assert.deepStrictEqual(Schema.decodeUnknownSync(schema as Schema.Codec<unknown>)(config), valueOf(schema, config))
  })

  it("reports the checks of a section only if its fields are valid", () => {
    const schema = Schema.Struct({ from: Int, to: Int }).check(
      Schema.makeFilter(({ from, to }) => (from < to ? undefined : "from must be before to"))
    )
    assert.deepStrictEqual(problemsOf(schema, { from: 2, to: 1 }), ["INVALID_VALUE the root: from must be before to"])
    assert.deepStrictEqual(problemsOf(schema, { from: "2", to: 1 }), [
      "TYPE_MISMATCH from: expected number, got a text"
    ])
  })
})
