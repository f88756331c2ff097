import type { AssetHandle, AssetMembers } from "@heddle/definitions/AssetExecutionContext"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { OpAssets } from "@heddle/definitions/OpAssets"
import type * as Effect from "effect/Effect"
import type { StepAssets } from "./StepAssets.ts"
import { StepContext, type StepContextParts } from "./StepContext.ts"

/** The context of a body that makes or checks assets. */
export class AssetStepContext extends StepContext implements AssetMembers {
  readonly #questions: OpAssets
  readonly #assets: StepAssets
  readonly #load: (asset: string) => Effect.Effect<unknown, unknown>

  /** @param load - loads the stored value of an asset */
  constructor(parts: StepContextParts, assets: StepAssets, load: (asset: string) => Effect.Effect<unknown, unknown>) {
    super(parts)
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
    return (metadata, asset) => this.#assets.addMetadata(this.#questions.one("addAssetMetadata", asset), metadata)
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
    return <A>(asset: AssetHandle<A>) =>
      // The handle says what the value is.
      this.#load(typeof asset === "string" ? asset : asset.key) as Effect.Effect<A, InputNotLoaded>
  }
}
