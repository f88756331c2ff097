import { AssetJobPart } from "@heddle/definitions/AssetJobPart"
import { AssetSelection } from "@heddle/definitions/AssetSelection"
import type { AssetSubset } from "@heddle/definitions/AssetSubset"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"

/**
 * Which assets a run of a backfill makes: those with partitions, or those without, once before or after all partitions.
 *
 * @since 0.1.0
 */
export type BackfillStage = "before" | "partitions" | "after"

/** One stage of a backfill: the part of the job that its runs execute. */
export interface StagePart {
  readonly stage: BackfillStage
  readonly job: JobDefinition
  /** What a run of the stage selects; nothing where that is what the call selects. */
  readonly selection: AssetSelection | undefined
  /** Text keys of the assets. */
  readonly assets: ReadonlyArray<string>
}

/** The stages of a backfill, or why there are none. */
export type BackfillStages = ReadonlyArray<StagePart> | { readonly problem: string }

const ORDER: ReadonlyArray<BackfillStage> = ["before", "partitions", "after"]

/** Finds the stage of each asset that a job makes. */
class StagesOfAssets {
  readonly #assets: NonNullable<JobDefinition["assets"]>
  readonly #stages = new Map<string, BackfillStage>()
  /** Assets with partitions that depend on an asset that needs all partitions, with that asset. */
  readonly conflicts: Array<readonly [asset: string, upstream: string]> = []

  constructor(assets: NonNullable<JobDefinition["assets"]>) {
    this.#assets = assets
    for (const asset of assets.selection.assets) this.of(asset)
  }

  /** The stage of an asset: without partitions, it is that after all partitions as soon as anything of it needs them. */
  of(asset: string): BackfillStage {
    const known = this.#stages.get(asset)
    if (known !== undefined) return known
    const { graph, selection } = this.#assets
    const { node, spec } = graph.assets.get(asset)!
    const isPartitioned = spec.partitions !== undefined
    // An asset may depend on itself.
    this.#stages.set(asset, isPartitioned ? "partitions" : "before")
    const selected = node.assets.map(({ key }) => key).filter((key) => selection.assets.has(key))
    const upstream = [...new Set(selected.flatMap((key) => graph.assets.get(key)!.upstream))].filter(
      (key) => selection.assets.has(key) && !selected.includes(key)
    )
    const late = upstream.find((key) => this.of(key) === "after")
    if (isPartitioned && late !== undefined) this.conflicts.push([asset, late])
    if (!isPartitioned && upstream.some((key) => this.of(key) !== "before")) this.#stages.set(asset, "after")
    return this.#stages.get(asset)!
  }

  /** What the runs of a stage make and check. */
  subset(stage: BackfillStage): AssetSubset {
    const { graph, selection } = this.#assets
    const isHere = (asset: string): boolean => selection.assets.has(asset) && this.of(asset) === stage
    return {
      assets: new Set([...selection.assets].filter(isHere)),
      checks: new Set(
        [...selection.checks].filter((check) => {
          const { asset } = graph.checks.get(check)!.spec
          // A check of an asset that is not made is for the partitions, if the asset has any.
          return selection.assets.has(asset)
            ? isHere(asset)
            : stage === (graph.assets.get(asset)?.spec.partitions === undefined ? "before" : "partitions")
        })
      )
    }
  }
}

/** The selection of a subset. */
const selectionOf = (
  { graph }: NonNullable<JobDefinition["assets"]>,
  { assets, checks }: AssetSubset
): AssetSelection =>
  AssetSelection.or(
    AssetSelection.withoutChecks(AssetSelection.assets(...assets)),
    AssetSelection.checks(
      ...[...checks].map((key) => {
        const { asset, name } = graph.checks.get(key)!.spec
        return { asset, check: name }
      })
    )
  )

/**
 * Divides the assets of a backfill into stages. Assets without partitions are made once: before the partitions, or after all of them if
 * they depend on one.
 *
 * @param whole - the job that runs are launched of
 * @param job - the part of it that is selected
 * @returns the stages in their order; or what is wrong if an asset with partitions depends on one that needs all partitions
 */
export const backfillStages = (whole: JobDefinition, job: JobDefinition): BackfillStages => {
  const { assets } = job
  const alone: StagePart = { stage: "partitions", job, selection: undefined, assets: [] }
  if (assets === undefined || !AssetJobPart.isPossible(whole)) return [alone]
  const stages = new StagesOfAssets(assets)
  const [conflict] = stages.conflicts
  if (conflict !== undefined) {
    const [asset, upstream] = conflict
    const problem = `asset "${asset}" has partitions and depends on asset "${upstream}", which has none and depends on all partitions: make them in backfills one after the other`
    return { problem }
  }
  const parts = ORDER.flatMap((stage): ReadonlyArray<StagePart> => {
    const subset = stages.subset(stage)
    if (subset.assets.size + subset.checks.size === 0) return []
    const selection = selectionOf(assets, subset)
    return [{ stage, job: AssetJobPart.of(whole, subset), selection, assets: [...subset.assets] }]
  })
  return parts.length <= 1 ? [alone] : parts
}
