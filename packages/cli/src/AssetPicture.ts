import type { AssetGraph } from "@heddle/definitions/AssetGraph"
import type { AssetSubset } from "@heddle/definitions/AssetSubset"
import { AssetKey } from "@heddle/events/AssetKey"
import type { AssetStatus } from "@heddle/execution/AssetStatus"
import type { GraphPicture, GraphPictureEdge } from "./GraphPicture.ts"
import { PlainText } from "./PlainText.ts"

/**
 * Makes pictures of assets: one node for each, in a box for each group, in the colour of how it stands.
 *
 * @since 0.1.0
 */
export const AssetPicture = {
  /**
   * Makes the picture.
   *
   * @param graph - all assets
   * @param subset - those to draw
   * @param statuses - how each stands, by text key
   * @param title - the title of the picture
   */
  of: (
    { assets }: AssetGraph,
    subset: AssetSubset,
    statuses: ReadonlyMap<string, AssetStatus>,
    title: string
  ): GraphPicture => {
    const drawn = [...assets].filter(([key]) => subset.assets.has(key))
    const groups = new Set(drawn.map(([, { spec }]) => spec.group).filter((group) => group !== "default"))
    const inputs = ([, { node, spec }]: (typeof drawn)[number]) =>
      new Set(
        node.assets.length === 1 || spec.kind === "external"
          ? Object.values(node.inputs).map(({ asset }) => asset)
          : spec.deps.map(({ asset }) => asset)
      )
    const edges = drawn.flatMap((entry): ReadonlyArray<GraphPictureEdge> => {
      const loaded = inputs(entry)
      return entry[1].upstream.flatMap((from): ReadonlyArray<GraphPictureEdge> =>
        subset.assets.has(from) && from !== entry[0]
          ? [{ from, to: entry[0], kind: loaded.has(from) ? "value" : "order" }]
          : []
      )
    })
    const states = [...statuses.values()].filter(({ key }) => subset.assets.has(key))
    const count = (state: AssetStatus["state"]) => states.filter((status) => status.state === state).length
    const said = (["fresh", "stale", "missing", "external"] as const)
      .filter((state) => count(state) > 0)
      .map((state) => `${count(state)} ${state}`)
    return {
      title,
      said: [PlainText.count(drawn.length, "asset"), ...said].join(" · "),
      groups: [...groups].map((name) => ({ id: `group:${name}`, name })),
      nodes: drawn.map(([key, { checks, spec }]) => {
        const note = [
          ...(spec.kinds.length === 0 ? [] : [spec.kinds.join(", ")]),
          ...(checks.length === 0 ? [] : [PlainText.count(checks.length, "check")])
        ].join(" · ")
        const state = statuses.get(key)?.state
        return {
          id: key,
          name: AssetKey.parts(key).join(" / "),
          kind: "asset" as const,
          mapped: false,
          fansOut: false,
          ...(note === "" ? {} : { note }),
          ...(state === undefined ? {} : { state }),
          ...(groups.has(spec.group) ? { group: `group:${spec.group}` } : {})
        }
      }),
      edges
    }
  }
}
