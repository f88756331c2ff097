import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import type { GraphedAsset, AssetGraph } from "../AssetGraph.ts"
import type { AssetSelectionProblem } from "../AssetSelectionError.ts"
import type { AssetSubset } from "../AssetSubset.ts"
import type { SelectionExpression, SelectionPlace } from "../SelectionExpression.ts"

type Assets = ReadonlySet<string>

const union = (sets: ReadonlyArray<Assets>): Assets => new Set(sets.flatMap((set) => [...set]))
const intersection = (sets: ReadonlyArray<Assets>): Assets => {
  const [first = new Set<string>(), ...others] = sets
  return new Set([...first].filter((key) => others.every((set) => set.has(key))))
}
const difference = (from: Assets, take: Assets): Assets => new Set([...from].filter((key) => !take.has(key)))

const quoted = (text: string): string => text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")

/** Works out what selections mean in a graph of assets, and collects what is wrong with them. */
export class SelectionResolver {
  readonly problems: Array<AssetSelectionProblem> = []
  readonly #graph: AssetGraph

  constructor(graph: AssetGraph) {
    this.#graph = graph
  }

  resolve(selection: SelectionExpression): AssetSubset {
    switch (selection._tag) {
      case "And":
      case "Or": {
        const parts = selection.parts.map((part) => this.resolve(part))
        const join = selection._tag === "Or" ? union : intersection
        return { assets: join(parts.map((part) => part.assets)), checks: join(parts.map((part) => part.checks)) }
      }
      case "Minus": {
        const from = this.resolve(selection.from)
        const take = this.resolve(selection.take)
        return { assets: difference(from.assets, take.assets), checks: difference(from.checks, take.checks) }
      }
      case "Not": {
        const all = this.#withChecks(this.#where(() => true))
        const take = this.resolve(selection.of)
        return { assets: difference(all.assets, take.assets), checks: difference(all.checks, take.checks) }
      }
      case "Checks":
        return { assets: new Set(), checks: new Set(selection.checks.flatMap((key) => this.#check(key))) }
      case "ChecksOf":
        return { assets: new Set(), checks: this.#withChecks(this.resolve(selection.of).assets).checks }
      case "WithoutChecks":
        return { assets: this.resolve(selection.of).assets, checks: new Set() }
      default:
        return this.#withChecks(this.#assets(selection))
    }
  }

  #assets(
    selection: Exclude<
      SelectionExpression,
      { readonly _tag: "And" | "Or" } | { readonly _tag: "Minus" | "Not" | "Checks" | "ChecksOf" | "WithoutChecks" }
    >
  ): Assets {
    switch (selection._tag) {
      case "All":
        return this.#where(() => true)
      case "Keys":
        return new Set(selection.keys.flatMap((key) => this.#key(key, selection.place)))
      case "KeyPattern": {
        const pattern = new RegExp(`^${selection.pattern.split("*").map(quoted).join(".*")}$`, "s")
        return new Set([...this.#graph.assets.keys()].filter((key) => pattern.test(key)))
      }
      case "Groups":
        return this.#where(({ spec }) => selection.groups.includes(spec.group))
      case "Tag": {
        const { key, value } = selection
        return this.#where(({ spec: { tags } }) =>
          value === undefined ? Object.hasOwn(tags, key) : Object.hasOwn(tags, key) && tags[key] === value
        )
      }
      case "Kind":
        return this.#where(({ spec }) => spec.kinds.includes(selection.kind))
      case "Owner":
        return this.#where(({ spec }) => spec.owners.includes(selection.owner))
      case "CodeLocation":
        return this.#codeLocation(selection.name, selection.place)
      case "Upstream":
      case "Downstream": {
        if (!(selection.depth >= 1 && (selection.depth === Infinity || Number.isInteger(selection.depth)))) {
          const message = `the depth must be a whole number ≥ 1, and is ${selection.depth}`
          this.problems.push({ clause: selection._tag.toLowerCase(), message })
          return new Set()
        }
        const start = this.resolve(selection.of).assets
        const reached = this.#walk(start, selection._tag === "Upstream" ? "upstream" : "downstream", selection.depth)
        return selection.includeSelf ? union([start, reached]) : difference(reached, start)
      }
      case "Roots":
      case "Sinks": {
        const of = this.resolve(selection.of).assets
        // A root is reached from no other asset of the selection, also not through assets outside of it.
        return difference(of, this.#walk(of, selection._tag === "Roots" ? "downstream" : "upstream", Infinity))
      }
    }
  }

  /** The assets that a run can materialize and that a test accepts. */
  #where(test: (entry: GraphedAsset) => boolean): Assets {
    return new Set(
      [...this.#graph.assets]
        .filter(([, entry]) => entry.spec.kind === "materializable" && test(entry))
        .map(([key]) => key)
    )
  }

  /** The assets that can be reached, level by level; those that no run makes are gone through and not selected. */
  #walk(start: Assets, side: "upstream" | "downstream", depth: number): Assets {
    const reached = new Set<string>()
    let level: ReadonlyArray<string> = [...start]
    for (let i = 0; i < depth && level.length > 0; i++) {
      const next: Array<string> = []
      for (const key of level) {
        for (const other of this.#graph.assets.get(key)?.[side] ?? []) {
          if (reached.has(other)) continue
          reached.add(other)
          next.push(other)
        }
      }
      level = next
    }
    return new Set([...reached].filter((key) => this.#graph.assets.get(key)?.spec.kind === "materializable"))
  }

  #withChecks(assets: Assets): AssetSubset {
    return { assets, checks: new Set([...assets].flatMap((key) => this.#graph.assets.get(key)?.checks ?? [])) }
  }

  #codeLocation(name: string, place: SelectionPlace | undefined): Assets {
    const { codeLocation } = this.#graph
    if (codeLocation === undefined) {
      const message =
        "the assets belong to no code location with a name: give Definitions.make a name, and select from the definitions"
      this.problems.push({ clause: place === undefined ? name : "code_location", message, ...place })
    }
    return this.#where(() => codeLocation === name)
  }

  #key(key: string, place: SelectionPlace | undefined): ReadonlyArray<string> {
    if (this.#graph.assets.has(key)) return [key]
    const nearest = ConfigProblem.nearest(key, [...this.#graph.assets.keys()])
    const instead = nearest === undefined ? "" : `; did you mean "${nearest}"?`
    this.problems.push({ clause: key, message: `there is no asset "${key}"${instead}`, ...place })
    return []
  }

  #check({ asset, check }: AssetCheckKey): ReadonlyArray<string> {
    const text = AssetCheckKey.text(asset, check)
    if (this.#graph.checks.has(text)) return [text]
    const names = this.#graph.assets.get(asset)?.checks.map((key) => AssetCheckKey.parse(key).check) ?? []
    const nearest = ConfigProblem.nearest(check, names)
    const instead = nearest === undefined ? "" : `; did you mean "${nearest}"?`
    this.problems.push({ clause: text, message: `asset "${asset}" has no check "${check}"${instead}` })
    return []
  }
}
