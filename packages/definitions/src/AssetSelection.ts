import type { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import type { AssetGraph } from "./AssetGraph.ts"
import type { AssetNode } from "./AssetNode.ts"
import { AssetSelectionError } from "./AssetSelectionError.ts"
import type { AssetSubset } from "./AssetSubset.ts"
import { SelectionResolver } from "./internal/SelectionResolver.ts"
import { parseSelection } from "./internal/parseSelection.ts"
import type { SelectionExpression } from "./SelectionExpression.ts"

/** An asset, by its text key or as the value that defines it. */
export type AssetReference = string | { readonly key: string; readonly _tag?: never }

/**
 * Which assets and checks of a graph are meant, as data. The functions of `AssetSelection` make it.
 *
 * @since 0.1.0
 * @source Dagster AssetSelection
 */
export type AssetSelection = SelectionExpression

/** Several assets of one body or graph, or a check, as the value that defines it. */
export interface NodeReference {
  readonly definition: { readonly node: AssetNode }
  readonly _tag?: never
}

/**
 * What a call accepts as a selection of assets: a selection, text in the syntax of `AssetSelection.parse`, an asset, the assets
 * of a multi-asset, a check alone, or a list of these, which is their union.
 */
export type AssetSelectionInput =
  | AssetSelection
  | AssetReference
  | NodeReference
  | ReadonlyArray<AssetSelection | AssetReference | NodeReference>

/**
 * How far a selection goes.
 *
 * @since 0.1.0
 */
export interface NeighborOptions {
  /**
   * How many levels to go: an integer ≥ 1.
   *
   * @default all levels
   */
  readonly depth?: number
  /**
   * Whether the selection that it starts from is part of the result.
   *
   * @default true
   */
  readonly includeSelf?: boolean
}

const keyOf = (asset: AssetReference): string => (typeof asset === "string" ? asset : asset.key)

const isList = (input: AssetSelectionInput): input is Extract<AssetSelectionInput, ReadonlyArray<unknown>> =>
  Array.isArray(input)

const from = (input: AssetSelectionInput): AssetSelection => {
  if (isList(input)) {
    const parts = input.map(from)
    return parts.length === 1 ? parts[0]! : { _tag: "Or", parts }
  }
  if (typeof input === "string") return parseSelection(input)
  if (typeof input === "object" && input !== null) {
    if (input._tag !== undefined) return input
    if ("key" in input && typeof input.key === "string") return { _tag: "Keys", keys: [input.key] }
    if ("definition" in input) return ofNode(input.definition.node)
  }
  const message =
    "it is not a selection: give text, an asset, a multi-asset, a check, a call of AssetSelection, or a list of these"
  throw new AssetSelectionError({ subject: "", problems: [{ clause: String(input), message }] })
}

/** The assets of a node, or else its checks. */
const ofNode = ({ assets, checks }: AssetNode): AssetSelection =>
  assets.length > 0
    ? { _tag: "Keys", keys: assets.map(({ key }) => key) }
    : { _tag: "Checks", checks: checks.map(({ asset, name }) => ({ asset, check: name })) }

const neighbors =
  (tag: "Upstream" | "Downstream") =>
  (of: AssetSelectionInput, { depth = Infinity, includeSelf = true }: NeighborOptions = {}): AssetSelection => ({
    _tag: tag,
    of: from(of),
    depth,
    includeSelf
  })

/**
 * Selections of assets. A selection of assets also selects their checks.
 *
 * @since 0.1.0
 * @source Dagster AssetSelection
 */
export const AssetSelection = {
  /** All assets that a run can materialize. */
  all: { _tag: "All" } satisfies AssetSelection as AssetSelection,

  /** These assets; a key that does not exist is an error. */
  assets: (...assets: ReadonlyArray<AssetReference>): AssetSelection => ({ _tag: "Keys", keys: assets.map(keyOf) }),

  /** The assets whose key matches a pattern, in which `*` stands for any text: `sales/*`. */
  matching: (pattern: string): AssetSelection => ({ _tag: "KeyPattern", pattern }),

  /** The assets of some groups. */
  groups: (...groups: ReadonlyArray<string>): AssetSelection => ({ _tag: "Groups", groups }),

  /** The assets with a tag; with any value if none is given. */
  tag: (key: string, value?: string): AssetSelection => ({
    _tag: "Tag",
    key,
    ...(value === undefined ? {} : { value })
  }),

  /** The assets of a kind, such as `table`. */
  kind: (kind: string): AssetSelection => ({ _tag: "Kind", kind }),

  /** The assets of an owner, such as `ana@example.com` or `team:finance`. */
  owner: (owner: string): AssetSelection => ({ _tag: "Owner", owner }),

  /** The assets of a code location, by the `name` of its definitions. */
  codeLocation: (name: string): AssetSelection => ({ _tag: "CodeLocation", name }),

  /** A selection and what it depends on. */
  upstream: neighbors("Upstream"),

  /** A selection and what depends on it. */
  downstream: neighbors("Downstream"),

  /** The assets of a selection that depend on no other asset of it. */
  roots: (of: AssetSelectionInput): AssetSelection => ({ _tag: "Roots", of: from(of) }),

  /** The assets of a selection on which no other asset of it depends. */
  sinks: (of: AssetSelectionInput): AssetSelection => ({ _tag: "Sinks", of: from(of) }),

  /** What is in all of the selections. */
  and: (...parts: ReadonlyArray<AssetSelectionInput>): AssetSelection => ({ _tag: "And", parts: parts.map(from) }),

  /** What is in at least one of the selections. */
  or: (...parts: ReadonlyArray<AssetSelectionInput>): AssetSelection => ({ _tag: "Or", parts: parts.map(from) }),

  /** What is in the first selection and not in the second. */
  minus: (first: AssetSelectionInput, second: AssetSelectionInput): AssetSelection => ({
    _tag: "Minus",
    from: from(first),
    take: from(second)
  }),

  /** All assets that are not in a selection. */
  not: (of: AssetSelectionInput): AssetSelection => ({ _tag: "Not", of: from(of) }),

  /** The checks of the assets of a selection, without the assets. */
  checksOf: (of: AssetSelectionInput): AssetSelection => ({ _tag: "ChecksOf", of: from(of) }),

  /** These checks, without their assets. */
  checks: (...checks: ReadonlyArray<AssetCheckKey>): AssetSelection => ({ _tag: "Checks", checks }),

  /** The assets of a selection without their checks. */
  withoutChecks: (of: AssetSelectionInput): AssetSelection => ({ _tag: "WithoutChecks", of: from(of) }),

  /**
   * Reads a selection that is text: keys (`sales/daily`), levels around them (`+a`, `a++`, `*a*`, `1+key:a+2`), attributes
   * (`key:sales/*`, `group:finance`, `tag:tier=gold`, `kind:table`, `owner:"ana@example.com"`, `code_location:shop`), `and`,
   * `or`, `not`, brackets, `roots(…)`, `sinks(…)` and `*` for all assets.
   *
   * @param text - the selection
   * @throws AssetSelectionError that points to the place of the mistake
   */
  parse: parseSelection,

  /** The selection that a call means; text is read as `parse` does. */
  from,

  /**
   * Works out the assets and checks that a selection means.
   *
   * @param input - the selection
   * @param graph - the assets and checks to select from
   * @param subject - what they belong to, such as `job "nightly"`
   * @throws AssetSelectionError with every asset and check that is not there
   */
  resolve: (input: AssetSelectionInput, graph: AssetGraph, subject: string): AssetSubset => {
    const resolver = new SelectionResolver(graph)
    const subset = resolver.resolve(from(input))
    if (resolver.problems.length > 0) throw new AssetSelectionError({ subject, problems: resolver.problems })
    return subset
  }
}
