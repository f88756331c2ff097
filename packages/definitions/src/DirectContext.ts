import type { LogLevel } from "@heddle/events/EngineEvent"
import type { Provenance } from "@heddle/events/AssetEvent"
import type { MetadataValue } from "@heddle/events/MetadataValue"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionMoment, Partitions } from "@heddle/partitions/Partitions"
import * as Effect from "effect/Effect"
import { AssetMetadata } from "./AssetMetadata.ts"
import type { AssetHandle, AssetMembers, LoadAssetOptions } from "./AssetExecutionContext.ts"
import { BodyPartition, type PartitionMembers } from "./BodyPartition.ts"
import type { CheckResult } from "./CheckResult.ts"
import { BodyEvent } from "./BodyEvent.ts"
import type { BodyOutputs } from "./BodyOutputs.ts"
import { ContextError } from "./ContextError.ts"
import { InputPartitions } from "./InputPartitions.ts"
import { InvocationError } from "./InvocationError.ts"
import { OptionNames } from "./OptionNames.ts"
import { OpAssets } from "./OpAssets.ts"
import type { OpDefinition } from "./OpDefinition.ts"
import type { OpContext, OpLogger, OutputPlace } from "./OpExecutionContext.ts"
import type { ValuePartitions } from "./ValuePartitions.ts"

/** What the context of a direct invocation reports in place of a run. */
export interface DirectContextOptions {
  /**
   * The config of the op as it stands in run config. It is checked when the op is invoked.
   *
   * @default no config
   */
  readonly config?: unknown
  /**
   * Values of resources, by the name under which the body reads them.
   *
   * @default {}: the resources are services of the effect
   * @example
   * buildOpContext({ resources: { warehouse: { count: () => 3 } } })
   */
  readonly resources?: { readonly [key: string]: unknown }
  /**
   * The mapping key of the step.
   *
   * @default the step is not mapped
   */
  readonly mappingKey?: string
  /**
   * The key of the partition that the run is for.
   *
   * @default the run is for no partition
   */
  readonly partitionKey?: string
  /**
   * The range of partitions that the run is for, where there is no `partitionKey`.
   *
   * @default the run is for no range
   * @example
   * buildAssetContext({ partitionRange: { from: "2026-01-01", to: "2026-01-31" } })
   */
  readonly partitionRange?: PartitionKeyRange
  /**
   * How many attempts came before: an integer ≥ 0.
   *
   * @default 0
   */
  readonly retryNumber?: number
  /**
   * Tags of the run.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * Values of assets, by text key, which the body reads with `context.loadAssetValue`. The values of partitions are a map from
   * their keys.
   *
   * @default {}
   * @example
   * buildAssetContext({ assetValues: { rates: 1.1, prices: new Map([["2026-01-01", 5]]) } })
   */
  readonly assetValues?: { readonly [key: string]: unknown }
  /**
   * What the latest materialization of assets was made from, by text key, which the body reads with `context.provenanceOf`.
   *
   * @default {}: nothing was materialized
   */
  readonly provenance?: { readonly [key: string]: Provenance }
  /**
   * The whole run config, which the body reads as `context.runConfig`.
   *
   * @default {}
   */
  readonly runConfig?: unknown
}

const optionNames: OptionNames<DirectContextOptions> = {
  config: "optional",
  resources: "optional",
  mappingKey: "optional",
  partitionKey: "optional",
  partitionRange: "optional",
  retryNumber: "optional",
  tags: "optional",
  assetValues: "optional",
  provenance: "optional",
  runConfig: "optional"
}

/** A line that a body logged. */
export interface DirectLine {
  readonly level: LogLevel
  readonly message: string
  readonly data: unknown
}

/** A value of an output, or an event, that a body returned. */
export type DirectEmission =
  | {
      readonly _tag: "Output"
      readonly output: string
      readonly mappingKey: string | undefined
      readonly value: unknown
      readonly metadata: { readonly [name: string]: MetadataValue }
    }
  | ({ readonly _tag: "CheckResult"; readonly asset: string; readonly check: string } & CheckResult)
  | BodyEvent

/** The op that an invocation binds a context to, with its decoded config and the resources that it reads. */
interface Bound {
  readonly op: OpDefinition
  readonly config: unknown
  readonly resources: {}
  readonly outputs: BodyOutputs
  readonly write: (line: DirectLine) => void
  readonly signal: AbortSignal
}

/** The run id in the context of a direct invocation, which has no run. */
const RUN_ID = "EPHEMERAL"

/**
 * The context of a direct invocation: what the body is told, and what can be read of it afterwards. `buildOpContext` of
 * `@heddle/testing` makes it.
 *
 * While an op runs with it, it is bound to that op; a second invocation inside of the first is refused, and one after it
 * starts with nothing read yet. Before the first invocation what an op would tell it, such as its name, throws
 * `ContextError`.
 *
 * @since 0.1.0
 * @source Dagster build_op_context, DirectOpExecutionContext
 */
