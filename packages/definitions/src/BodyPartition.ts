import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import { ContextError } from "./ContextError.ts"

/** What a body is told of the partition that its run is for. */
export interface PartitionMembers {
  /** Whether the run is for one partition. */
  readonly hasPartitionKey: boolean
  /** Key of the run's partition. Reading it throws `ContextError` if the run has no partition. */
  readonly partitionKey: string
  /** Keys of the partitions that the run is for. Reading it throws `ContextError` if the run has no partition. */
  readonly partitionKeys: ReadonlyArray<string>
  /** The window of time of the partition. Reading it throws `ContextError` unless exactly one dimension is of time. */
  readonly partitionTimeWindow: TimeWindow
  /** The key of each dimension, by name. Reading it throws `ContextError` if the partition has no dimensions. */
  readonly partitionDimensions: { readonly [dimension: string]: string }
}

/** What is known of the partition of a run. */
export interface BodyPartitionParts {
  readonly key: string | undefined
  /** The partitions that exist for the run; nothing if neither the job nor its assets have partitions. */
  readonly set: () => PartitionSet<string> | undefined
  /** Why there is no key, for errors. */
  readonly none: string
}

/**
 * Answers what a body may ask about the partition that its run is for. Every answer that there is not throws `ContextError`.
 *
 * @since 0.1.0
 */
export class BodyPartition implements PartitionMembers {
  readonly #parts: BodyPartitionParts
  #set: PartitionSet<string> | undefined

  constructor(parts: BodyPartitionParts) {
    this.#parts = parts
  }

  get hasPartitionKey(): boolean {
    return this.#parts.key !== undefined
  }

  get partitionKey(): string {
    return this.#key("partitionKey")
  }

  get partitionKeys(): ReadonlyArray<string> {
    return [this.#key("partitionKeys")]
  }

  get partitionTimeWindow(): TimeWindow {
    const key = this.#key("partitionTimeWindow")
    const window = this.#partitions("partitionTimeWindow").windowOf(key)
    if (window !== undefined) return window
    throw this.#error("partitionTimeWindow", `partition "${key}" is not a window of time`)
  }

  get partitionDimensions(): { readonly [dimension: string]: string } {
    const key = this.#key("partitionDimensions")
    const { axes } = this.#partitions("partitionDimensions")
    if (axes.length === 1) throw this.#error("partitionDimensions", `partition "${key}" has no dimensions`)
    const parts = key.split("|")
    return Object.fromEntries(axes.map(({ dimension }, i) => [dimension, parts[i]!]))
  }

  #key(member: keyof PartitionMembers): string {
    const { key, none } = this.#parts
    if (key !== undefined) return key
    throw this.#error(member, none)
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
