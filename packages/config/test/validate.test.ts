import { assert, describe, it } from "@effect/vitest"
import { ConfigNode, ConfigProblem, validate } from "@heddle/config"
import { Effect, Schema } from "effect"

const shape = ConfigNode.section({
  ops: ConfigNode.section({
    load: ConfigNode.section({
      config: ConfigNode.value(
        Schema.Struct({
          path: Schema.NonEmptyString,
          retries: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(2)))
        })
      ),
      inputs: ConfigNode.section({ n: ConfigNode.valueForm(Schema.Number) })
    }),
    report: ConfigNode.section({
      config: ConfigNode.value(Schema.Struct({ title: Schema.optionalKey(Schema.String) }))
    })
  }),
  loggers: ConfigNode.each(ConfigNode.open)
})

const problems = (input: unknown): ReadonlyArray<string> => {
  const result = validate(shape, input)
  return result._tag === "Valid" ? [] : result.problems.map((p) => `${p.reason} ${ConfigProblem.describe(p)}`)
}

describe("validate", () => {
  it("fills in defaults and decodes values", () => {
    assert.deepStrictEqual(validate(shape, { ops: { load: { config: { path: "x" }, inputs: { n: 1 } } } }), {
      _tag: "Valid",
      value: {
        ops: { load: { config: { path: "x", retries: 2 }, inputs: { n: 1 } }, report: { config: {} } },
        loggers: {}
      }
    })
  })

  it("takes nothing from what every object has", () => {
    const names = ["constructor", "toString", "__proto__"]
    const field = ConfigNode.optional(ConfigNode.section({ config: ConfigNode.optional(ConfigNode.open) }))
    const node = ConfigNode.section(Object.fromEntries(names.map((name) => [name, field])))
    const result = validate(node, {})
    assert.strictEqual(result._tag, "Valid")
    assert.deepStrictEqual(result._tag === "Valid" && JSON.stringify(result.value), "{}")
    const needed = validate(ConfigNode.section({ constructor: ConfigNode.section({ n: ConfigNode.open }) }), {})
    assert.strictEqual(needed._tag, "Valid")
  })

  it("accepts an input with or without the key value", () => {
    const of = (n: unknown) => validate(shape, { ops: { load: { config: { path: "x" }, inputs: { n } } } })
    assert.deepStrictEqual(of({ value: 1 }), of(1))
    assert.deepStrictEqual(problems({ ops: { load: { config: { path: "x" }, inputs: { n: { value: "1" } } } } }), [
      "TYPE_MISMATCH ops.load.inputs.n.value: expected number, got a text"
    ])
  })

  it("reports missing fields once, at the highest place, and lists what is missing inside", () => {
    assert.deepStrictEqual(problems(undefined), [
      "MISSING_FIELD ops: is missing, with load.config, load.inputs.n inside it"
    ])
    assert.deepStrictEqual(problems({ ops: { load: { inputs: { n: 1 } } } }), [
      "MISSING_FIELD ops.load.config: is missing, with path inside it"
    ])
  })

  it("reports everything at once: unknown names with the closest one, wrong types, invalid values", () => {
    assert.deepStrictEqual(
      problems({
        ops: {
          laod: {},
          load: { config: { path: "", retires: 1, retries: "no" }, inputs: { n: true } },
          report: { config: { title: 3 } }
        },
        logers: {}
      }),
      [
        'UNDEFINED_FIELD logers: no such field, expected one of "ops", "loggers" - did you mean "loggers"?',
        'UNDEFINED_FIELD ops.laod: no such field, expected one of "load", "report" - did you mean "load"?',
        'UNDEFINED_FIELD ops.load.config.retires: no such field, expected one of "path", "retries" - did you mean "retries"?',
        "INVALID_VALUE ops.load.config.path: expected a value with a length of at least 1",
        "TYPE_MISMATCH ops.load.config.retries: expected number, got a text",
        "TYPE_MISMATCH ops.load.inputs.n: expected number, got a boolean",
        "TYPE_MISMATCH ops.report.config.title: expected string, got a number"
      ]
    )
  })

  it("rejects a value that is not a map where a map is expected, and accepts an empty one", () => {
    assert.deepStrictEqual(problems({ ops: [] }), ["TYPE_MISMATCH ops: expected a map, got a list"])
    assert.deepStrictEqual(problems({ ops: { load: { config: { path: "x" }, inputs: { n: 1 } }, report: null } }), [])
  })
})