export class DirectContext implements OpContext<unknown, {}>, AssetMembers {
  readonly options: DirectContextOptions
  /** Lines that the body logged, in order. */
  readonly lines: Array<DirectLine> = []
  /** What the body gave, in order: values that passed their check, and events, logged ones among them. */
  readonly emissions: Array<DirectEmission> = []
  #bound: Bound | undefined
  #running = false
  #ofPartition: BodyPartition | undefined
  readonly #assetMetadata = new AssetMetadata()
  readonly #dataVersions = new Map<string, string>()
  readonly log: OpLogger

  constructor(options: DirectContextOptions = {}) {
    OptionNames.check("buildOpContext", options, optionNames)
    const check = new OptionCheck("buildOpContext").wholeNumber("retryNumber", options.retryNumber, 0)
    if (options.partitionKey !== undefined && options.partitionRange !== undefined) {
      check.refuse("partitionRange", "both", "left out where partitionKey is given")
    }
    check.orThrow()
    this.options = options
    const log: OpLogger["log"] = (level, message, data) => {
      const line = { level, message, data }
      this.lines.push(line)
      this.#bound?.write(line)
    }
    this.log = {
      log,
      debug: (message, data) => log("DEBUG", message, data),
      info: (message, data) => log("INFO", message, data),
      warning: (message, data) => log("WARNING", message, data),
      error: (message, data) => log("ERROR", message, data),
      critical: (message, data) => log("CRITICAL", message, data)
    }
  }

  #of(member: string): Bound {
    if (this.#bound !== undefined) return this.#bound
    throw new ContextError({ member, problem: "it is only available while an op is invoked with this context" })
  }

  /** Binds the context to an op. Throws `InvocationError` when an op runs with it already. */
  bind(bound: Bound): void {
    if (this.#running) {
      throw new InvocationError({
        op: bound.op.name,
        problems: [
          `its context belongs to op "${this.#bound!.op.name}", which is running: build one for each invocation`
        ]
      })
    }
    this.#running = true
    this.#bound = bound
    this.#ofPartition = undefined
    this.lines.length = 0
    this.emissions.length = 0
    this.#assetMetadata.clear()
    this.#dataVersions.clear()
  }

  /** Ends the invocation; what the body did stays readable. */
  release(): void {
    this.#running = false
  }

