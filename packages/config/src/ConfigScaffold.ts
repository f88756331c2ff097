import { ConfigJsonSchema } from "./ConfigJsonSchema.ts"
import { ConfigNode } from "./ConfigNode.ts"
import { shownDefault } from "./internal/secrets.ts"

/** A line, and the column where its `#` goes if it is commented out. */
interface Line {
  readonly text: string
  readonly off: number | undefined
}
type Lines = ReadonlyArray<Line>

/** What follows a key on its line, and the lines below it. */
interface Block {
  readonly beside?: string
  readonly note?: string
  readonly below?: Lines
}

/** Words that YAML does not read as strings. */
const RESERVED = /^(true|false|null|yes|no|on|off|y|n|~)$/i

const key = (name: string): string =>
  /^[A-Za-z_][\w.-]*$/.test(name) && !RESERVED.test(name) ? name : JSON.stringify(name)

const line = (text: string): Line => ({ text, off: undefined })
const indented = (lines: Lines): Lines =>
  lines.map(({ off, text }) => ({ text: `  ${text}`, off: off === undefined ? undefined : off + 2 }))
/** Parts of what is commented out are not commented out again. */
const commented = (lines: Lines): Lines => lines.map(({ text }) => ({ text, off: 0 }))
const written = ({ off, text }: Line): string =>
  (off === undefined ? text : `${text.slice(0, off)}# ${text.slice(off)}`).trimEnd()

/** Describes what only Effect can read, as far as JSON Schema can. */
const ofLeaf = (node: ConfigNode): string => {
  const { enum: names, type } = ConfigJsonSchema.make(node)
  if (Array.isArray(names)) return `one of ${names.join(", ")}`
  return typeof type === "string" ? type : "value"
}

/** A short description of a part. */
const words = (node: ConfigNode): string => {
  switch (node._tag) {
    case "Open":
      return "anything"
    case "Value":
      return node.scalar === "any" ? "anything" : ofLeaf(node)
    case "Optional":
    case "ValueForm":
      return words(node.node)
    case "Noneable":
      return `${words(node.node)} or null`
    case "Enum":
      return `one of ${Object.keys(node.values).join(", ")}`
    case "Source":
      return `${{ String: "string", Int: "integer", Bool: "boolean" }[node.type]}, or { env: NAME }`
    case "Secret":
      return `secret ${words(node.node)}`
    case "List":
      return `list of ${words(node.item)}`
    case "Each":
      return `map of ${words(node.node)}`
    case "ScalarOr":
      return `${words(node.scalar)}, or ${words(node.other)}`
    case "Selector":
      return `exactly one of ${Object.keys(node.fields).join(", ")}`
    case "Section":
      return "map"
    case "Mapped":
      return words(node.node)
  }
}

const block = (node: ConfigNode): Block => {
  switch (node._tag) {
    case "Section":
      return { below: fieldsOf(node.fields) }
    case "Selector":
      return {
        note: `TODO ${words(node)}`,
        below: Object.entries(node.fields).flatMap(([name, field]) => commented(entry(name, block(field), field)))
      }
    case "Mapped":
    case "Secret":
    case "ValueForm":
    case "Noneable": {
      const inner = block(node.node)
      return inner.below === undefined ? { note: `TODO ${words(node)}` } : inner
    }
    case "Optional": {
      const shown = shownDefault(node)
      const inner = block(node.node)
      if (inner.below !== undefined && inner.below.length > 0 && node.node._tag !== "Selector") return inner
      if (shown === undefined) return { ...inner, note: words(node) }
      return { beside: JSON.stringify(shown.value), note: words(node) }
    }
    default:
      return { note: `TODO ${words(node)}` }
  }
}

const entry = (name: string, { below = [], beside, note }: Block, node: ConfigNode): Lines => [
  ...(node.description === undefined ? [] : node.description.split("\n").map((text) => line(`# ${text}`))),
  line(`${key(name)}:${beside === undefined ? "" : ` ${beside}`}${note === undefined ? "" : ` # ${note}`}`),
  ...indented(below)
]

/** Tells whether a part has nothing worth showing. */
const isSilent = (node: ConfigNode): boolean => {
  switch (node._tag) {
    case "Open":
      return true
    case "Optional":
    case "Mapped":
      return isSilent(node.node)
    case "Section":
      return node.mayBeNull === true && Object.values(node.fields).every(isSilent)
    default:
      return false
  }
}

const fieldsOf = (fields: { readonly [name: string]: ConfigNode }): Lines =>
  Object.entries(fields).flatMap(([name, node]) => {
    if (isSilent(node)) return []
    const lines = entry(name, block(node), node)
    return ConfigNode.isRequired(node) ? lines : commented(lines)
  })

/**
 * Templates of config for people to fill in.
 *
 * @since 0.1.0
 */
export const ConfigScaffold = {
  /**
   * Writes config of a shape as YAML. Required fields have `TODO` where a value must be filled in; until then the value is
   * null, which validation reports. Optional fields are commented out and show their defaults, except for secrets.
   *
   * @param node - the shape
   * @param title - the first line, as a comment
   */
  yaml: (node: ConfigNode, title?: string): string => {
    const { below = [] } = block(node)
    const body = below.length > 0 ? below.map(written) : ["# nothing can be configured"]
    return [...(title === undefined ? [] : [`# ${title}`]), ...body, ""].join("\n")
  }
}
