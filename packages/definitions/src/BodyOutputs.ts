import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import { StepKey } from "@heddle/events/StepKey"
import { AssetResult } from "./AssetResult.ts"
import { InvalidMappingKey } from "./InvalidMappingKey.ts"
import type { OpDefinition, OutputDefinition } from "./OpDefinition.ts"
import type { OutputPlace } from "./OpExecutionContext.ts"
import { OutputError } from "./OutputError.ts"
import { OutputMissing } from "./OutputMissing.ts"
import { ValueCheck } from "./ValueCheck.ts"

/** One value that a body gave for one of its outputs. */
export interface BodyOutput {
  readonly output: OutputDefinition
  /** Mapping key of a value of a dynamic output. */
  readonly key: string | undefined
  readonly value: unknown
  /** The metadata that the body gave with it. */
  readonly metadata: Metadata | undefined
  /** Whether an asset was made without giving its value: its body has stored the data itself. */
  readonly isValueless?: boolean
  /** What the body said of an asset beside its value. */
  readonly dataVersion?: string
  readonly tags?: { readonly [key: string]: string }
}

/** What is said of an asset beside its value. */
type AssetSaid = Pick<BodyOutput, "isValueless" | "dataVersion" | "tags">

type Metadata = { readonly [name: string]: MetadataValue }

/** The kinds of schemas of an asset whose body may have stored the data itself. */
const MAY_BE_VALUELESS: ReadonlySet<string> = new Set(["Void", "Undefined", "Any", "Unknown"])

const isTags = (tags: unknown): tags is { readonly [key: string]: string } =>
  isRecord(tags) && Object.values(tags).every((value) => typeof value === "string")

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null

/**
 * Tracks the outputs of one attempt of a body, and reports mistakes: an output that is not declared or is given
 * twice, an invalid mapping key, a missing required output.
 *
 * @since 0.1.0
 */
export class BodyOutputs {
  readonly #op: OpDefinition
  readonly #stepKey: string
  readonly #given = new Map<string, Set<string> | undefined>()
  /** Metadata that was added through the context, by output and mapping key. */
  #added: Map<string, Map<string | undefined, Metadata>> | undefined

  constructor(op: OpDefinition, stepKey: string) {
    this.#op = op
    this.#stepKey = stepKey
  }

