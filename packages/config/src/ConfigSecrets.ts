import * as Redacted from "effect/Redacted"
import type { ConfigNode } from "./ConfigNode.ts"
import { hasSecret } from "./internal/secrets.ts"

/** Replaces a secret that is not stored. `Redacted` values become the same text in JSON. */
const HIDDEN = "<redacted>"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Whether a secret may be given as `{ env: NAME }`. Otherwise a field named `env` is part of the secret. */
const readsVariable = (node: ConfigNode): boolean => {
  switch (node._tag) {
    case "Source":
      return true
    case "Secret":
      return node.opaque !== true && readsVariable(node.node)
    case "Optional":
    case "Noneable":
      return readsVariable(node.node)
    case "ScalarOr":
      return readsVariable(node.scalar)
    default:
      return false
  }
}

/** The name of an environment variable is not a secret. */
const isReference = (node: ConfigNode, value: unknown): boolean =>
  isRecord(value) && typeof value["env"] === "string" && Object.keys(value).length === 1 && readsVariable(node)

const hide = (node: ConfigNode, input: unknown): unknown => {
  if (input === undefined || input === null || !hasSecret(node)) return input
  switch (node._tag) {
    case "Secret":
      return isReference(node, input) ? input : HIDDEN
    case "Optional":
    case "Noneable":
      return hide(node.node, input)
    case "ValueForm":
      return isRecord(input) && Object.hasOwn(input, "value") && Object.keys(input).length === 1
        ? { value: hide(node.node, input["value"]) }
        : hide(node.node, input)
    case "List":
      return Array.isArray(input) ? input.map((item) => hide(node.item, item)) : HIDDEN
    case "ScalarOr":
      return hide(Array.isArray(input) || isRecord(input) ? node.other : node.scalar, input)
    case "Each":
      return mapped(input, () => node.node)
    case "Selector":
      return mapped(input, (name) => node.fields[name])
    case "Section": {
      const own = Object.fromEntries(Object.entries(node.aliases ?? {}).map(([name, alias]) => [alias, name]))
      return mapped(input, (name) => node.fields[own[name] ?? name] ?? node.rest)
    }
    case "Mapped":
      return hide(node.node, input)
    default:
      return input
  }
}

const mapped = (input: unknown, nodeOf: (name: string) => ConfigNode | undefined): unknown => {
  // A value that does not have the form of its section may contain a secret anywhere.
  if (!isRecord(input) || Redacted.isRedacted(input)) return HIDDEN
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const node = nodeOf(name)
      return [name, node === undefined ? value : hide(node, value)]
    })
  )
}

/**
 * Hides the secrets of config, so that it can be stored or shown.
 *
 * @since 0.1.0
 */
export const ConfigSecrets = {
  /** Stands for a secret that is not stored. Validation rejects it, so that it is never taken for the secret. */
  hidden: HIDDEN,

  /**
   * The config without its secrets: values are replaced, names of environment variables remain.
   *
   * @param node - the shape of the config
   * @param input - the config as it was given
   */
  hide: (node: ConfigNode, input: unknown): unknown => hide(node, input)
}
