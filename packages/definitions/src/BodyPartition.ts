import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import * as Result from "effect/Result"
import { ContextError } from "./ContextError.ts"
import { windowOfRange } from "./internal/keyRanges.ts"

/** What a body is told of the partitions that its run is for. */
export interface PartitionMembers {
  /** Whether the run is for one partition or a range of them. */
  readonly hasPartitions: boolean
  /** Whether the run is for one partition, given by its key. */
  readonly hasPartitionKey: boolean
  /** Whether the run is for a range of partitions. */
  readonly hasPartitionKeyRange: boolean
  /** Key of the run's partition. Reading it throws `ContextError` if the run has no partition, or several. */
  readonly partitionKey: string
  /** Keys of the partitions that the run is for, in order. Reading it throws `ContextError` if the run has no partition. */
  readonly partitionKeys: ReadonlyArray<string>
  /** First and last key, the same for one partition. Reading it throws `ContextError` if the run has no partition. */
  readonly partitionKeyRange: PartitionKeyRange
  /**
   * From the start of the first window of time to the end of the last. Reading it throws `ContextError` unless exactly one
   * dimension is of time.
   */
  readonly partitionTimeWindow: TimeWindow
  /** The key of each dimension, by name. Reading it throws `ContextError` if the partition has no dimensions. */
  readonly partitionDimensions: { readonly [dimension: string]: string }
}

/** What is known of the partitions of a run. */
export interface BodyPartitionParts {
  /** The partitions, or nothing if the run has none. */
  readonly for: { readonly key: string } | { readonly range: PartitionKeyRange } | undefined
  /**
   * The keys of the range, where they are known.
   *
   * @default they are read from `set`
   */
  readonly keys?: ReadonlyArray<string> | undefined
  /** The partitions that exist for the run; nothing if neither the job nor its assets have partitions. */
  readonly set: () => PartitionSet<string> | undefined
  /** Why there is no key, for errors. */
  readonly none: string
}

/**
 * Answers what a body may ask about the partitions that its run is for. Every answer that there is not throws `ContextError`.
 *
 * @since 0.1.0
 */
export class BodyPartition implements PartitionMembers {
  readonly #parts: BodyPartitionParts
  #set: PartitionSet<string> | undefined
  #keys: ReadonlyArray<string> | undefined

  constructor(parts: BodyPartitionParts) {
    this.#parts = parts
  }

  get hasPartitions(): boolean {
    return this.#parts.for !== undefined
  }

  get hasPartitionKey(): boolean {
    return this.#parts.for !== undefined && "key" in this.#parts.for
  }

  get hasPartitionKeyRange(): boolean {
    return this.#parts.for !== undefined && "range" in this.#parts.for
  }

  get partitionKey(): string {
    return this.#key("partitionKey")
  }

  get partitionKeys(): ReadonlyArray<string> {
    const { for: given } = this.#parts
    if (given !== undefined && "key" in given) return [given.key]
    return (this.#keys ??= this.#parts.keys ?? this.#listed(this.#range("partitionKeys")))
  }

  get partitionKeyRange(): PartitionKeyRange {
    return this.#range("partitionKeyRange")
  }

  get partitionTimeWindow(): TimeWindow {
    const range = this.#range("partitionTimeWindow")
    const window = windowOfRange(this.#partitions("partitionTimeWindow"), range)
    if (window !== undefined) return window
    throw this.#error("partitionTimeWindow", `partition "${range.from}" is not a window of time`)
  }

  get partitionDimensions(): { readonly [dimension: string]: string } {
    const key = this.#key("partitionDimensions")
    const { axes } = this.#partitions("partitionDimensions")
    if (axes.length === 1) throw this.#error("partitionDimensions", `partition "${key}" has no dimensions`)
    const parts = key.split("|")
    return Object.fromEntries(axes.map(({ dimension }, i) => [dimension, parts[i]!]))
  }

  #key(member: keyof PartitionMembers): string {
    const { from, to } = this.#range(member)
    if (from === to) return from
    throw this.#error(member, `the run is for the partitions "${from}" to "${to}": read partitionKeys`)
  }

  #range(member: keyof PartitionMembers): PartitionKeyRange {
    const { for: given, none } = this.#parts
    if (given === undefined) throw this.#error(member, none)
    return "key" in given ? { from: given.key, to: given.key } : given.range
  }

  #listed(range: PartitionKeyRange): ReadonlyArray<string> {
    const subset = PartitionSubset.ofRange(this.#partitions("partitionKeys"), range)
    if (Result.isSuccess(subset)) return [...PartitionSubset.keys(subset.success)]
    throw this.#error("partitionKeys", subset.failure.message)
  }

  #partitions(member: keyof PartitionMembers): PartitionSet<string> {
    const set = (this.#set ??= this.#parts.set())
    if (set !== undefined) return set
    throw this.#error(member, "neither the job nor its assets have partitions")
  }

  #error(member: keyof PartitionMembers, problem: string): ContextError {
    return new ContextError({ member, problem })
  }
}