  get config(): unknown {
    return this.#bound === undefined ? this.options.config : this.#bound.config
  }
  get resources(): {} {
    return this.#bound === undefined ? (this.options.resources ?? {}) : this.#bound.resources
  }
  readonly runId: string = RUN_ID
  get jobName(): string {
    return this.#of("jobName").op.name
  }
  get stepKey(): string {
    return this.#of("stepKey").op.name
  }
  get nodePath(): string {
    return this.#of("nodePath").op.name
  }
  get nodeName(): string {
    return this.#of("nodeName").op.name
  }
  get opName(): string {
    return this.#of("opName").op.name
  }
  get attempt(): number {
    return this.retryNumber + 1
  }
  get retryNumber(): number {
    return this.options.retryNumber ?? 0
  }
  get mappingKey(): string | undefined {
    return this.options.mappingKey
  }
  get tags(): { readonly [key: string]: string } {
    return this.options.tags ?? {}
  }
  get runConfig(): unknown {
    return this.options.runConfig ?? {}
  }
  readonly isReexecution: boolean = false
  readonly parentRunId: string | undefined = undefined
  readonly rootRunId: string | undefined = undefined
  get selectedOutputs(): ReadonlySet<string> {
    return new Set(this.#of("selectedOutputs").op.outputs.map(({ name }) => name))
  }
  get #partition(): BodyPartition {
    const { partitionKey, partitionRange } = this.options
    return (this.#ofPartition ??= new BodyPartition({
      for:
        partitionKey !== undefined
          ? { key: partitionKey }
          : partitionRange === undefined
            ? undefined
            : { range: partitionRange },
      set: () => this.#partitions?.at(this.#moment),
      none: "it was built without one"
    }))
  }
  get #partitions(): Partitions<string> | undefined {
    const outputs = this.#bound?.op.outputs ?? []
    return outputs.map(({ asset, check }) => (asset ?? check)?.partitions).find((each) => each !== undefined)
  }
  /** Which windows of time exist depends on when they are asked for; there is no run that says it. */
  get #moment(): PartitionMoment {
    return { now: Date.now() }
  }
  get hasPartitions(): boolean {
    return this.#partition.hasPartitions
  }
  get hasPartitionKeyRange(): boolean {
    return this.#partition.hasPartitionKeyRange
  }
  get partitionKeyRange(): PartitionKeyRange {
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
  get signal(): AbortSignal {
    return this.#of("signal").signal
  }

  #assets(member: string): OpAssets {
    return new OpAssets(this.#of(member).op)
  }
  get assetKey(): string {
    return this.#assets("assetKey").key
  }
  get selectedAssets(): ReadonlySet<string> {
    return this.#assets("selectedAssets").made
  }
  get selectedChecks(): ReadonlySet<string> {
    return this.#assets("selectedChecks").checked
  }
  /** The outputs that are assets, for bodies that make several. */
  get selected(): ReadonlySet<string> {
    return this.#assets("selected").outputs
  }
  get isSubset(): boolean {
    return this.#assets("isSubset").isSubset
  }
  assetKeyForOutput: AssetMembers["assetKeyForOutput"] = (output = "result") =>
    this.#assets("assetKeyForOutput").keyForOutput(output)
  outputForAssetKey: AssetMembers["outputForAssetKey"] = (key) => this.#assets("outputForAssetKey").outputForKey(key)
  assetKeyForInput: AssetMembers["assetKeyForInput"] = (input) => this.#assets("assetKeyForInput").keyForInput(input)
  addAssetMetadata: AssetMembers["addAssetMetadata"] = (metadata, asset, partition) => {
    const key = this.#assets("addAssetMetadata").one("addAssetMetadata", asset)
    if (partition !== undefined) AssetMetadata.requireMade(this.#partition, partition)
    this.#assetMetadata.add(key, partition, metadata)
  }
  #inputPartitions(member: string, input: string): ValuePartitions {
    const { op } = this.#of(member)
    const keys = this.#partition.hasPartitions ? this.#partition.partitionKeys : undefined
    return InputPartitions.members(member, op, input, { keys, moment: this.#moment })
  }
  assetPartitionKeyForInput: AssetMembers["assetPartitionKeyForInput"] = (input) =>
    this.#inputPartitions("assetPartitionKeyForInput", input).assetPartitionKey
  assetPartitionKeysForInput: AssetMembers["assetPartitionKeysForInput"] = (input) =>
    this.#inputPartitions("assetPartitionKeysForInput", input).assetPartitionKeys
  assetPartitionKeyRangeForInput: AssetMembers["assetPartitionKeyRangeForInput"] = (input) =>
    this.#inputPartitions("assetPartitionKeyRangeForInput", input).assetPartitionKeyRange
  assetPartitionTimeWindowForInput: AssetMembers["assetPartitionTimeWindowForInput"] = (input) =>
    this.#inputPartitions("assetPartitionTimeWindowForInput", input).assetPartitionTimeWindow
  setDataVersion: AssetMembers["setDataVersion"] = (version, asset) => {
    this.#dataVersions.set(this.#assets("setDataVersion").one("setDataVersion", asset), version)
  }
  provenanceOf: AssetMembers["provenanceOf"] = (asset) => {
    this.#assets("provenanceOf").requireKnown("provenanceOf", asset)
    return this.options.provenance?.[asset]
  }
  loadAssetValue: AssetMembers["loadAssetValue"] = <A>(asset: AssetHandle<A>, { partition }: LoadAssetOptions = {}) =>
    Effect.suspend(() => {
      const key = typeof asset === "string" ? asset : asset.key
      const given = this.options.assetValues ?? {}
      const values: ReadonlyMap<unknown, unknown> =
        partition === undefined
          ? new Map(Object.entries(given))
          : given[key] instanceof Map
            ? given[key]
            : new Map<unknown, unknown>()
      const name = partition ?? key
      // The handle says what the value is.
      if (values.has(name)) return Effect.succeed(values.get(name) as A)
      const what = partition === undefined ? `asset "${key}"` : `partition "${partition}" of asset "${key}"`
      const problem = `there is no run to load ${what} from: build the context with its value in assetValues`
      return Effect.die(new ContextError({ member: "loadAssetValue", problem }))
    })
  /** The metadata that the body added to an asset, and to one of its partitions. */
  getAssetMetadata = (asset: string, partition?: string): { readonly [name: string]: MetadataValue } =>
    this.#assetMetadata.of(asset, partition)
  /** The data version that the body set for an asset. */
  getDataVersion = (asset: string): string | undefined => this.#dataVersions.get(asset)

  addOutputMetadata: OpContext<unknown, {}>["addOutputMetadata"] = (metadata, at) =>
    this.#of("output metadata").outputs.addMetadata(metadata, at)

  /** Metadata of an output: of one that was given all that was said of it, before that what was added. */
  getOutputMetadata = (at: OutputPlace = {}): { readonly [name: string]: MetadataValue } => {
    const bound = this.#of("output metadata")
    const name = at.output ?? bound.op.outputs[0]?.name
    for (const emission of this.emissions) {
      if (emission._tag === "Output" && emission.output === name && emission.mappingKey === at.mappingKey) {
        return emission.metadata
      }
    }
    return bound.outputs.addedMetadata(at)
  }

  logEvent = (event: BodyEvent): void => {
    if (!BodyEvent.is(event)) {
      throw new ContextError({
        member: "logEvent",
        problem: "it accepts only materializations, observations and expectation results"
      })
    }
    this.#of("logEvent")
    this.emissions.push(event)
  }
}