  #error(output: string, problem: string): OutputError {
    return new OutputError({ stepKey: this.#stepKey, output, problem })
  }

  #declared(name: string): OutputDefinition {
    const output = this.#op.outputs.find((declared) => declared.name === name)
    if (output === undefined) {
      const names = this.#op.outputs.map((declared) => declared.name)
      const nearest = ConfigProblem.nearest(name, names)
      throw this.#error(
        name,
        `the op declares no such output${nearest === undefined ? `; it declares ${names.join(", ")}` : `; did you mean "${nearest}"?`}`
      )
    }
    return output
  }

  #place(at: OutputPlace): readonly [name: string, key: string | undefined] {
    const { outputs } = this.#op
    const [only, ...others] = outputs
    if (at.output === undefined && (only === undefined || others.length > 0)) {
      throw this.#error(
        "",
        outputs.length === 0
          ? "the op declares no outputs to add metadata to"
          : `name the output to add metadata to: ${outputs.map(({ name }) => `"${name}"`).join(", ")}`
      )
    }
    const { dynamic, name } = at.output === undefined ? only! : this.#declared(at.output)
    if (dynamic && at.mappingKey === undefined) {
      throw this.#error(name, "it is dynamic: give the mapping key of the value to add metadata to")
    }
    if (!dynamic && at.mappingKey !== undefined) {
      throw this.#error(name, `it is not dynamic, and has no value under mapping key "${at.mappingKey}"`)
    }
    return [name, at.mappingKey]
  }

  /** Adds metadata to an output that is still to be given. Throws `OutputError`. */
  addMetadata(metadata: { readonly [name: string]: MetadataInput }, at: OutputPlace = {}): void {
    const [name, key] = this.#place(at)
    if (key === undefined ? this.#given.has(name) : this.#given.get(name)?.has(key) === true) {
      throw this.#error(name, "it was already given: add metadata before you give it")
    }
    const byName = (this.#added ??= new Map<string, Map<string | undefined, Metadata>>())
    const byKey = byName.get(name) ?? new Map<string | undefined, Metadata>()
    byName.set(name, byKey)
    byKey.set(key, { ...byKey.get(key), ...MetadataValue.fromRecord(metadata) })
  }

  /** The metadata that was added to an output so far. Throws `OutputError`. */
  addedMetadata(at: OutputPlace = {}): Metadata {
    const [name, key] = this.#place(at)
    return this.#added?.get(name)?.get(key) ?? {}
  }

  /** What was said of a value when it was emitted, and through the context, which goes before. */
  #said(name: string, key: string | undefined, emitted: unknown): Metadata | undefined {
    if (emitted !== undefined && !isRecord(emitted)) throw this.#error(name, "its metadata must be a record")
    const added = this.#added?.get(name)?.get(key)
    if (emitted === undefined) return added
    return { ...MetadataValue.fromRecord(emitted as { readonly [name: string]: MetadataInput }), ...added }
  }

  /** Takes one value of one output. Throws `OutputError` and `InvalidMappingKey`. */
  take(name: string, key: string | undefined, value: unknown, metadata?: unknown, said?: AssetSaid): BodyOutput {
    const output = this.#declared(name)
    if (!output.dynamic) {
      if (key !== undefined) throw this.#error(name, `it is not dynamic, and takes no mapping key "${String(key)}"`)
      if (this.#given.has(name)) throw this.#error(name, "it was given twice")
      this.#given.set(name, undefined)
      return { output, key: undefined, value, metadata: this.#said(name, undefined, metadata), ...said }
    }
    if (key === undefined) throw this.#error(name, "it is dynamic and each of its values needs a mapping key")
    if (typeof key !== "string" || !StepKey.isName(key)) {
      throw new InvalidMappingKey({ stepKey: this.#stepKey, output: name, key: String(key) })
    }
    const keys = this.#given.get(name) ?? new Set<string>()
    if (keys.has(key)) throw this.#error(name, `mapping key "${key}" was given twice`)
    keys.add(key)
    this.#given.set(name, keys)
    return { output, key, value, metadata: this.#said(name, key, metadata) }
  }

  /** Takes what a body returned, value by value. Throws `OutputError`. */
  *takeReturned(value: unknown): Generator<BodyOutput> {
    if (this.#op.returns === "value") {
      const output = this.#op.outputs.find(({ check }) => check === undefined) ?? this.#declared("result")
      if (output.asset !== undefined && AssetResult.is(value)) {
        yield* this.#takeResult(output, value)
        return
      }
      // Without an output, whatever TypeScript let the body give is dropped.
      const nothing = ValueCheck.isNothing(output.schema)
      yield this.take(output.name, undefined, nothing ? undefined : value)
      return
    }
    const isOrderOnly = () => this.#op.outputs.every(({ schema }) => ValueCheck.isNothing(schema))
    const record = value === undefined || (value === null && isOrderOnly()) ? {} : value
    if (!isRecord(record))
      throw this.#error("", `the body must return a record of outputs, it returned ${typeof value}`)
    for (const name of Object.keys(record)) {
      const given = record[name]
      const output = this.#declared(name)
      if (output.asset !== undefined && AssetResult.is(given)) {
        yield* this.#takeResult(output, given)
        continue
      }
      if (!output.dynamic) {
        // Leaving an optional output out and giving it as `undefined` are the same to `exactOptionalPropertyTypes`.
        if (given === undefined && (!output.required || ValueCheck.isNothing(output.schema))) continue
        yield this.take(name, undefined, given)
        continue
      }
      if (!isRecord(given) || !(Symbol.iterator in given)) {
        throw this.#error(name, "it is dynamic: return [key, value] pairs, such as a Map")
      }
      this.#given.set(name, new Set())
      for (const pair of given as unknown as Iterable<unknown>) {
        if (!Array.isArray(pair)) throw this.#error(name, "it is dynamic: return [key, value] pairs, such as a Map")
        yield this.take(name, pair[0], pair[1])
      }
    }
  }

  /** Takes what a body gave as the result of an asset: its value, and what it found in its checks. */
  *#takeResult(output: OutputDefinition, result: AssetResult<unknown, string>): Generator<BodyOutput> {
    const asset = output.asset!.key
    if (!result.isSkipped) yield this.#takeAsset(output, result.value, result)
    for (const [check, found] of Object.entries(result.checks)) {
      yield this.take(this.#checkOutput(asset, check).name, undefined, found)
    }
  }

  #takeAsset(
    output: OutputDefinition,
    given: readonly [] | readonly [unknown],
    said: { readonly metadata?: unknown; readonly dataVersion?: unknown; readonly tags?: unknown }
  ): BodyOutput {
    const { name, schema } = output
    const { dataVersion, tags } = said
    if (given.length === 0 && !MAY_BE_VALUELESS.has(schema.ast._tag)) {
      throw this.#error(
        name,
        "it has a value by its schema, and the result has none: give the value, or leave out `output`"
      )
    }
    if (dataVersion !== undefined && typeof dataVersion !== "string") {
      throw this.#error(name, "its data version must be a string")
    }
    if (tags !== undefined && !isTags(tags)) throw this.#error(name, "its tags must be a record of strings")
    return this.take(name, undefined, given[0], said.metadata, {
      ...(given.length === 0 ? { isValueless: true } : {}),
      ...(dataVersion === undefined ? {} : { dataVersion }),
      ...(tags === undefined ? {} : { tags })
    })
  }

  #checkOutput(asset: string, check: string): OutputDefinition {
    const checks = this.#op.outputs.flatMap((output) => (output.check?.asset === asset ? [output] : []))
    const found = checks.find((output) => output.check!.name === check)
    if (found !== undefined) return found
    const nearest = ConfigProblem.nearest(
      check,
      checks.map((output) => output.check!.name)
    )
    throw this.#error(
      "",
      `asset "${asset}" declares no check "${check}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`
    )
  }

  #assetOutput(asset: string): OutputDefinition {
    const assets = this.#op.outputs.flatMap((output) => output.asset?.key ?? [])
    const found = this.#op.outputs.find((output) => output.asset?.key === asset)
    if (found !== undefined) return found
    const nearest = ConfigProblem.nearest(asset, assets)
    const there = assets.length === 0 ? "it makes none" : `it makes ${assets.map((key) => `"${key}"`).join(", ")}`
    throw this.#error(
      "",
      `the run does not ask this step for asset "${asset}"; ${nearest === undefined ? there : `did you mean "${nearest}"?`}`
    )
  }

  /** What an asset depends on in its own step comes before it, because its data version follows from theirs. */
  #inOrder({ asset, name }: OutputDefinition): void {
    for (const dep of asset?.deps ?? []) {
      const before = this.#op.outputs.find((output) => output.asset?.key === dep.asset)
      if (before === undefined || before.name === name || this.#given.has(before.name)) continue
      throw this.#error(
        name,
        `asset "${asset!.key}" depends on asset "${dep.asset}", which the step also makes: emit "${dep.asset}" first`
      )
    }
  }

  /** The output that an emission is for: the one that it names, or the only asset of the step. */
  #meant(asset: unknown, name: unknown): OutputDefinition {
    if (typeof asset === "string") return this.#assetOutput(asset)
    if (typeof name === "string") return this.#declared(name)
    const [only, ...others] = this.#op.outputs.filter((output) => output.asset !== undefined)
    if (only !== undefined && others.length === 0) return only
    throw this.#error("", "the step makes several assets: name the one that is emitted, as { asset, value }")
  }

  /** The one asset that the step makes or else checks. */
  #onlyChecked(): string | undefined {
    const made = this.#op.outputs.flatMap((output) => output.asset?.key ?? [])
    const keys = made.length === 1 ? made : [...new Set(this.#op.outputs.flatMap(({ check }) => check?.asset ?? []))]
    return keys.length === 1 ? keys[0] : undefined
  }

  /** Takes one emission of a body that makes assets: an asset, or what a check found. */
  #takeAssetEmission(emission: { readonly [key: string]: unknown }): BodyOutput {
    const { asset, check } = emission
    if (typeof check === "string") {
      const key = typeof asset === "string" ? asset : this.#onlyChecked()
      if (key === undefined) throw this.#error("", `the result of check "${check}" must name its asset`)
      return this.take(this.#checkOutput(key, check).name, undefined, emission)
    }
    const output = this.#meant(asset, emission["output"])
    if (emission["checks"] !== undefined) {
      throw this.#error(output.name, "an emission has no checks: emit the result of each, as { asset, check, passed }")
    }
    if (output.asset === undefined) {
      return this.take(output.name, emission["key"] as string | undefined, emission["value"], emission["metadata"])
    }
    this.#inOrder(output)
    return this.#takeAsset(output, Object.hasOwn(emission, "value") ? [emission["value"]] : [], emission)
  }

  /** Takes one emission of a streaming body. Throws `OutputError`. */
  takeEmission(emission: unknown): BodyOutput {
    if (isRecord(emission) && !Array.isArray(emission)) {
      if (this.#op.ofAssets === true) return this.#takeAssetEmission(emission)
    }
    if (!isRecord(emission) || typeof emission["output"] !== "string") {
      throw this.#error(
        "",
        "a streaming body emits { output, value } records, with a key for dynamic outputs, and events"
      )
    }
    return this.take(emission["output"], emission["key"] as string | undefined, emission["value"], emission["metadata"])
  }

  /** Whether the body left an asset as it is, so that there is nothing to check in it. */
  #isLeft(checked: string | undefined): boolean {
    if (checked === undefined) return false
    const output = this.#op.outputs.find(({ asset }) => asset?.key === checked)
    return output?.required === false && !this.#given.has(output.name)
  }

  /**
   * What an attempt gives at the end of its body without a word of it: outputs that bring no value, in the order in which
   * outputs are declared. Throws `OutputMissing` at a required output that was left out; a dynamic one may have no values, and an
   * asset that is left as it is has no results of checks.
   */
  *takeRest(): Generator<BodyOutput> {
    for (const { check, dynamic, name, required, schema } of this.#op.outputs) {
      if (!required || dynamic || this.#given.has(name) || this.#isLeft(check?.asset)) continue
      if (!ValueCheck.isNothing(schema)) throw new OutputMissing({ stepKey: this.#stepKey, output: name })
      yield this.take(name, undefined, undefined)
    }
  }
}
