import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionMoment, Partitions } from "@heddle/partitions/Partitions"
import { PartitionsDescription } from "@heddle/partitions/PartitionsDescription"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import { ContextError } from "./ContextError.ts"
import { rangeOfKeys, windowOfRange } from "./internal/keyRanges.ts"

/** What an IO manager is told of the partitions of the value that it stores or loads. */
export interface AssetPartitionMembers {
  /** Whether the value is that of one or several partitions of an asset. */
  readonly hasAssetPartitions: boolean
  /** The key of the partition. Reading it throws `ContextError` if there is none, or several. */
  readonly assetPartitionKey: string
  /** The keys of the partitions, in order. Reading it throws `ContextError` if there are none. */
  readonly assetPartitionKeys: ReadonlyArray<string>
  /** First and last key. Reading it throws `ContextError` if there is none, or if the partitions do not follow one another. */
  readonly assetPartitionKeyRange: PartitionKeyRange
  /**
   * From the start of the first window of time to the end of the last. Reading it throws `ContextError` unless exactly one
   * dimension is of time.
   */
  readonly assetPartitionTimeWindow: TimeWindow
  /** The partitions of the asset. Reading it throws `ContextError` if it has none. */
  readonly assetPartitions: Partitions<string>
}

/** What is known of the partitions of a value. */
export interface ValuePartitionsParts {
  /** The asset that the value is of, for errors; nothing for a value that is not of an asset. */
  readonly asset: string | undefined
  /** The partitions of the asset. */
  readonly partitions: Partitions<string> | undefined
  /** The keys of the partitions that the value is of. */
  readonly keys: ReadonlyArray<string>
  /** When the run looked at the partitions that exist. */
  readonly moment: PartitionMoment | undefined
}

/**
 * Answers what may be asked about the partitions of a value. Every answer that there is not throws `ContextError`.
 *
 * @since 0.1.0
 */
export class ValuePartitions implements AssetPartitionMembers {
  readonly #parts: ValuePartitionsParts
  readonly #suffix: string

  /** @param suffix - what the names of members end with, in errors */
  constructor(parts: ValuePartitionsParts, suffix = "") {
    this.#parts = parts
    this.#suffix = suffix
  }

  get hasAssetPartitions(): boolean {
    return this.#parts.keys.length > 0
  }

  get assetPartitionKey(): string {
    const keys = this.#keys("assetPartitionKey")
    if (keys.length === 1) return keys[0]!
    throw this.#error(
      "assetPartitionKey",
      `there are ${keys.length} partitions: read assetPartitionKeys${this.#suffix}`
    )
  }

  get assetPartitionKeys(): ReadonlyArray<string> {
    return this.#keys("assetPartitionKeys")
  }

  get assetPartitionKeyRange(): PartitionKeyRange {
    return this.#range("assetPartitionKeyRange")
  }

  get assetPartitionTimeWindow(): TimeWindow {
    const member = "assetPartitionTimeWindow"
    const window = windowOfRange(this.#set(member), this.#range(member))
    if (window !== undefined) return window
    throw this.#error(member, `the partitions of asset "${this.#parts.asset}" are not windows of time`)
  }

  get assetPartitions(): Partitions<string> {
    return this.#partitions("assetPartitions")
  }

  #partitions(member: keyof AssetPartitionMembers): Partitions<string> {
    const { asset, partitions } = this.#parts
    if (partitions !== undefined) return partitions
    const problem = asset === undefined ? "the value is not that of an asset" : `asset "${asset}" has no partitions`
    throw this.#error(member, problem)
  }

  #set(member: keyof AssetPartitionMembers) {
    const { moment } = this.#parts
    if (moment !== undefined) return this.#partitions(member).at(moment)
    throw this.#error(member, "there is no run that says which partitions exist")
  }

  #keys(member: keyof AssetPartitionMembers): ReadonlyArray<string> {
    const { asset, keys } = this.#parts
    if (keys.length > 0) return keys
    const { description } = this.#partitions(member)
    const problem = `the value of asset "${asset}" is of no partition: the run is for none (partitions: ${PartitionsDescription.describe(description)})`
    throw this.#error(member, problem)
  }

  #range(member: keyof AssetPartitionMembers): PartitionKeyRange {
    const keys = this.#keys(member)
    if (keys.length === 1) return { from: keys[0]!, to: keys[0]! }
    const range = rangeOfKeys(this.#set(member), keys)
    if (range !== undefined) return range
    throw this.#error(
      member,
      `the ${keys.length} partitions do not follow one another: read assetPartitionKeys${this.#suffix}`
    )
  }

  #error(member: keyof AssetPartitionMembers, problem: string): ContextError {
    return new ContextError({ member: `${member}${this.#suffix}`, problem })
  }
}
