import { StepKey } from "@heddle/events/StepKey"
import { AssetEntries } from "../AssetEntries.ts"
import { AssetGraph } from "../AssetGraph.ts"
import { AssetSelection, type AssetSelectionInput } from "../AssetSelection.ts"
import type { AssetJobDefinition } from "../AssetJobPart.ts"
import { DefinitionError } from "../DefinitionError.ts"
import { assetJobGraph } from "./assetJobGraph.ts"
import { type ErasedJobOptions, jobDefinition } from "./jobDefinition.ts"

/** The options of a job of assets with their types erased. */
export interface ErasedAssetJobOptions extends Omit<ErasedJobOptions, "inputs" | "inputValues"> {
  readonly assets: AssetEntries
  readonly selection?: AssetSelectionInput
}

/**
 * Makes the definition of a job of assets.
 *
 * @throws DefinitionError with every mistake in the assets, and AssetSelectionError
 */
export const assetJobDefinition = (name: string, options: ErasedAssetJobOptions): AssetJobDefinition => {
  const subject = `job "${name}"`
  if (!StepKey.isName(name)) {
    const message = `"${name}" is not a valid name: use letters, digits and underscores`
    throw new DefinitionError({ subject, problems: [{ place: "", message }] })
  }
  const graph = AssetGraph.make(AssetEntries.nodes(options.assets, subject), subject)
  const selection = AssetSelection.resolve(options.selection ?? allOf(graph), graph, subject)
  const definition = jobDefinition(assetJobGraph(name, graph, selection, subject), options)
  return { ...definition, assets: { graph, selection } }
}

/** All assets, and also the checks of those that are made elsewhere. */
const allOf = (graph: AssetGraph): AssetSelectionInput =>
  AssetSelection.or(
    AssetSelection.all,
    AssetSelection.checks(...[...graph.checks.values()].map(({ spec }) => ({ asset: spec.asset, check: spec.name })))
  )
