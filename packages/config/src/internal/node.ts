import type * as Schema from "effect/Schema"
import type { SourceType } from "./kind.ts"

/** What every part of a shape can have. */
interface Common {
  /** A description for people who write the config. */
  readonly description?: string | undefined
  /** The part is required, even if nothing in it is. */
  readonly mustBeGiven?: true | undefined
}

type Kinds =
  /** A value that an Effect schema reads. */
  | {
      readonly _tag: "Value"
      readonly schema: Schema.Top
      /** The primitive type of the value, if there is nothing else to check. */
      readonly scalar: "string" | "number" | "finite" | "boolean" | "int" | "any" | undefined
    }
  /** Named fields. */
  | {
      readonly _tag: "Section"
      readonly fields: { readonly [name: string]: Node }
      /** The schema of fields with other names; without it, no other fields are allowed. */
      readonly rest?: Node | undefined
      /** Aliases of fields. */
      readonly aliases?: { readonly [name: string]: string } | undefined
      /** Checks of the decoded whole. */
      readonly checks?: Schema.Top | undefined
      /** A section of run config, where `name:` without a value is an empty section. */
      readonly mayBeNull?: true | undefined
    }
  /** An optional part. `absent` is its default, as config or as the value itself; without it, there is none. */
  | {
      readonly _tag: "Optional"
      readonly node: Node
      readonly absent: { readonly input: unknown } | { readonly value: unknown } | undefined
    }
  /** The inner part, or null. */
  | { readonly _tag: "Noneable"; readonly node: Node }
  /** One of several names, each of which stands for a value. */
  | { readonly _tag: "Enum"; readonly values: { readonly [name: string]: unknown } }
  | { readonly _tag: "List"; readonly item: Node; readonly checks?: Schema.Top | undefined }
  /** Any names, each with the same shape. */
  | { readonly _tag: "Each"; readonly node: Node; readonly key?: Node | undefined }
  /** Exactly one of several fields. */
  | { readonly _tag: "Selector"; readonly fields: { readonly [name: string]: Node } }
  /** A map or a list is read by `other`, anything else by `scalar`. */
  | { readonly _tag: "ScalarOr"; readonly scalar: Node; readonly other: Node }
  /** A plain value, or the name of an environment variable that holds it. */
  | { readonly _tag: "Source"; readonly type: SourceType }
  /** A secret, which is never shown. With `opaque`, the schema itself makes the `Redacted` parts of the decoded value. */
  | { readonly _tag: "Secret"; readonly node: Node; readonly opaque?: true | undefined }
  /**
   * The value itself, or the value under the single key `value`. With `only`, just the latter, because the two cannot be told
   * apart.
   */
  | { readonly _tag: "ValueForm"; readonly node: Node; readonly only?: true | undefined }
  /** Any value, unchanged. */
  | { readonly _tag: "Open" }
  /**
   * Config that a function turns into config of another shape: the whole, or with `as` the `config` of a section, whose result
   * becomes the field `as` of that section.
   */
  | {
      readonly _tag: "Mapped"
      readonly node: Node
      readonly as: string | undefined
      readonly inner: Node
      readonly to: (config: unknown) => unknown
    }

/** A shape, described in `ConfigNode`. */
export type Node = Kinds & Common
