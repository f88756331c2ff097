import type { AssetSpec } from "@heddle/definitions/AssetNode"
import { ContextError } from "@heddle/definitions/ContextError"
import type { InputDefinition, OpDefinition } from "@heddle/definitions/OpDefinition"
import {
  type InputContext,
  type IOManagerShape,
  type StepAddress,
  type ValueAddress,
  ValueNotFound
} from "@heddle/definitions/IOManager"
import { InputDefault } from "@heddle/definitions/InputDefault"
import { InputManager, type InputManagerShape } from "@heddle/definitions/InputManager"
import { InputPartitions } from "@heddle/definitions/InputPartitions"
import { InputNotLoaded } from "@heddle/definitions/InputNotLoaded"
import { InputNotRead } from "@heddle/definitions/InputNotRead"
import type { TypeCheckContext } from "@heddle/definitions/TypeCheckContext"
import { TypeLoader } from "@heddle/definitions/TypeLoader"
import { ValueCheck } from "@heddle/definitions/ValueCheck"
import { type StepEntry, StepTable } from "@heddle/definitions/StepTable"
import { StepKey } from "@heddle/events/StepKey"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { InputRequest, RunRequest, ValueRef } from "../wire/StepRequest.ts"
import { AtOnce } from "./AtOnce.ts"
import { assetAddress } from "./assetAddress.ts"
import { LoadedValue, type PartitionedAsset, type StepPlace } from "./ioContexts.ts"
import { ioFailure } from "./ioFailure.ts"
import { keysOfRun } from "./runPartition.ts"

/** Where values come from that no step of the run has given. */
export interface GivenValues {
  readonly jobInput: (input: string) => Effect.Effect<unknown>
  /** Whether the value of a job input is what run config says of it. */
  readonly isFromConfig: (input: string) => boolean
  /** The schema of a job input; its type loader, where it has one, makes the value of what run config says. */
  readonly jobInputSchema: (input: string) => Schema.Top | undefined
  readonly config: (node: ReadonlyArray<string>, input: string) => unknown
}

/** The IO manager of an output, with its name in events. */
export interface NamedIOManager {
  readonly name: string
  readonly manager: IOManagerShape
}

/** What is known of the assets of the job, and the managers of their values. */
export interface StoredAssets {
  readonly spec: (asset: string) => AssetSpec | undefined
  readonly ioManager: (spec: AssetSpec) => NamedIOManager
}

/** The manager that an input names, with what run config says of the input for it. */
export interface NamedInputManager {
  readonly name: string
  readonly manager: InputManagerShape
  readonly config: unknown
}

/** What loading inputs needs of the run. */
export interface InputSources {
  readonly run: RunRequest
  readonly table: StepTable
  readonly given: GivenValues
  readonly ioManager: (nodePath: string, output: string) => NamedIOManager
  /** The stored values of assets that no step of the run makes. */
  readonly assets: StoredAssets
  /** The manager that an input names. */
  readonly inputManager: (place: StepPlace, input: InputDefinition) => NamedInputManager | undefined
}

const stepOf = (ref: ValueRef, runId: string): StepAddress => {
  const mappingKey = ref.mappingKeys?.at(-1)
  return {
    runId: ref.runId ?? runId,
    stepKey: ref.stepKey,
    output: ref.output,
    ...(mappingKey === undefined ? {} : { mappingKey })
  }
}

/**
 * Loads the inputs of one attempt in the order of the request, which is that of their names, all of them before the first is checked; then checks them.
 *
 * A value that an output of the very same schema gave was checked there, and is not checked again, unless the schema has
 * a type check, which may say something of it, or the IO manager may give back something else.
 *
 * @returns the values by name; fails with `InputNotLoaded` or `InputNotRead`, or dies with `TypeCheckFailed` or `TypeCheckRaised`
 */
export const loadInputs = (
  sources: InputSources,
  { op }: StepEntry,
  place: StepPlace,
  context: TypeCheckContext
): Effect.Effect<{ readonly [name: string]: unknown }, unknown> => {
  const values: Record<string, unknown> = {}
  const { events, request } = place
  const checks: Array<readonly [InputDefinition, checked: boolean]> = []
  const loaded = AtOnce.forEach(request.inputs, ({ from, name }) => {
    const definition = op.inputs.find((input) => input.name === name)!
    if (ValueCheck.isNothing(definition.schema)) return Effect.void
    return AtOnce.andThen(load(sources, op, definition, place, from), (value) => {
      values[name] = value
      checks.push([definition, isChecked(sources, definition, from)])
      return Effect.void
    })
  })
  const check = ([{ name, schema }, checked]: (typeof checks)[number]): Effect.Effect<void> => {
    if (checked && !ValueCheck.hasTypeChecks(schema)) {
      events.emit("STEP_INPUT", { input: name })
      return Effect.void
    }
    const subject = `input "${name}" of step "${request.stepKey}"`
    const outcome = ValueCheck.of(schema)(values[name], context, subject)
    events.emit("STEP_INPUT", outcome === undefined ? { input: name } : { input: name, typeCheck: outcome })
    return outcome?.passed === false ? Effect.die(ValueCheck.error(subject, outcome)) : Effect.void
  }
  return AtOnce.andThen(loaded, () => AtOnce.andThen(AtOnce.forEach(checks, check), () => Effect.succeed(values)))
}

