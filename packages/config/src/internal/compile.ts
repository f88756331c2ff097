/** Derives the shape of config from its schema, once for each schema. */
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { decoder } from "./decoder.ts"
import { descriptionOfAst, type Kind, kindOfAst } from "./kind.ts"
import type { Node } from "./node.ts"
import { holdsRedacted } from "./redacted.ts"
import { hasSecret } from "./secrets.ts"

const compiled = new WeakMap<SchemaAST.AST, Node>()

/** The shape of a schema. */
export const compile = (schema: Schema.Top): Node => ofAst(schema.ast)

const ofAst = (ast: SchemaAST.AST): Node => {
  let node = compiled.get(ast)
  if (node === undefined) {
    const kind = kindOfAst(ast)
    const shape = kind === undefined ? structure(ast) : ofKind(kind, ast)
    const plain = holdsRedacted(ast) && !hasSecret(shape) ? secret(shape) : shape
    const description = descriptionOfAst(ast)
    node = description === undefined ? plain : { ...plain, description }
    compiled.set(ast, node)
  }
  return node
}

/** A secret of Effect's own schemas. In an optional part, the part stays optional. */
const secret = (node: Node): Node =>
  node._tag === "Optional"
    ? { ...node, node: secret(node.node) }
    : { _tag: "Secret", node, opaque: true, ...(node.mustBeGiven === true ? { mustBeGiven: true } : {}) }

const fieldsOf = (fields: { readonly [name: string]: Schema.Top }): { readonly [name: string]: Node } =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, ofField(schema.ast)]))

const ofKind = (kind: Kind, ast: SchemaAST.AST): Node => {
  switch (kind._tag) {
    case "Noneable":
      return {
        _tag: "Optional",
        node: { _tag: "Noneable", node: ofAst(kind.item.ast) },
        absent: { value: null }
      }
    case "Enum":
    case "Source":
      return kind
    case "Selector":
      return { _tag: "Selector", fields: fieldsOf(kind.fields) }
    case "ScalarOr":
      return { _tag: "ScalarOr", scalar: ofAst(kind.scalar.ast), other: ofAst(kind.other.ast) }
    case "Secret":
      return { _tag: "Secret", node: ofAst(kind.item.ast) }
    case "Shape": {
      const fields = ofAst(kind.fields.ast)
      return { ...fields, ...(Object.keys(kind.aliases).length === 0 ? {} : { aliases: kind.aliases }) } as Node
    }
    case "Default":
      return { _tag: "Optional", node: ofAst(kind.item.ast), absent: { input: kind.input } }
    case "Configured":
      return {
        _tag: "Mapped",
        node:
          kind.outer === undefined
            ? { _tag: "Optional", node: { _tag: "Open" }, absent: undefined }
            : { ...ofAst(kind.outer.ast), mustBeGiven: undefined },
        as: undefined,
        inner: { ...ofAst(kind.inner.ast), mustBeGiven: undefined },
        to: kind.to
      }
    case "Loader":
      return ofAst(kind.config.ast)
    case "Unloadable":
      return leaf(ast)
  }
}

const leaf = (ast: SchemaAST.AST): Node => ({ _tag: "Value", schema: Schema.make(ast), scalar: scalarOf(ast) })

const INT = Schema.Int.ast
const FINITE = Schema.Finite.ast
/** Tags of types that do not include `{}`. */
const PLAIN = new Set(["String", "Number", "Boolean", "Literal", "Null", "Enum", "TemplateLiteral", "Arrays"])

const scalarOf = (ast: SchemaAST.AST): Extract<Node, { readonly _tag: "Value" }>["scalar"] => {
  if (ast.encoding !== undefined) return undefined
  if (ast === Schema.Json.ast) return "any"
  if (ast.checks !== undefined) {
    const [check, ...more] = ast.checks
    if (ast._tag !== "Number" || more.length > 0) return undefined
    return check === INT.checks?.[0] ? "int" : check === FINITE.checks?.[0] ? "finite" : undefined
  }
  switch (ast._tag) {
    case "String":
      return "string"
    case "Number":
      return "number"
    case "Boolean":
      return "boolean"
    case "Unknown":
    case "Any":
      return "any"
    default:
      return undefined
  }
}

