import type { AssetHandle, AssetMembers, LoadAssetOptions } from "@heddle/definitions/AssetExecutionContext"
import { AssetMetadata } from "@heddle/definitions/AssetMetadata"
import { InputPartitions } from "@heddle/definitions/InputPartitions"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { OpAssets } from "@heddle/definitions/OpAssets"
import type { ValuePartitions } from "@heddle/definitions/ValuePartitions"
import type * as Effect from "effect/Effect"
import { keysOfRun } from "./runPartition.ts"
import type { StepAssets } from "./StepAssets.ts"
import { StepContext, type StepContextParts } from "./StepContext.ts"

/** Loads the stored value of an asset: of a partition, or of that of the run. */
type LoadAsset = (asset: string, partition: string | undefined) => Effect.Effect<unknown, unknown>

/** The context of a body that makes or checks assets. */
export class AssetStepContext extends StepContext implements AssetMembers {
  readonly #questions: OpAssets
  readonly #assets: StepAssets
  readonly #parts: StepContextParts
  readonly #load: LoadAsset

  /** @param load - loads the stored value of an asset */
  constructor(parts: StepContextParts, assets: StepAssets, load: LoadAsset) {
    super(parts)
    this.#parts = parts
    this.#questions = new OpAssets(parts.op)
    this.#assets = assets
    this.#load = load
  }

  get assetKey(): string {
    return this.#questions.key
  }
  get selectedAssets(): ReadonlySet<string> {
    return this.#questions.made
  }
  get selectedChecks(): ReadonlySet<string> {
    return this.#questions.checked
  }
  /** The outputs that are assets, for bodies that make several. */
  get selected(): ReadonlySet<string> {
    return this.#questions.outputs
  }
  get isSubset(): boolean {
    return this.#questions.isSubset
  }

  // Fields and not methods, so that a body may take them out of the context.
  get assetKeyForOutput(): AssetMembers["assetKeyForOutput"] {
    return (output = "result") => this.#questions.keyForOutput(output)
  }
  get outputForAssetKey(): AssetMembers["outputForAssetKey"] {
    return (key) => this.#questions.outputForKey(key)
  }
  get assetKeyForInput(): AssetMembers["assetKeyForInput"] {
    return (input) => this.#questions.keyForInput(input)
  }
  get addAssetMetadata(): AssetMembers["addAssetMetadata"] {
    return (metadata, asset, partition) => {
      const key = this.#questions.one("addAssetMetadata", asset)
      if (partition !== undefined) AssetMetadata.requireMade(this.#parts.partition, partition)
      this.#assets.metadata.add(key, partition, metadata)
    }
  }
  get setDataVersion(): AssetMembers["setDataVersion"] {
    return (version, asset) => this.#assets.setDataVersion(this.#questions.one("setDataVersion", asset), version)
  }
  get provenanceOf(): AssetMembers["provenanceOf"] {
    return (asset) => {
      this.#questions.requireKnown("provenanceOf", asset)
      return this.#assets.latest(asset)?.provenance
    }
  }
  get loadAssetValue(): AssetMembers["loadAssetValue"] {
    return <A>(asset: AssetHandle<A>, { partition }: LoadAssetOptions = {}) =>
      // The handle says what the value is.
      this.#load(typeof asset === "string" ? asset : asset.key, partition) as Effect.Effect<A, InputNotLoaded>
  }

  #inputPartitions(member: string, input: string): ValuePartitions {
    const { op, run } = this.#parts
    return InputPartitions.members(member, op, input, { keys: keysOfRun(run), moment: run.partitionMoment })
  }
  get assetPartitionKeyForInput(): AssetMembers["assetPartitionKeyForInput"] {
    return (input) => this.#inputPartitions("assetPartitionKeyForInput", input).assetPartitionKey
  }
  get assetPartitionKeysForInput(): AssetMembers["assetPartitionKeysForInput"] {
    return (input) => this.#inputPartitions("assetPartitionKeysForInput", input).assetPartitionKeys
  }
  get assetPartitionKeyRangeForInput(): AssetMembers["assetPartitionKeyRangeForInput"] {
    return (input) => this.#inputPartitions("assetPartitionKeyRangeForInput", input).assetPartitionKeyRange
  }
  get assetPartitionTimeWindowForInput(): AssetMembers["assetPartitionTimeWindowForInput"] {
    return (input) => this.#inputPartitions("assetPartitionTimeWindowForInput", input).assetPartitionTimeWindow
  }
}
