import type { BodyEvent } from "@heddle/definitions/BodyEvent"
import type { BodyPartition, PartitionMembers } from "@heddle/definitions/BodyPartition"
import type { BodyOutputs } from "@heddle/definitions/BodyOutputs"
import type { OpDefinition } from "@heddle/definitions/OpDefinition"
import type { OpContext, OpLogger, OutputPlace } from "@heddle/definitions/OpExecutionContext"
import type { MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import type { RunRequest, StepRequest } from "../wire/StepRequest.ts"
import { tellBodyEvent } from "./tellBodyEvent.ts"
import type { StepEvents } from "./StepEvents.ts"
import { StepLog } from "./StepLog.ts"

/** What the context of a body is made of. */
export interface StepContextParts {
  readonly run: RunRequest
  readonly step: StepRequest
  readonly op: OpDefinition
  readonly outputs: BodyOutputs
  readonly config: unknown
  readonly resources: {}
  readonly events: StepEvents
  readonly partition: BodyPartition
}

/** The context of a body; rarely used members are created on first use. */
export class StepContext implements OpContext<unknown, {}> {
  readonly config: unknown
  readonly resources: {}
  readonly stepKey: string
  readonly mappingKey: string | undefined
  readonly attempt: number
  readonly nodePath: string
  readonly #run: RunRequest
  readonly #op: OpDefinition
  readonly #outputs: BodyOutputs
  readonly #events: StepEvents
  readonly #partition: BodyPartition
  #log: OpLogger | undefined
  #abort: AbortController | undefined

  constructor({ config, events, op, outputs, partition, resources, run, step }: StepContextParts) {
    this.config = config
    this.resources = resources
    this.stepKey = step.stepKey
    this.nodePath = step.nodePath
    this.attempt = step.attempt
    this.mappingKey = step.mappingKeys?.at(-1)
    this.#run = run
    this.#op = op
    this.#outputs = outputs
    this.#events = events
    this.#partition = partition
  }

  get retryNumber(): number {
    return this.attempt - 1
  }
  get runId(): string {
    return this.#run.runId
  }
  get jobName(): string {
    return this.#run.jobName
  }
  get runConfig(): unknown {
    return this.#run.shownRunConfig ?? this.#run.runConfig
  }
  get tags(): { readonly [key: string]: string } {
    return this.#run.tags
  }
  get parentRunId(): string | undefined {
    return this.#run.parentRunId
  }
  get rootRunId(): string | undefined {
    return this.#run.rootRunId
  }
  get isReexecution(): boolean {
    return this.#run.parentRunId !== undefined
  }
  get nodeName(): string {
    return this.nodePath.slice(this.nodePath.lastIndexOf(".") + 1)
  }
  get opName(): string {
    return this.#op.name
  }
  get selectedOutputs(): ReadonlySet<string> {
    return new Set(this.#op.outputs.map(({ name }) => name))
  }
  get hasPartitions(): boolean {
    return this.#partition.hasPartitions
  }
  get hasPartitionKeyRange(): boolean {
    return this.#partition.hasPartitionKeyRange
  }
  get partitionKeyRange(): PartitionMembers["partitionKeyRange"] {
    return this.#partition.partitionKeyRange
  }
  get hasPartitionKey(): boolean {
    return this.#partition.hasPartitionKey
  }
  get partitionKey(): string {
    return this.#partition.partitionKey
  }
  get partitionKeys(): ReadonlyArray<string> {
    return this.#partition.partitionKeys
  }
  get partitionTimeWindow(): PartitionMembers["partitionTimeWindow"] {
    return this.#partition.partitionTimeWindow
  }
  get partitionDimensions(): PartitionMembers["partitionDimensions"] {
    return this.#partition.partitionDimensions
  }

  // Fields and not methods, so that a body may take them out of the context; made once they are asked for.
  get addOutputMetadata(): OpContext<unknown, {}>["addOutputMetadata"] {
    return (metadata: { readonly [name: string]: MetadataInput }, at?: OutputPlace) =>
      this.#outputs.addMetadata(metadata, at)
  }
  get getOutputMetadata(): (at?: OutputPlace) => { readonly [name: string]: MetadataValue } {
    return (at) => this.#outputs.addedMetadata(at)
  }
  get logEvent(): (event: BodyEvent) => void {
    return (event) => tellBodyEvent(event, this.#events)
  }
  get log(): OpLogger {
    return (this.#log ??= StepLog.forContext(this.#events))
  }

  get signal(): AbortSignal {
    return (this.#abort ??= new AbortController()).signal
  }

  /** Tells a body that listens to its signal that the step was interrupted. */
  abort(): void {
    this.#abort?.abort()
  }
}
