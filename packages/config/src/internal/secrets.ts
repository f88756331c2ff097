import type { Node } from "./node.ts"

/** Tells whether a part contains a secret. */
export const hasSecret = (node: Node): boolean => {
  switch (node._tag) {
    case "Secret":
      return true
    case "Optional":
    case "Noneable":
    case "Each":
    case "ValueForm":
    case "Mapped":
      return hasSecret(node.node)
    case "Section":
    case "Selector":
      return Object.values(node.fields).some(hasSecret)
    case "List":
      return hasSecret(node.item)
    case "ScalarOr":
      return hasSecret(node.scalar) || hasSecret(node.other)
    case "Value":
    case "Enum":
    case "Source":
    case "Open":
      return false
  }
}

/** The default of a part, if it can be shown. */
export const shownDefault = (
  node: Extract<Node, { readonly _tag: "Optional" }>
): { readonly value: unknown } | undefined => {
  if (node.absent === undefined || hasSecret(node.node)) return undefined
  if ("input" in node.absent) return { value: node.absent.input }
  // A decoded value is shown only if its config cannot look different.
  const { value } = node.absent
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? { value }
    : undefined
}
