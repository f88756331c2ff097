import type { BodyOutput } from "@heddle/definitions/BodyOutputs"
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
}

/** What both contexts have; what few managers ask for is made when it is asked for. */
class PlaceContext {
  readonly #place: StepPlace
  #added: { readonly [name: string]: MetadataValue } | undefined

  constructor(place: StepPlace) {
    this.#place = place
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

  constructor(place: StepPlace, { key, metadata, output }: BodyOutput) {
    super(place)
    this.#place = place
    this.#asset = output.asset
    this.output = output.name
    if (key !== undefined) this.mappingKey = key
    this.schema = output.schema
    this.outputMetadata = metadata ?? NONE
  }

  get address(): ValueAddress {
    if (this.#asset !== undefined) return assetAddress(this.#asset, this.#place.run)
    const { mappingKey, output } = this
    const { request, run } = this.#place
    const place = { runId: run.runId, stepKey: request.stepKey, output }
    return mappingKey === undefined ? place : { ...place, mappingKey }
  }
}

/** Where a value comes from: where it is stored, and the step that gave it. An input that nothing is wired to has neither. */
export interface LoadedFrom {
  readonly address?: ValueAddress
  readonly step?: StepAddress
}

/** The context in which an IO manager or an input manager loads a value. */
export class LoadedValue extends PlaceContext implements InputManagerContext {
  readonly input: string
  readonly schema: Schema.Top
  readonly upstream: ValueAddress | undefined
  readonly upstreamStep: StepAddress | undefined
  readonly config: unknown

  constructor(place: StepPlace, input: string, schema: Schema.Top, from: LoadedFrom, config: unknown) {
    super(place)
    this.input = input
    this.schema = schema
    this.upstream = from.address
    this.upstreamStep = from.step
    this.config = config
  }
}
