import type * as Schema from "effect/Schema"
import { compile } from "./internal/compile.ts"
import { kindOfAst } from "./internal/kind.ts"
import type { Node } from "./internal/node.ts"

/**
 * The shape of a piece of config: values that a schema reads, sections of named fields, and choices between forms.
 *
 * @since 0.1.0
 */
export type ConfigNode = Node

type Fields = { readonly [name: string]: ConfigNode }

const isRequired = (node: ConfigNode): boolean => {
  if (node.mustBeGiven === true) return true
  switch (node._tag) {
    case "Value":
    case "Enum":
    case "List":
    case "Source":
    case "ScalarOr":
      return true
    case "Optional":
    case "Open":
    case "Each":
    case "Noneable":
      return false
    case "Section":
      return Object.values(node.fields).some(isRequired)
    case "Selector": {
      const [only, ...others] = Object.values(node.fields)
      return only === undefined || others.length > 0 || isRequired(only)
    }
    case "Secret":
    case "ValueForm":
    case "Mapped":
      return isRequired(node.node)
  }
}

/** An input may also be given as `{ value }`, where that cannot be mistaken for the value itself. */
const valueForm = (node: ConfigNode): ConfigNode => {
  switch (node._tag) {
    case "Optional":
    case "Noneable":
      return { ...node, node: valueForm(node.node) }
    case "List":
      return { _tag: "ValueForm", node: { ...node, item: valueForm(node.item) } }
    case "Each":
      return { ...node, node: valueForm(node.node), mustBeGiven: true }
    case "Value":
      return node.scalar === "any"
        ? { _tag: "ValueForm", node, only: true }
        : { _tag: "ValueForm", node: { ...node, mustBeGiven: true } }
    case "Section":
      return Object.hasOwn(node.fields, "value") || node.rest !== undefined
        ? { ...node, mustBeGiven: true }
        : { _tag: "ValueForm", node: { ...node, mustBeGiven: true } }
    default:
      return { _tag: "ValueForm", node }
  }
}

/**
 * Constructors of config shapes.
 *
 * @since 0.1.0
 */
export const ConfigNode = {
  /** The shape of a schema. It is optional if nothing in it is required. */
  value: (schema: Schema.Top): ConfigNode => {
    const { mustBeGiven: _, ...node } = compile(schema)
    return node
  },
  /** Named fields of a run config, and no others. */
  section: (fields: Fields): ConfigNode => ({ _tag: "Section", fields, mayBeNull: true }),
  /** The shape of an input that run config gives: the value itself, or the value under the single key `value`. */
  valueForm: (schema: Schema.Top): ConfigNode => {
    const node = compile(schema)
    if (kindOfAst(schema.ast)?._tag === "Loader") return node
    return valueForm(node._tag === "Optional" ? node.node : node)
  },
  each: (node: ConfigNode): ConfigNode => ({ _tag: "Each", node }),
  open: { _tag: "Open" } satisfies ConfigNode as ConfigNode,
  /** An optional part. Its default is written as config, and checked like config. */
  optional: (node: ConfigNode, absent?: { readonly input: unknown } | { readonly value: unknown }): ConfigNode => ({
    _tag: "Optional",
    node: node._tag === "Optional" ? node.node : node,
    absent,
    ...(node.description === undefined ? {} : { description: node.description })
  }),
  /**
   * Config that a function turns into config of another shape.
   *
   * @param node - shape of what the function takes: a section whose field `config` it takes, or without `as`, the whole
   * @param inner - shape of what the function returns
   * @param as - the field of the section that gets the result; without it, the result replaces the whole
   * @param to - the function; an error that it throws is reported as a problem of the mapping
   */
  mapped: (
    node: ConfigNode,
    inner: ConfigNode,
    as: string | undefined,
    to: (config: unknown) => unknown
  ): ConfigNode => ({
    _tag: "Mapped",
    node,
    inner,
    as,
    to
  }),

  /** Tells whether the part, or something inside it, is required. */
  isRequired
}
