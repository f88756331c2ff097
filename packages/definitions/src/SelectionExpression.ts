import type { AssetCheckKey } from "@heddle/events/AssetCheckKey"

/** Where a part of a selection stands in its text: from which character, counted from 0. */
export interface SelectionPlace {
  readonly text: string
  readonly at: number
}

/**
 * A selection of assets as data: the one form that the builders of `AssetSelection` and its text syntax compile to.
 *
 * @since 0.1.0
 */
export type SelectionExpression =
  /** All assets that a run can materialize. */
  | { readonly _tag: "All" }
  | { readonly _tag: "Keys"; readonly keys: ReadonlyArray<string>; readonly place?: SelectionPlace }
  /** `*` stands for any text. */
  | { readonly _tag: "KeyPattern"; readonly pattern: string }
  | { readonly _tag: "Groups"; readonly groups: ReadonlyArray<string> }
  | { readonly _tag: "Tag"; readonly key: string; readonly value?: string }
  | { readonly _tag: "Kind"; readonly kind: string }
  | { readonly _tag: "Owner"; readonly owner: string }
  /** The name that the definitions of a code location give it. */
  | { readonly _tag: "CodeLocation"; readonly name: string; readonly place?: SelectionPlace }
  /** A depth of `Infinity` goes through all levels. */
  | {
      readonly _tag: "Upstream" | "Downstream"
      readonly of: SelectionExpression
      readonly depth: number
      readonly includeSelf: boolean
    }
  | { readonly _tag: "Roots" | "Sinks"; readonly of: SelectionExpression }
  | { readonly _tag: "WithoutChecks"; readonly of: SelectionExpression }
  | { readonly _tag: "ChecksOf"; readonly of: SelectionExpression }
  | { readonly _tag: "Not"; readonly of: SelectionExpression }
  | { readonly _tag: "And" | "Or"; readonly parts: ReadonlyArray<SelectionExpression> }
  | { readonly _tag: "Minus"; readonly from: SelectionExpression; readonly take: SelectionExpression }
  | { readonly _tag: "Checks"; readonly checks: ReadonlyArray<AssetCheckKey> }
