import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import { BackfillPolicy } from "@heddle/definitions/BackfillPolicy"
import type { AssetOutput, OutputDefinition } from "@heddle/definitions/OpDefinition"
import { OutputError } from "@heddle/definitions/OutputError"
import { RangeValue } from "@heddle/definitions/RangeValue"
import type { TypeCheckContext } from "@heddle/definitions/TypeCheckContext"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import type { MetadataValue } from "@heddle/events/MetadataValue"
import * as Effect from "effect/Effect"
import { type StepPlace, StoredValue } from "./ioContexts.ts"
import { keysOfRun } from "./runPartition.ts"
import type { NamedIOManager } from "./StepInputs.ts"

type Metadata = { readonly [name: string]: MetadataValue }

/** How many partitions of one output are stored at a time. */
const STORED_AT_ONCE = 16

/** An output that is an asset made by ranges of partitions, and what its body gave for them. */
export class RangeOutput {
  readonly #place: StepPlace
  readonly #given: BodyOutput
  readonly #asset: AssetOutput
  /** The values by partition; nothing if the body stored the data itself. */
  #values: ReadonlyMap<string, unknown> | undefined

  private constructor(place: StepPlace, given: BodyOutput, asset: AssetOutput) {
    this.#place = place
    this.#given = given
    this.#asset = asset
  }

  /** Reads an output; nothing if it is not an asset that is made by ranges. */
  static of(place: StepPlace, given: BodyOutput): RangeOutput | undefined {
    const { asset } = given.output
    return asset?.partitions === undefined || !BackfillPolicy.takesRanges(asset.backfill)
      ? undefined
      : new RangeOutput(place, given, asset)
  }

  get #output(): OutputDefinition {
    return this.#given.output
  }

  get #isValueless(): boolean {
    return this.#given.isValueless === true || ValueCheck.isNothing(this.#output.schema)
  }

  /** The partitions that were made. Throws `OutputError` in a run that is for none. */
  get keys(): ReadonlyArray<string> {
    if (this.#values !== undefined) return [...this.#values.keys()]
    const keys = keysOfRun(this.#place.run)
    if (keys !== undefined) return keys
    throw this.#error(
      `asset "${this.#asset.key}" is made by ranges of partitions, and the run is for none: give it partitionKey or partitionRange`
    )
  }

  /**
   * Checks the value of each partition.
   *
   * @returns the outcome of the last check, or of the first that failed; nothing if there is none. Throws `OutputError` unless
   *   there is a map with a value for each partition
   */
  check(
    context: TypeCheckContext
  ): { readonly subject: string; readonly outcome: ReturnType<ReturnType<typeof ValueCheck.of>> } | undefined {
    if (this.#isValueless) return undefined
    const values = RangeValue.read(this.#given.value, this.keys, !this.#output.required)
    if ("problem" in values) throw this.#error(values.problem)
    this.#values = values
    const check = ValueCheck.of(this.#output.schema)
    let last: ReturnType<RangeOutput["check"]>
    for (const [key, value] of values) {
      const subject = `partition "${key}" of output "${this.#output.name}" of step "${this.#place.request.stepKey}"`
      last = { subject, outcome: check(value, context, subject) }
      if (last.outcome?.passed === false) break
    }
    return last
  }

  /**
   * Stores the values that were checked.
   *
   * @param manager - the IO manager
   * @returns the metadata that the manager added, by partition, and of all of them
   */
  store({ manager }: NamedIOManager): Effect.Effect<ReadonlyMap<string | undefined, Metadata | undefined>, unknown> {
    const values = this.#values
    if (values === undefined || values.size === 0) return Effect.succeed(new Map())
    if (manager.handlePartitions !== undefined) {
      const context = new StoredValue(this.#place, this.#given, [...values.keys()])
      return Effect.map(manager.handlePartitions(context, values), () => {
        const { metadata } = context.said
        return new Map([[undefined, metadata], ...[...values.keys()].map((key) => [key, metadata] as const)])
      })
    }
    const stored = Effect.forEach(
      values,
      ([key, value]) => {
        const context = new StoredValue(this.#place, this.#given, key)
        return Effect.map(manager.handleOutput(context, value), () => [key, context.said.metadata] as const)
      },
      { concurrency: STORED_AT_ONCE }
    )
    return Effect.map(stored, (entries) => new Map(entries))
  }

  #error(problem: string): OutputError {
    return new OutputError({ stepKey: this.#place.request.stepKey, output: this.#output.name, problem })
  }
}
