import type { AnyAsset, AnyCheck, AnyMultiAsset, Asset, Check, KeyOf, MadeValue, MultiAsset } from "./Asset.ts"
import type { AssetNode } from "./AssetNode.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { Simplify, UnionToIntersection } from "./internal/types.ts"

/** What stands in a list of assets: an asset, several that one body makes, or a check. */
export type AssetEntry = AnyAsset | AnyMultiAsset | AnyCheck
/** A list of assets and checks. */
export type AssetEntries = ReadonlyArray<AssetEntry>

/** The assets of an entry. */
type AssetsIn<X> = X extends MultiAsset<infer M> ? M[keyof M] : X extends AnyAsset ? X : never
/** All assets of a list, as a union. */
export type AssetsOf<As extends AssetEntries> = AssetsIn<As[number]>

/** What the bodies of assets and checks need. */
export type EntriesNeeds<As extends AssetEntries> = NeedsIn<AssetsOf<As>> | CheckNeeds<As[number]>
type NeedsIn<X> = X extends Asset<any, any, any, infer R, any, any, any> ? R : never
type CheckNeeds<X> = X extends Check<any, any, any, infer R, any> ? R : never

/** What the bodies of assets and checks fail with. */
export type EntriesErrors<As extends AssetEntries> = ErrorsIn<AssetsOf<As>> | CheckErrors<As[number]>
type ErrorsIn<X> = X extends Asset<any, any, infer E, any, any, any, any> ? E : never
type CheckErrors<X> = X extends Check<any, any, infer E, any, any> ? E : never

/** The `ops` section of run config. */
export type EntriesConfig<As extends AssetEntries> = Simplify<
  UnionToIntersection<ConfigIn<AssetsOf<As>> | CheckConfig<As[number]>>
>
type ConfigIn<X> = X extends Asset<any, any, any, any, infer Cfg, any, any> ? Cfg : never
type CheckConfig<X> = X extends Check<any, any, any, any, infer Cfg> ? Cfg : never

/** The value of each asset, by its key. */
export type EntriesValues<As extends AssetEntries> = {
  readonly [X in AssetsOf<As> as KeyOf<X>]: MadeValue<X>
}

/** Upstream assets whose values are taken, or that are checked, and that are not in the list. */
export type EntriesUpstream<As extends AssetEntries> = Exclude<
  DepsIn<AssetsOf<As>> | CheckedIn<As[number]>,
  KeyOf<AssetsOf<As>>
>
type DepsIn<X> = X extends Asset<any, any, any, any, any, any, infer D> ? D : never
type CheckedIn<X> = X extends Check<infer K, any, any, any, any> ? K : never

const nodeOf = (entry: unknown): AssetNode | undefined => {
  const definition = typeof entry === "object" && entry !== null && "definition" in entry ? entry.definition : undefined
  const node =
    typeof definition === "object" && definition !== null && "node" in definition ? definition.node : undefined
  return typeof node === "object" && node !== null && "_tag" in node && node._tag === "AssetNode"
    ? (node as AssetNode)
    : undefined
}

/**
 * Lists of assets.
 *
 * @since 0.1.0
 */
export const AssetEntries = {
  /**
   * What makes the assets and evaluates the checks of a list.
   *
   * @param entries - the list, from code that may be untyped
   * @param subject - what they belong to, such as `job "nightly"`
   * @throws DefinitionError with every entry that is neither an asset nor a check
   */
  nodes: (entries: AssetEntries, subject: string): ReadonlyArray<AssetNode> => {
    if (!Array.isArray(entries)) {
      const message = "they must be a list of assets, multi-assets and checks"
      throw new DefinitionError({ subject, problems: [{ place: "assets", message }] })
    }
    const nodes = entries.map((entry: unknown) => nodeOf(entry))
    const problems = nodes.flatMap((node, i) =>
      node === undefined ? [{ place: `assets[${i}]`, message: "it is not an asset, a multi-asset or a check" }] : []
    )
    if (problems.length > 0) throw new DefinitionError({ subject, problems })
    return nodes as ReadonlyArray<AssetNode>
  }
}
