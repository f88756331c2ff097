/** What a config schema states beyond what Effect's schemas can. It is an annotation of the schema. */
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

export type SourceType = "String" | "Int" | "Bool"

export type Kind =
  | { readonly _tag: "Noneable"; readonly item: Schema.Top }
  | { readonly _tag: "Enum"; readonly values: { readonly [name: string]: unknown } }
  | { readonly _tag: "Selector"; readonly fields: { readonly [name: string]: Schema.Top } }
  | { readonly _tag: "ScalarOr"; readonly scalar: Schema.Top; readonly other: Schema.Top }
  | { readonly _tag: "Source"; readonly type: SourceType }
  | { readonly _tag: "Secret"; readonly item: Schema.Top }
  | { readonly _tag: "Shape"; readonly fields: Schema.Top; readonly aliases: { readonly [name: string]: string } }
  | { readonly _tag: "Default"; readonly item: Schema.Top; readonly input: unknown }
  | {
      readonly _tag: "Configured"
      /** The value that is used instead. Without it nothing is replaced, and given values are ignored. */
      readonly outer: Schema.Top | undefined
      readonly inner: Schema.Top
      readonly to: (config: unknown) => unknown
    }
  | { readonly _tag: "Loader"; readonly config: Schema.Top }
  | { readonly _tag: "Unloadable" }

const KEY = "heddle/config"

/** Puts a kind on a schema. */
export const withKind = <S extends Schema.Top>(schema: S, kind: Kind): S =>
  schema.annotate({ [KEY]: kind } as Schema.Annotations.Bottom<S["Type"], ReadonlyArray<Schema.Constraint>>) as S

/** The annotation is on the node itself, or on its last check. */
const annotation = (ast: SchemaAST.AST, key: string): unknown =>
  ast.checks?.at(-1)?.annotations?.[key] ?? ast.annotations?.[key]

export const kindOfAst = (ast: SchemaAST.AST): Kind | undefined => annotation(ast, KEY) as Kind | undefined

/** The descriptions of Effect's own schemas are not written for people who write config. */
export const descriptionOfAst = (ast: SchemaAST.AST): string | undefined => {
  const ofKey = ast.context?.annotations?.["description"]
  const found = ofKey ?? annotation(ast, "description")
  return typeof found === "string" ? found : undefined
}
