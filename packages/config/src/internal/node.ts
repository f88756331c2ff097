import type * as Schema from "effect/Schema"
import type { SourceType } from "./kind.ts"

/** What every part of a shape can say. */
interface Common {
  /** For the people who write the config. */
  readonly description?: string | undefined
  /** It must be given, even where nothing in it is required. */
  readonly mustBeGiven?: true | undefined
}

type Kinds =
  /** A value that an Effect schema reads. */
  | {
      readonly _tag: "Value"
      readonly schema: Schema.Top
      /** The plain type of it, where there is nothing else to check. */
      readonly scalar: "string" | "number" | "finite" | "boolean" | "int" | "any" | undefined
    }
  /** Named fields. */
  | {
      readonly _tag: "Section"
      readonly fields: { readonly [name: string]: Node }
      /** The schema of fields with other names; without it, no other fields are allowed. */
      readonly rest?: Node | undefined
      /** Other names under which fields can be given. */
      readonly aliases?: { readonly [name: string]: string } | undefined
      /** Checks of the whole, on what was read. */
      readonly checks?: Schema.Top | undefined
      /** A section of a run config: in YAML, `name:` with nothing behind it is an empty section. */
      readonly mayBeNull?: true | undefined
    }
  /** What need not be given; `absent` stands for it then, as config or as the value itself; without it nothing does. */
  | {
      readonly _tag: "Optional"
      readonly node: Node
      readonly absent: { readonly input: unknown } | { readonly value: unknown } | undefined
    }
  /** The same, or null. */
  | { readonly _tag: "Noneable"; readonly node: Node }
  /** One of some names, each of which stands for a value. */
  | { readonly _tag: "Enum"; readonly values: { readonly [name: string]: unknown } }
  | { readonly _tag: "List"; readonly item: Node; readonly checks?: Schema.Top | undefined }
  /** Any names, each with the same shape. */
  | { readonly _tag: "Each"; readonly node: Node; readonly key?: Node | undefined }
  /** Exactly one of some fields. */
  | { readonly _tag: "Selector"; readonly fields: { readonly [name: string]: Node } }
  /** A map or a list is read by the one, anything else by the other. */
  | { readonly _tag: "ScalarOr"; readonly scalar: Node; readonly other: Node }
  /** A plain value, or the name of the environment variable that holds it. */
  | { readonly _tag: "Source"; readonly type: SourceType }
  /** What is never shown. With `opaque`, the schema itself makes the value that is read, with what is secret in it. */
  | { readonly _tag: "Secret"; readonly node: Node; readonly opaque?: true | undefined }
  /** The value itself, or the same under the single key `value`; the latter alone where nothing could tell them apart. */
  | { readonly _tag: "ValueForm"; readonly node: Node; readonly only?: true | undefined }
  /** Anything, taken as it is. */
  | { readonly _tag: "Open" }
  /**
   * What a function turns into config of another shape: the whole of it, or with `as` the `config` of a section, beside
   * which the other stands under that name.
   */
  | {
      readonly _tag: "Mapped"
      readonly node: Node
      readonly as: string | undefined
      readonly inner: Node
      readonly to: (config: unknown) => unknown
    }

/** A shape; its words are those of `ConfigNode`. */
export type Node = Kinds & Common
