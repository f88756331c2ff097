import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
import type { BodyPartition } from "@heddle/definitions/BodyPartition"
import { ValuePartitions } from "@heddle/definitions/ValuePartitions"
import { assetAddress } from "./assetAddress.ts"
import type { AssetOutput } from "@heddle/definitions/OpDefinition"
import type { InputManagerContext } from "@heddle/definitions/InputManager"
import type { OutputContext, StepAddress, ValueAddress } from "@heddle/definitions/IOManager"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import type * as Schema from "effect/Schema"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import type { StepEvents } from "./StepEvents.ts"
import { StepLog } from "./StepLog.ts"
import { tellBodyEvent } from "./tellBodyEvent.ts"

/** The place of an attempt that stores or loads a value. */
export interface StepPlace {
  readonly run: RunRequest
  readonly request: StepRequest
  readonly opName: string
  readonly events: StepEvents
  /** What the run is for. */
  readonly partition: BodyPartition
}

/** An asset, as far as contexts tell of it. */
export type PartitionedAsset = Pick<AssetOutput, "key" | "partitions">

/** What both contexts have; what few managers ask for is made when it is asked for. */
class PlaceContext {
  readonly #place: StepPlace
  readonly #asset: PartitionedAsset | undefined
  #added: { readonly [name: string]: MetadataValue } | undefined

  constructor(place: StepPlace, asset: PartitionedAsset | undefined) {
    this.#place = place
    this.#asset = asset
  }

  get hasPartitionKey() {
    return this.#place.partition.hasPartitionKey
  }
  get partitionKey() {
    return this.#place.partition.partitionKey
  }
  get hasPartitionKeyRange() {
    return this.#place.partition.hasPartitionKeyRange
  }
  get partitionKeyRange() {
    return this.#place.partition.partitionKeyRange
  }

  /** The keys of the partitions that the value is of. */
  protected get keys(): ReadonlyArray<string> {
    return []
  }
  get #value(): ValuePartitions {
    return new ValuePartitions({
      asset: this.#asset?.key,
      partitions: this.#asset?.partitions,
      keys: this.keys,
      moment: this.#place.run.partitionMoment
    })
  }
  get hasAssetPartitions() {
    return this.keys.length > 0
  }
  get assetPartitionKey() {
    return this.#value.assetPartitionKey
  }
  get assetPartitionKeys() {
    return this.#value.assetPartitionKeys
  }
  get assetPartitionKeyRange() {
    return this.#value.assetPartitionKeyRange
  }
  get assetPartitionTimeWindow() {
    return this.#value.assetPartitionTimeWindow
  }
  get assetPartitions() {
    return this.#value.assetPartitions
  }

  get runId() {
    return this.#place.run.runId
  }
  get jobName() {
    return this.#place.run.jobName
  }
  get tags() {
    return this.#place.run.tags
  }
  get opName() {
    return this.#place.opName
  }
  get stepKey() {
    return this.#place.request.stepKey
  }
  get attempt() {
    return this.#place.request.attempt
  }
  get log() {
    return StepLog.forContext(this.#place.events)
  }
  // Fields and not methods, so that a manager may take them out of the context.
  get logEvent(): OutputContext["logEvent"] {
    return (event) => tellBodyEvent(event, this.#place.events)
  }
  get addMetadata() {
    return (added: { readonly [name: string]: MetadataInput }): void => {
      this.#added = { ...this.#added, ...MetadataValue.fromRecord(added) }
    }
  }

  /** What a manager has added, as a part of its event. */
  get said(): { readonly metadata?: { readonly [name: string]: MetadataValue } } {
    return this.#added === undefined ? {} : { metadata: this.#added }
  }
}

const NONE = {}

/** The context in which an IO manager stores a value. */
export class StoredValue extends PlaceContext implements OutputContext {
  readonly output: string
  readonly mappingKey?: string
  readonly schema: Schema.Top
  readonly outputMetadata: { readonly [name: string]: MetadataValue }
  readonly #place: StepPlace
  readonly #asset: AssetOutput | undefined
  readonly #partitions: string | ReadonlyArray<string> | undefined

  /** @param partitions - of a value for a range: the partition that it is of, or those that are stored at once */
  constructor(place: StepPlace, { key, metadata, output }: BodyOutput, partitions?: string | ReadonlyArray<string>) {
    super(place, output.asset)
    this.#place = place
    this.#asset = output.asset
    this.#partitions = partitions
    this.output = output.name
    if (key !== undefined) this.mappingKey = key
    this.schema = output.schema
    this.outputMetadata = metadata ?? NONE
  }

  protected override get keys(): ReadonlyArray<string> {
    if (this.#partitions === undefined) return keysAt(this.address)
    return typeof this.#partitions === "string" ? [this.#partitions] : this.#partitions
  }

  get address(): ValueAddress {
    if (this.#asset !== undefined) {
      if (this.#partitions === undefined) return assetAddress(this.#asset, this.#place.run)
      const asset = this.#asset.key
      return typeof this.#partitions === "string" ? { asset, partition: this.#partitions } : { asset }
    }
    const { mappingKey, output } = this
    const { request, run } = this.#place
    const place = { runId: run.runId, stepKey: request.stepKey, output }
    return mappingKey === undefined ? place : { ...place, mappingKey }
  }
}

/** The partition of a value as its address has it. */
const keysAt = (address: ValueAddress | undefined): ReadonlyArray<string> =>
  address !== undefined && "asset" in address && address.partition !== undefined ? [address.partition] : []

/** Where a value comes from: where it is stored, and the step that gave it. An input that nothing is wired to has neither. */
export interface LoadedFrom {
  readonly address?: ValueAddress
  readonly step?: StepAddress
  /** The asset whose value it is. */
  readonly asset?: PartitionedAsset
  /** The partitions that are loaded at once. */
  readonly partitions?: ReadonlyArray<string>
}

/** The context in which an IO manager or an input manager loads a value. */
export class LoadedValue extends PlaceContext implements InputManagerContext {
  readonly input: string
  readonly schema: Schema.Top
  readonly upstream: ValueAddress | undefined
  readonly upstreamStep: StepAddress | undefined
  readonly config: unknown
  readonly #partitions: ReadonlyArray<string> | undefined

  constructor(place: StepPlace, input: string, schema: Schema.Top, from: LoadedFrom, config: unknown) {
    super(place, from.asset)
    this.#partitions = from.partitions
    this.input = input
    this.schema = schema
    this.upstream = from.address
    this.upstreamStep = from.step
    this.config = config
  }

  protected override get keys(): ReadonlyArray<string> {
    return this.#partitions ?? keysAt(this.upstream)
  }
}
