import type { AssetHandle, AssetMembers } from "@heddle/definitions/AssetExecutionContext"
import type { AssetSubset } from "@heddle/definitions/AssetSubset"
import { ContextError } from "@heddle/definitions/ContextError"
import type { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import type { OpDefinition, OutputDefinition } from "@heddle/definitions/OpDefinition"
import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import type { Provenance } from "@heddle/events/AssetEvent"
import type { MetadataInput } from "@heddle/events/MetadataValue"
import type * as Effect from "effect/Effect"
import type { StepAssets } from "./StepAssets.ts"
import { StepContext, type StepContextParts } from "./StepContext.ts"

/** What the context of a body that makes assets asks of the run. */
export interface AssetSurroundings {
  /** What the run makes and checks. */
  readonly selected: AssetSubset | undefined
  /** Loads the stored value of an asset. */
  readonly load: (asset: string) => Effect.Effect<unknown, unknown>
}

const isMade = ({ asset }: OutputDefinition): boolean => asset !== undefined

/** The context of a body that makes or checks assets. */
export class AssetStepContext extends StepContext implements AssetMembers {
  readonly #op: OpDefinition
  readonly #assets: StepAssets
  readonly #around: AssetSurroundings

  constructor(parts: StepContextParts, assets: StepAssets, around: AssetSurroundings) {
    super(parts)
    this.#op = parts.op
    this.#assets = assets
    this.#around = around
  }

  get assetKey(): string {
    return this.#one("assetKey", undefined)
  }
  get selectedAssets(): ReadonlySet<string> {
    return new Set(this.#op.outputs.flatMap(({ asset }) => (asset === undefined ? [] : [asset.key])))
  }
  get selectedChecks(): ReadonlySet<string> {
    return new Set(
      this.#op.outputs.flatMap(({ check }) =>
        check === undefined ? [] : [AssetCheckKey.text(check.asset, check.name)]
      )
    )
  }
  /** The outputs that are assets, for bodies that make several. */
  get selected(): ReadonlySet<string> {
    return new Set(this.#op.outputs.filter(isMade).map(({ name }) => name))
  }
  get isSubset(): boolean {
    return this.#op.isSubset === true
  }

  get assetKeyForOutput(): AssetMembers["assetKeyForOutput"] {
    return (output = "result") => {
      const asset = this.#op.outputs.find(({ name }) => name === output)?.asset
      if (asset !== undefined) return asset.key
      throw this.#error("assetKeyForOutput", `output "${output}" of op "${this.opName}" is not an asset`)
    }
  }
  get outputForAssetKey(): AssetMembers["outputForAssetKey"] {
    return (key) => {
      const output = this.#op.outputs.find(({ asset }) => asset?.key === key)
      if (output !== undefined) return output.name
      throw this.#error("outputForAssetKey", this.#notMade(key))
    }
  }
  get assetKeyForInput(): AssetMembers["assetKeyForInput"] {
    return (input) => {
      const dependency = this.#op.inputs.find(({ name }) => name === input)?.asset
      if (dependency !== undefined) return dependency.asset
      throw this.#error("assetKeyForInput", `input "${input}" of op "${this.opName}" is not the value of an asset`)
    }
  }

  get addAssetMetadata(): AssetMembers["addAssetMetadata"] {
    return (metadata: { readonly [name: string]: MetadataInput }, asset?: string) =>
      this.#assets.addMetadata(this.#one("addAssetMetadata", asset), metadata)
  }
  get setDataVersion(): AssetMembers["setDataVersion"] {
    return (version, asset) => this.#assets.setDataVersion(this.#one("setDataVersion", asset), version)
  }
  get provenanceOf(): AssetMembers["provenanceOf"] {
    return (asset): Provenance | undefined => {
      const { outputs } = this.#op
      const isKnown = outputs.some(
        (output) =>
          output.asset?.key === asset ||
          output.check?.asset === asset ||
          output.asset?.deps.some((dep) => dep.asset === asset) === true
      )
      if (!isKnown) {
        throw this.#error("provenanceOf", `the step neither makes nor checks asset "${asset}" nor depends on it`)
      }
      return this.#assets.latest(asset)?.provenance
    }
  }
  get loadAssetValue(): AssetMembers["loadAssetValue"] {
    return <A>(asset: AssetHandle<A>) =>
      // The handle says what the value is.
      this.#around.load(typeof asset === "string" ? asset : asset.key) as Effect.Effect<A, InputNotLoaded>
  }

  #error(member: string, problem: string): ContextError {
    return new ContextError({ member, problem })
  }

  #notMade(key: string): string {
    const keys = [...this.selectedAssets].map((asset) => `"${asset}"`).join(", ")
    return `the step does not make asset "${key}"; it makes ${keys === "" ? "none" : keys}`
  }

  /** The asset that is meant: the one that is named, or the only one. */
  #one(member: string, key: string | undefined): string {
    const keys = [...this.selectedAssets]
    if (key !== undefined) {
      if (keys.includes(key)) return key
      throw this.#error(member, this.#notMade(key))
    }
    if (keys.length === 1) return keys[0]!
    const checked = new Set(this.#op.outputs.flatMap(({ check }) => check?.asset ?? []))
    if (keys.length === 0 && member === "assetKey" && checked.size === 1) return [...checked][0]!
    throw this.#error(
      member,
      keys.length === 0
        ? "the step makes no asset"
        : `the step makes several assets, so name one: ${keys.map((asset) => `"${asset}"`).join(", ")}`
    )
  }
}
