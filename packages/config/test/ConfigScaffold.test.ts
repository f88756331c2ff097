import { assert, describe, it } from "@effect/vitest"
import { ConfigNode, ConfigScaffold, ConfigSchema } from "@heddle/config"
import { Schema } from "effect"

const { Int, Shape, String } = ConfigSchema

describe("ConfigScaffold", () => {
  it("shows required fields with TODO, and optional ones as comments, with defaults and descriptions", () => {
    const schema = Shape({
      path: String.annotate({ description: "Where the rows come from.\nA folder or a file." }),
      source: ConfigSchema.Selector({ file: Shape({ path: String }), url: Shape({ href: String }) }),
      colour: ConfigSchema.withDefault(ConfigSchema.Enum(["RED", "GREEN"]), "RED"),
      limits: Shape({ rows: ConfigSchema.withDefault(Int, 10), seconds: Schema.optionalKey(Int) }),
      token: ConfigSchema.Secret(ConfigSchema.StringSource),
      "not a name": ConfigSchema.Array(ConfigSchema.Noneable(Int))
    })
    const node = ConfigNode.section({
      ops: ConfigNode.section({ load: ConfigNode.section({ config: ConfigNode.value(schema) }) }),
      nothing: ConfigNode.section({ plain: ConfigNode.section({ config: ConfigNode.open }) })
    })
    assert.strictEqual(
      ConfigScaffold.yaml(node, "Run config of a job"),
      `# Run config of a job
ops:
  load:
    config:
      # Where the rows come from.
      # A folder or a file.
      path: # TODO string
      source: # TODO exactly one of file, url
        # file:
        #   path: # TODO string
        # url:
        #   href: # TODO string
      # colour: "RED" # one of RED, GREEN
      # limits:
      #   rows: 10 # integer
      #   seconds: # integer
      token: # TODO secret string, or { env: NAME }
      "not a name": # TODO list of integer or null
`
    )
  })

  it("says that nothing can be configured", () => {
    assert.strictEqual(ConfigScaffold.yaml(ConfigNode.section({})), "# nothing can be configured\n")
  })
})
