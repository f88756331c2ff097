import { AssetKey } from "@heddle/events/AssetKey"
import type { MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { BodyEvent } from "./BodyEvent.ts"
import type { IOPartitions } from "./IOPartitions.ts"
import type { OpLogger } from "./OpExecutionContext.ts"

/** The address of a value that one run keeps: its run, step, output and mapping key. */
export interface StepAddress {
  readonly runId: string
  readonly stepKey: string
  readonly output: string
  /** The mapping key of a value of a dynamic output. */
  readonly mappingKey?: string
}

/** The address of the value of an asset, which every run that materializes the asset replaces. */
export interface AssetAddress {
  /** Text key of the asset. */
  readonly asset: string
  /** The key of the partition, of a partitioned asset. */
  readonly partition?: string
}

/** Where a value is stored: by the asset that it is, or else by the step that gave it. */
export type ValueAddress = StepAddress | AssetAddress

/** Functions on addresses. */
export const ValueAddress = {
  /**
   * The parts that identify a value: run, step, output, and the mapping key if it has one; of an asset, the parts of its
   * key, and the key of the partition if it has one.
   */
  parts: (address: ValueAddress): ReadonlyArray<string> => {
    if (ValueAddress.isAsset(address)) {
      const parts = AssetKey.parts(address.asset)
      return address.partition === undefined ? parts : [...parts, address.partition]
    }
    const { mappingKey, output, runId, stepKey } = address
    return mappingKey === undefined ? [runId, stepKey, output] : [runId, stepKey, output, mappingKey]
  },

  /** The address of a step as such, of something that holds more. */
  ofStep: ({ mappingKey, output, runId, stepKey }: StepAddress): StepAddress => ({
    runId,
    stepKey,
    output,
    ...(mappingKey === undefined ? {} : { mappingKey })
  }),

  /** Tells whether a value is that of an asset. */
  isAsset: (address: ValueAddress): address is AssetAddress => "asset" in address
}

/**
 * The context in which an IO manager stores a value.
 *
 * @since 0.1.0
 * @source Dagster OutputContext
 */
export interface OutputContext extends StepAddress, IOPartitions {
  /** Where the value is stored: by the asset that the output is, or else by its step. */
  readonly address: ValueAddress
  readonly jobName: string
  readonly opName: string
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /** Metadata that the body gave with the value. */
  readonly outputMetadata: { readonly [name: string]: MetadataValue }
  /** Number of the attempt that gave the value, from 1. */
  readonly attempt: number
  /** Schema of the value; its JSON codec gives the form that other processes can read. */
  readonly schema: Schema.Top
  /** Adds metadata to the event of the stored value; later values of a name replace earlier ones. */
  readonly addMetadata: (metadata: { readonly [name: string]: MetadataInput }) => void
  /** Records an event, such as a materialization, as the body can. */
  readonly logEvent: (event: BodyEvent) => void
  /** Writes lines into the run's event log, as lines of the step. */
  readonly log: OpLogger
}

/**
 * The context in which an IO manager loads a value.
 *
 * @since 0.1.0
 * @source Dagster InputContext
 */
export interface InputContext extends IOPartitions {
  /** Name of the input that the value is for, and the step whose input it is. */
  readonly input: string
  readonly stepKey: string
  readonly runId: string
  readonly jobName: string
  readonly opName: string
  /** Tags of the run. */
  readonly tags: { readonly [key: string]: string }
  /** What run config says of the input for the manager that it names. */
  readonly config: unknown
  /** Where the value was stored; the run of a step may be an ancestor of this one. */
  readonly upstream: ValueAddress
  /** The step that gave the value; nothing for an asset that no step of the run or its ancestors has made. */
  readonly upstreamStep: StepAddress | undefined
  /** Schema of the value. */
  readonly schema: Schema.Top
  /** Adds metadata to the event of the loaded value; later values of a name replace earlier ones. */
  readonly addMetadata: (metadata: { readonly [name: string]: MetadataInput }) => void
  /** Writes lines into the run's event log, as lines of the step. */
  readonly log: OpLogger
}

/**
 * Stores the outputs of steps and loads them for the steps that need them. If one of its effects fails, the
 * step fails, and its retry policy applies.
 *
 * @since 0.1.0
 * @source Dagster IOManager
 */
export interface IOManagerShape {
  readonly handleOutput: (context: OutputContext, value: unknown) => Effect.Effect<void, unknown>
  readonly loadInput: (context: InputContext) => Effect.Effect<unknown, unknown>
  /**
   * Stores the values of several partitions of an asset at once. Its context has their keys in `assetPartitionKeys`, and the
   * address of the asset.
   *
   * @default `handleOutput` is called for each partition
   */
  readonly handlePartitions?: (
    context: OutputContext,
    values: ReadonlyMap<string, unknown>
  ) => Effect.Effect<void, unknown>
  /**
   * Loads the values of several partitions of an asset at once, by key. Its context has their keys in `assetPartitionKeys`, and
   * the address of the asset.
   *
   * @default `loadInput` is called for each partition
   */
  readonly loadPartitions?: (context: InputContext) => Effect.Effect<ReadonlyMap<string, unknown>, unknown>
  /** Whether it gives back what it stored and nothing else, so that the value need not be checked once more. */
  readonly givesBackAsStored?: boolean
  /**
   * Whether it keeps values in the memory of its process, where no other process can load them. A run whose steps run in other
   * processes then fails before its first step.
   */
  readonly keepsInProcess?: boolean
}

/**
 * The IO manager does not hold the value.
 *
 * @since 0.1.0
 */
export class ValueNotFound extends Schema.TaggedError<ValueNotFound>()("ValueNotFound", {
  runId: Schema.optionalKey(Schema.String),
  stepKey: Schema.optionalKey(Schema.String),
  output: Schema.optionalKey(Schema.String),
  mappingKey: Schema.optionalKey(Schema.String),
  asset: Schema.optionalKey(Schema.String),
  partition: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    if (this.asset !== undefined) {
      const partition = this.partition === undefined ? "" : ` for partition "${this.partition}"`
      return `The IO manager holds no value of asset "${this.asset}"${partition}: materialize the asset first`
    }
    const key = this.mappingKey === undefined ? "" : ` [${this.mappingKey}]`
    return `The IO manager holds no output "${this.output}"${key} of step "${this.stepKey}" of run "${this.runId}"`
  }
}

const assetKeyOf = ({ asset, partition }: AssetAddress): string => JSON.stringify([asset, partition ?? null])

/** The values of the steps of one run. */
type RunValues = Map<string, unknown>

/** The lengths keep the parts apart, whatever is in them. */
const outputKeyOf = ({ mappingKey, output, stepKey }: StepAddress): string =>
  mappingKey === undefined
    ? `${stepKey.length} ${stepKey}${output}`
    : `${stepKey.length}:${output.length}:${stepKey}${output}${mappingKey}`

/**
 * The default IO manager, for outputs that name none.
 *
 * @since 0.1.0
 */
export class IOManager extends Context.Service<IOManager, IOManagerShape>()("@heddle/definitions/IOManager") {
  /**
   * An IO manager that keeps references in memory; nothing is copied and nothing survives the process.
   *
   * @param assets - where it keeps the values of assets, to share them between runs
   */
  static readonly makeMemory = (assets: Map<string, unknown> = new Map()): IOManagerShape => {
    const ofRuns = new Map<string, RunValues>()
    const valuesOf = (runId: string): RunValues => {
      let values = ofRuns.get(runId)
      if (values === undefined) ofRuns.set(runId, (values = new Map()))
      return values
    }
    return {
      givesBackAsStored: true,
      keepsInProcess: true,
      // Both answer when they are called, so that a step needs no fiber for them.
      handleOutput: ({ address }, value) => {
        if ("asset" in address) assets.set(assetKeyOf(address), value)
        else valuesOf(address.runId).set(outputKeyOf(address), value)
        return Effect.void
      },
      loadInput: ({ upstream }) => {
        const isAsset = "asset" in upstream
        const values = isAsset ? assets : ofRuns.get(upstream.runId)
        const key = isAsset ? assetKeyOf(upstream) : outputKeyOf(upstream)
        const value = values?.get(key)
        return value !== undefined || values?.has(key) === true
          ? Effect.succeed(value)
          : Effect.fail(new ValueNotFound({ ...upstream }))
      }
    }
  }

  /** Layer of an IO manager in memory. */
  static readonly layerMemory: Layer.Layer<IOManager> = Layer.sync(IOManager, IOManager.makeMemory)
}
