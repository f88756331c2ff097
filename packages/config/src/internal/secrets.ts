import type { Node } from "./node.ts"

/** Tells whether something inside is never to be shown. */
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

/** What stands for a part that is not given, where it can be shown. */
export const shownDefault = (
  node: Extract<Node, { readonly _tag: "Optional" }>
): { readonly value: unknown } | undefined => {
  if (node.absent === undefined || hasSecret(node.node)) return undefined
  if ("input" in node.absent) return { value: node.absent.input }
  // A value that was decoded is shown only where it cannot have been anything else.
  const { value } = node.absent
  return value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? { value }
    : undefined
}
