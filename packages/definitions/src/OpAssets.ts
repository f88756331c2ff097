import { AssetCheckKey } from "@heddle/events/AssetCheckKey"
import { ContextError } from "./ContextError.ts"
import type { OpDefinition } from "./OpDefinition.ts"

/**
 * Answers what a body may ask about the assets that its op makes, checks and depends on. Every answer that there is not
 * throws `ContextError`, with what there is instead.
 *
 * @since 0.1.0
 */
export class OpAssets {
  readonly #op: OpDefinition

  constructor(op: OpDefinition) {
    this.#op = op
  }

  /** Text keys of the assets that the op makes. */
  get made(): ReadonlySet<string> {
    return new Set(this.#op.outputs.flatMap(({ asset }) => (asset === undefined ? [] : [asset.key])))
  }

  /** The checks that the op evaluates, each as `asset:check`. */
  get checked(): ReadonlySet<string> {
    return new Set(
      this.#op.outputs.flatMap(({ check }) =>
        check === undefined ? [] : [AssetCheckKey.text(check.asset, check.name)]
      )
    )
  }

  /** The outputs that are assets. */
  get outputs(): ReadonlySet<string> {
    return new Set(this.#op.outputs.filter(({ asset }) => asset !== undefined).map(({ name }) => name))
  }

  get isSubset(): boolean {
    return this.#op.isSubset === true
  }

  /** The text key of the one asset that the op makes or, if it makes none, checks. */
  get key(): string {
    const checked = new Set(this.#op.outputs.flatMap(({ check }) => check?.asset ?? []))
    if (this.made.size === 0 && checked.size === 1) return [...checked][0]!
    return this.one("assetKey", undefined)
  }

  keyForOutput(output: string): string {
    const asset = this.#op.outputs.find(({ name }) => name === output)?.asset
    if (asset !== undefined) return asset.key
    throw this.#error("assetKeyForOutput", `output "${output}" of op "${this.#op.name}" is not an asset`)
  }

  outputForKey(key: string): string {
    const output = this.#op.outputs.find(({ asset }) => asset?.key === key)
    if (output !== undefined) return output.name
    throw this.#error("outputForAssetKey", this.#notMade(key))
  }

  keyForInput(input: string): string {
    const dependency = this.#op.inputs.find(({ name }) => name === input)?.asset
    if (dependency !== undefined) return dependency.asset
    throw this.#error("assetKeyForInput", `input "${input}" of op "${this.#op.name}" is not the value of an asset`)
  }

  /** The asset that is meant: the one that is named, or the only one that the op makes. */
  one(member: string, key: string | undefined): string {
    const keys = [...this.made]
    if (key !== undefined) {
      if (keys.includes(key)) return key
      throw this.#error(member, this.#notMade(key))
    }
    if (keys.length === 1) return keys[0]!
    const problem =
      keys.length === 0
        ? "the step makes no asset"
        : `the step makes several assets, so name one: ${keys.map((asset) => `"${asset}"`).join(", ")}`
    throw this.#error(member, problem)
  }

  /** Requires an asset that the op makes, checks or depends on. */
  requireKnown(member: string, key: string): void {
    const isKnown = this.#op.outputs.some(
      ({ asset, check }) =>
        asset?.key === key || check?.asset === key || asset?.deps.some((dep) => dep.asset === key) === true
    )
    if (!isKnown) throw this.#error(member, `the step neither makes nor checks asset "${key}" nor depends on it`)
  }

  #error(member: string, problem: string): ContextError {
    return new ContextError({ member, problem })
  }

  #notMade(key: string): string {
    const keys = [...this.made].map((asset) => `"${asset}"`).join(", ")
    return `the step does not make asset "${key}"; it makes ${keys === "" ? "none" : keys}`
  }
}