/** A field is optional if its encoded side is. */
const ofField = (ast: SchemaAST.AST): Node => {
  const node = ofAst(ast)
  if (!SchemaAST.isOptional(SchemaAST.toEncoded(ast))) return { ...node, mustBeGiven: true }
  if (node._tag === "Optional") return node
  const described = node.description === undefined ? {} : { description: node.description }
  const optional = (absent: Extract<Node, { readonly _tag: "Optional" }>["absent"]): Node => ({
    _tag: "Optional",
    node,
    absent,
    ...described
  })
  if (ast.encoding === undefined) return optional(undefined)
  return optional(filledIn(ast))
}

/** The default of a field, found by decoding a missing value when it is first needed. */
const filledIn = (ast: SchemaAST.AST): { readonly value: unknown } => {
  let known: { readonly field?: unknown } | undefined
  return {
    get value() {
      if (known === undefined) {
        const nothing = decoder(Schema.Struct({ field: Schema.make<Schema.Top>(ast) }))({})
        known = nothing._tag === "Success" ? (nothing.success as { readonly field?: unknown }) : {}
      }
      return known.field
    }
  }
}

const structure = (ast: SchemaAST.AST): Node => {
  if (ast.encoding !== undefined) return whole(ast)
  const checks = ast.checks === undefined ? undefined : Schema.make<Schema.Top>(SchemaAST.toType(ast))
  switch (ast._tag) {
    case "Objects": {
      const names = ast.propertySignatures.map(({ name }) => name)
      const [rest, ...others] = ast.indexSignatures
      if (others.length > 0 || names.some((name) => typeof name !== "string")) return whole(ast)
      if (rest !== undefined) {
        if (rest.parameter._tag !== "String") return whole(ast)
        const open = rest.parameter.checks === undefined && rest.parameter.encoding === undefined
        if (names.length === 0 && checks === undefined) {
          return { _tag: "Each", node: ofAst(rest.type), ...(open ? {} : { key: leaf(rest.parameter) }) }
        }
        if (!open) return whole(ast)
      }
      return {
        _tag: "Section",
        fields: Object.fromEntries(ast.propertySignatures.map(({ name, type }) => [String(name), ofField(type)])),
        ...(rest === undefined ? {} : { rest: ofAst(rest.type) }),
        ...(checks === undefined ? {} : { checks })
      }
    }
    case "Arrays": {
      const [item, ...more] = ast.rest
      if (item === undefined || more.length > 0 || ast.elements.length > 0) return whole(ast)
      return { _tag: "List", item: ofAst(item), ...(checks === undefined ? {} : { checks }) }
    }
    case "Union": {
      if (checks !== undefined) return whole(ast)
      const members = ast.types.filter(({ _tag }) => _tag !== "Undefined")
      const [first, second, ...more] = members
      if (first !== undefined && second === undefined) return ofAst(first)
      if (first === undefined || second === undefined || more.length > 0) return whole(ast)
      // Null is one of the choices here, and not the default.
      if (second._tag === "Null") return { _tag: "Noneable", node: ofAst(first), mustBeGiven: true }
      if (first._tag === "Null") return { _tag: "Noneable", node: ofAst(second), mustBeGiven: true }
      return whole(ast)
    }
    default:
      return whole(ast)
  }
}

/** A value that only Effect can read. It is optional if `{}` is valid. */
const whole = (ast: SchemaAST.AST): Node => {
  const node = leaf(ast)
  if (node._tag === "Value" && node.scalar !== undefined) return node
  if (ast.encoding === undefined && PLAIN.has(ast._tag)) return node
  const empty = decoder(Schema.make<Schema.Top>(ast))({})
  return empty._tag === "Success" ? { _tag: "Optional", node, absent: { value: empty.success } } : node
}