/** Whether an output of the very same schema gave the value, and the IO manager gives back what it was given. */
const isChecked = (sources: InputSources, { schema }: InputDefinition, from: InputRequest): boolean => {
  if (from._tag !== "Value" || InputManager.of(schema) !== undefined) return false
  const nodePath = StepKey.nodePath(from.ref.stepKey)
  return (
    StepTable.output(sources.table, nodePath, from.ref.output)?.schema === schema &&
    sources.ioManager(nodePath, from.ref.output).manager.givesBackAsStored === true
  )
}

const load = (
  sources: InputSources,
  op: OpDefinition,
  input: InputDefinition,
  place: StepPlace,
  from: InputRequest
): Effect.Effect<unknown, unknown> => {
  switch (from._tag) {
    case "JobInput":
      return AtOnce.andThen(sources.given.jobInput(from.input), (value) => {
        if (!sources.given.isFromConfig(from.input)) return Effect.succeed(value)
        const declared = sources.given.jobInputSchema(from.input)
        const schema = declared !== undefined && TypeLoader.has(declared) ? declared : input.schema
        return read({ ...input, schema }, value, place)
      })
    case "Config": {
      const own = sources.inputManager(place, input)
      if (own !== undefined) {
        return loadBy(own, new LoadedValue(place, input.name, input.schema, {}, own.config), place)
      }
      const given = sources.given.config(from.node, from.input)
      return given === undefined ? InputDefault.of(input.schema) : read(input, given, place)
    }
    case "List":
      return AtOnce.all(from.items, (item) => load(sources, op, input, place, item))
    case "Value": {
      const { ref } = from
      const nodePath = StepKey.nodePath(ref.stepKey)
      const own = sources.inputManager(place, input)
      const output = StepTable.output(sources.table, nodePath, ref.output)
      const step = stepOf(ref, sources.run.runId)
      const manager = own ?? sources.ioManager(nodePath, ref.output)
      if (output?.asset?.partitions !== undefined && own === undefined) {
        const from = { asset: output.asset, manager, schema: output.schema, step }
        return loadPartitions(from, op, input, place)
      }
      const address: ValueAddress = output?.asset === undefined ? step : assetAddress(output.asset, sources.run)
      const stored = output?.asset === undefined ? { address, step } : { address, step, asset: output.asset }
      return loadBy(
        manager,
        new LoadedValue(place, input.name, output?.schema ?? input.schema, stored, own?.config),
        place
      )
    }
    case "Asset": {
      const spec = sources.assets.spec(from.asset)
      if (spec?.partitions === undefined) return loadAsset(sources.assets, from.asset, input.name, place)
      const stored = { asset: spec, manager: sources.assets.ioManager(spec), schema: spec.schema, step: undefined }
      return loadPartitions(stored, op, input, place)
    }
  }
}

/** A partitioned asset whose values are loaded. */
interface StoredPartitions {
  readonly asset: PartitionedAsset
  readonly manager: NamedIOManager | NamedInputManager
  readonly schema: Schema.Top
  readonly step: StepAddress | undefined
}

/** How many partitions of one input are loaded at a time. */
const LOADED_AT_ONCE = 16

