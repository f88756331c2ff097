import type * as Schema from "effect/Schema"
import { decoder } from "./internal/decoder.ts"

/**
 * The shape of a piece of config: values that a schema reads, sections of named fields, and choices between forms.
 *
 * @since 0.1.0
 */
export type ConfigNode =
  /** A value that an Effect schema reads. */
  | {
      readonly _tag: "Value"
      readonly schema: Schema.Top
      /** What stands for a value that is not given; `undefined` when it must be given. */
      readonly absent: { readonly value: unknown } | undefined
    }
  /** Named fields, and no others. */
  | { readonly _tag: "Section"; readonly fields: { readonly [name: string]: ConfigNode } }
  /** The value itself, or the same under the single key `value`. */
  | { readonly _tag: "ValueForm"; readonly node: ConfigNode }
  /** Anything, taken as it is. */
  | { readonly _tag: "Open" }
  /** Any names, each with the same shape. */
  | { readonly _tag: "Each"; readonly node: ConfigNode }

const value = (schema: Schema.Top): ConfigNode => {
  // A schema that reads `{}`, such as a struct of optional fields, need not be given.
  const empty = decoder(schema)({})
  return { _tag: "Value", schema, absent: empty._tag === "Success" ? { value: empty.success } : undefined }
}

/**
 * Constructors of config shapes.
 *
 * @since 0.1.0
 */
export const ConfigNode = {
  /** A value that a schema reads; it may be left out when the schema reads `{}`. */
  value,
  section: (fields: { readonly [name: string]: ConfigNode }): ConfigNode => ({ _tag: "Section", fields }),
  valueForm: (schema: Schema.Top): ConfigNode => ({
    _tag: "ValueForm",
    node: { _tag: "Value", schema, absent: undefined }
  }),
  each: (node: ConfigNode): ConfigNode => ({ _tag: "Each", node }),
  open: { _tag: "Open" } satisfies ConfigNode as ConfigNode,

  /** Tells whether something inside must be given. */
  isRequired: (node: ConfigNode): boolean => {
    switch (node._tag) {
      case "Value":
        return node.absent === undefined
      case "Section":
        return Object.values(node.fields).some(ConfigNode.isRequired)
      case "ValueForm":
        return ConfigNode.isRequired(node.node)
      case "Open":
      case "Each":
        return false
    }
  }
}
