import { MetadataValue } from "@heddle/events/MetadataValue"
import type { Json, MetadataWords } from "./Case.ts"
import { evaluate, type Scope } from "./expressions.ts"

/** The metadata that words stand for. */
export const metadataOf = (
  words: MetadataWords | undefined,
  scope: Scope
): { readonly [name: string]: MetadataValue } | undefined => {
  if (words === undefined) return undefined
  return Object.fromEntries(
    Object.entries(words).map(([name, typed]) => {
      const [kind, expression] = Object.entries(typed)[0]!
      const value = kind === "asset" ? expression : evaluate(expression, scope)
      switch (kind) {
        case "asset":
          return [name, MetadataValue.asset((value as ReadonlyArray<string>).join("/"))]
        case "null":
          return [name, MetadataValue.null]
        case "json":
          return [name, MetadataValue.json(value as Json)]
        default:
          return [name, { _tag: kind, value } as MetadataValue]
      }
    })
  )
}
