import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { kindOfAst } from "./kind.ts"

const idOf = (ast: SchemaAST.AST): unknown => {
  const representation: unknown = ast.annotations?.["representation"]
  return typeof representation === "object" && representation !== null && "id" in representation
    ? representation.id
    : undefined
}

/** Effect's name of the type of redacted values. */
const REDACTED = idOf(Schema.Redacted(Schema.String).ast)

/** The schemas directly inside the kind of a config schema. */
const insideKind = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const kind = kindOfAst(ast)
  switch (kind?._tag) {
    case "Noneable":
    case "Secret":
    case "Default":
      return [kind.item.ast]
    case "Selector":
      return Object.values(kind.fields).map(({ ast }) => ast)
    case "ScalarOr":
      return [kind.scalar.ast, kind.other.ast]
    case "Shape":
      return [kind.fields.ast]
    case "Configured":
      return kind.outer === undefined ? [] : [kind.outer.ast]
    case "Loader":
      return [kind.config.ast]
    default:
      return []
  }
}

const isSecret = (ast: SchemaAST.AST): boolean => idOf(ast) === REDACTED || kindOfAst(ast)?._tag === "Secret"

/** The schemas directly inside a schema: of its parts, and of its encoded side. */
const inside = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  const links = [...(ast.encoding?.map(({ to }) => to) ?? []), ...insideKind(ast)]
  switch (ast._tag) {
    case "Declaration":
      return [...links, ...ast.typeParameters]
    case "Objects":
      return [
        ...links,
        ...ast.propertySignatures.map(({ type }) => type),
        ...ast.indexSignatures.map(({ type }) => type)
      ]
    case "Arrays":
      return [...links, ...ast.elements, ...ast.rest]
    case "Union":
      return [...links, ...ast.types]
    case "Suspend":
      return [...links, ast.thunk()]
    default:
      return links
  }
}

const known = new WeakMap<SchemaAST.AST, boolean>()

/** Tells whether the decoded value contains a secret at any depth. Then its config is secret in every form. */
export const holdsRedacted = (ast: SchemaAST.AST): boolean => {
  let holds = known.get(ast)
  if (holds === undefined) {
    const seen = new Set<SchemaAST.AST>()
    const left = [ast]
    holds = false
    for (let at = left.pop(); at !== undefined && !holds; at = left.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      holds = isSecret(at)
      left.push(...inside(at))
    }
    known.set(ast, holds)
  }
  return holds
}