/** Loads the partitions that an input needs: the value of one, or a map. */
const loadPartitions = (
  { asset, manager, schema, step }: StoredPartitions,
  op: OpDefinition,
  input: InputDefinition,
  place: StepPlace
): Effect.Effect<unknown, unknown> => {
  const run = { keys: keysOfRun(place.run), moment: place.run.partitionMoment }
  const partitions = InputPartitions.of(input, op, asset.partitions, run)
  const of = (address: ValueAddress, partitions?: ReadonlyArray<string>) => {
    const from = { address, asset, ...(step === undefined ? {} : { step }), ...(partitions && { partitions }) }
    return new LoadedValue(place, input.name, schema, from, undefined)
  }
  if (partitions === undefined) return loadBy(manager, of(assetAddress(asset, place.run)), place)
  const { keys, many } = partitions
  if (!many) {
    const [key] = keys
    return key === undefined
      ? Effect.fail(notLoaded(manager, input, place, new ValueNotFound({ asset: asset.key })))
      : loadBy(manager, of({ asset: asset.key, partition: key }), place)
  }
  const io = manager.manager as IOManagerShape
  if (io.loadPartitions !== undefined && keys.length > 0) {
    const context = of({ asset: asset.key }, keys)
    return Effect.map(
      // Its address is that of the asset.
      io.loadPartitions(context as InputContext).pipe(ioFailure((cause) => notLoaded(manager, input, place, cause))),
      (values) => {
        place.events.emit("LOADED_INPUT", { ...loadedFrom(manager, input.name, step), ...context.said })
        return values
      }
    )
  }
  const values = Effect.forEach(
    keys,
    (partition) =>
      Effect.map(loadWith(manager, of({ asset: asset.key, partition }), place), (value) => [partition, value] as const),
    { concurrency: LOADED_AT_ONCE }
  )
  return Effect.map(values, (entries) => {
    place.events.emit("LOADED_INPUT", loadedFrom(manager, input.name, step))
    return new Map(entries)
  })
}

/** Loads the stored value of an asset: of the partition that is named, or of that of the run. */
export const loadAsset = (
  assets: StoredAssets,
  asset: string,
  input: string,
  place: StepPlace,
  partition?: string
): Effect.Effect<unknown, unknown> => {
  const spec = assets.spec(asset)
  if (spec === undefined) {
    const problem = `the job does not know asset "${asset}"`
    return Effect.die(new ContextError({ member: "loadAssetValue", problem }))
  }
  const refuse = (problem: string) => Effect.die(new ContextError({ member: "loadAssetValue", problem }))
  if (partition !== undefined && spec.partitions === undefined) {
    return refuse(`asset "${asset}" has no partitions, so not "${partition}"`)
  }
  const { partitionKeys, partitionMoment } = place.run
  if (partition === undefined && spec.partitions !== undefined && partitionKeys !== undefined) {
    return refuse(`the run is for several partitions: name one of asset "${asset}"`)
  }
  if (partition !== undefined && spec.partitions !== undefined && partitionMoment !== undefined) {
    const known = spec.partitions.at(partitionMoment).check([partition])
    if (Result.isFailure(known)) return refuse(`asset "${asset}": ${known.failure.message}`)
  }
  const from = { address: partition === undefined ? assetAddress(spec, place.run) : { asset, partition }, asset: spec }
  return loadBy(assets.ioManager(spec), new LoadedValue(place, input, spec.schema, from, undefined), place)
}

/** Makes a value of what run config says of it. */
const read = (
  { name, schema }: InputDefinition,
  config: unknown,
  { request }: StepPlace
): Effect.Effect<unknown, unknown> =>
  TypeLoader.has(schema)
    ? TypeLoader.load(schema, config).pipe(
        ioFailure((cause) => new InputNotRead({ stepKey: request.stepKey, input: name, cause }))
      )
    : Effect.succeed(config)

const notLoaded = (
  { name }: NamedIOManager | NamedInputManager,
  { name: input }: { readonly name: string },
  { request }: StepPlace,
  cause: unknown
) => new InputNotLoaded({ stepKey: request.stepKey, input, ioManager: name, cause })

/** Loads one value with a manager. */
const loadWith = (
  named: NamedIOManager | NamedInputManager,
  context: LoadedValue,
  place: StepPlace
): Effect.Effect<unknown, unknown> =>
  // An IO manager is asked only for what was stored.
  (named.manager as InputManagerShape)
    .loadInput(context)
    .pipe(ioFailure((cause) => notLoaded(named, { name: context.input }, place, cause)))

const loadedFrom = ({ name }: NamedIOManager | NamedInputManager, input: string, step: StepAddress | undefined) => ({
  input,
  ioManager: name,
  ...(step === undefined ? {} : { upstreamStepKey: step.stepKey, upstreamOutput: step.output })
})

/** Loads one value with a manager, and records an event. */
const loadBy = (
  named: NamedIOManager | NamedInputManager,
  context: LoadedValue,
  place: StepPlace
): Effect.Effect<unknown, unknown> =>
  AtOnce.andThen(loadWith(named, context, place), (value) => {
    place.events.emit("LOADED_INPUT", { ...loadedFrom(named, context.input, context.upstreamStep), ...context.said })
    return Effect.succeed(value)
  })
