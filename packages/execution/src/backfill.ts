import type { AssetEntries, EntriesConfig, EntriesNeeds, EntriesUpstream } from "@heddle/definitions/AssetEntries"
import type { AnyJob, Job } from "@heddle/definitions/Job"
import { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { MissingUpstream, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import { OptionNames } from "@heddle/definitions/OptionNames"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Provides, Replace, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type { JobLocation } from "@heddle/engine/executor/JobLocation"
import { ReexecutionError } from "@heddle/engine/run/ReexecutionOptions"
import { inProcessExecutor } from "@heddle/executor-in-process/inProcessExecutor"
import type { Instance } from "@heddle/storage/Instance"
import { RunConfigError } from "@heddle/config/RunConfigError"
import type { RunTakenOver } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import type { BackfillAssetsOptions, BackfillJobOptions, BackfillStoredJobOptions } from "./BackfillOptions.ts"
import type { BackfillResult } from "./BackfillProgress.ts"
import { BackfillRefused } from "./BackfillRefused.ts"
import { backfillStages } from "./BackfillStage.ts"
import { instanceOf } from "./executeDefinition.ts"
import type { CallRunConfig, ExecuteError } from "./ExecuteInProcessOptions.ts"
import type { ExecuteJobError, JobAsks } from "./ExecuteJobOptions.ts"
import { checkPointer } from "./executeJob.ts"
import { launchDefinition } from "./launchDefinition.ts"
import type { LaunchDefinitionOptions } from "./LaunchDefinitionOptions.ts"
import { jobOfAssets, type PartitionKeyOf } from "./materialize.ts"
import { type BackfillChoice, runBackfill } from "./runBackfill.ts"
import type { RunConfigOfJob } from "./RunConfigOfJob.ts"
import { runTarget } from "./RunTarget.ts"

/** What a backfill in this process fails with. What bodies fail with is in its result. */
export type BackfillError = ExecuteError | BackfillRefused | RunTakenOver

/** The type of `backfill`. */
export interface Backfill {
  /** Makes partitions of assets in this process. */
  <const As extends AssetEntries, Rs extends Resources = {}, P = never, const K extends PropertyKey = never, O = {}>(
    assets: As,
    options?: BackfillAssetsOptions<
      RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>,
      Rs,
      P,
      PartitionKeyOf<As> & string
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: [EntriesUpstream<As>] extends [never]
      ? OptionsGiven<K, O, {} extends RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}> ? never : "runConfig">
      : MissingUpstream<EntriesUpstream<As>>
  ): Effect.Effect<BackfillResult, BackfillError, Exclude<EntriesNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P>>
  /** Runs a reconstructable job for partitions, with the executor that its run config names. */
  <J extends AnyJob, const K extends PropertyKey = never, O = {}>(
    pointer: Reconstructable<J>,
    options?: BackfillStoredJobOptions<RunConfigOfJob<J>> & Named<K, JobAsks<J>> & Seen<O>,
    ...missing: OptionsGiven<K, O, JobAsks<J>>
  ): Effect.Effect<BackfillResult, ExecuteJobError | BackfillRefused, Instance>
  /** Runs a job for partitions in this process. */
  <
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    Execution,
    const InputNames extends PropertyKey = never,
    const Replaced extends PropertyKey = never,
    P = never,
    const K extends PropertyKey = never,
    O = {}
  >(
    job: Job<string, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    options?: BackfillJobOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>,
      Partial<Values<JI>> & Named<InputNames, keyof JI>,
      Replace<Rs> & Named<Replaced, keyof Rs>,
      P
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution> ? never : "runConfig"
    >
  ): Effect.Effect<BackfillResult, BackfillError, Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>>
}

/** The options of a call with their types erased. */
type ErasedCall = BackfillChoice &
  Omit<LaunchDefinitionOptions, "partitionKey" | "partitionRange" | "runId" | "reexecution" | "control" | "onEvents"> &
  Pick<BackfillAssetsOptions<unknown, Resources, unknown, string>, "instance" | "selection">

const choiceNames = {
  partitions: "optional",
  partitionRange: "optional",
  backfillId: "optional",
  maxConcurrentRuns: "optional",
  control: "optional",
  onProgress: "optional",
  runConfig: "optional",
  maxConcurrent: "optional",
  tags: "optional"
} as const
const assetNames: OptionNames<BackfillAssetsOptions<unknown, Resources, unknown, string>> = {
  ...choiceNames,
  resources: "optional",
  layer: "optional",
  instance: "optional",
  selection: "optional"
}
const jobNames: OptionNames<BackfillJobOptions<unknown, unknown, unknown, unknown>> = {
  ...choiceNames,
  resources: "optional",
  layer: "optional",
  instance: "optional",
  inputValues: "optional",
  opSelection: "optional",
  assetSelection: "optional"
}
const storedNames: OptionNames<BackfillStoredJobOptions<unknown>> = {
  ...choiceNames,
  values: "optional",
  opSelection: "optional",
  assetSelection: "optional"
}

/** What of a call is not an option of its runs. */
const OF_BACKFILL = [
  "partitions",
  "partitionRange",
  "backfillId",
  "maxConcurrentRuns",
  "control",
  "onProgress",
  "instance",
  "selection",
  "tags"
] as const

/**
 * Makes partitions of a job that is known only by its definition, in the instance that is provided.
 *
 * @param whole - definition of the job
 * @param call - options of the backfill and of its runs, with types erased
 * @returns how it ended; fails as `backfill` does
 * @since 0.1.0
 */
export const backfillDefinition = Effect.fnUntraced(function* (whole: JobDefinition, call: ErasedCall) {
  const { assetSelection, inputValues, opSelection, ...options } = Struct.omit(call, OF_BACKFILL)
  const { job } = yield* runTarget(whole, { assetSelection, inputValues, opSelection })
  const given = inputValues === undefined ? options : { ...options, inputValues }
  const stages = backfillStages(whole, job)
  if ("problem" in stages) {
    const named = call.backfillId === undefined ? {} : { backfillId: call.backfillId }
    return yield* new BackfillRefused({ ...named, problem: stages.problem })
  }
  const selection = {
    ...(opSelection === undefined ? {} : { opSelection }),
    ...(assetSelection === undefined ? {} : { assetSelection })
  }
  return yield* runBackfill({
    stages,
    choice: call,
    tags: call.tags,
    start: ({ stage, ...run }) => {
      const ofStage = stages.find((part) => part.stage === stage)?.selection
      const selected = ofStage === undefined ? selection : { assetSelection: ofStage }
      // A re-execution keeps the selection of its run.
      return launchDefinition(whole, { ...given, ...(run.reexecution === undefined ? selected : {}), ...run })
    },
    // What the job says for a partition may be wrong for that one only.
    isOfPartition: (error) =>
      error instanceof ReexecutionError ||
      (job.partitions?.runConfig !== undefined && (error instanceof RunConfigError || error instanceof DefinitionError))
  })
})

/** The mistakes in the names of the options of a call. */
const unknownOption = <O>(call: object, names: OptionNames<O>) => {
  const error = OptionNames.error("backfill", call, names)
  return error === undefined ? Effect.void : Effect.fail(error)
}

const inThisProcess = Effect.fnUntraced(function* (
  job: AnyJob,
  { resources, ...call }: ErasedCall,
  isOfAssets: boolean
) {
  const instance = yield* instanceOf(call.instance)
  // The resources of assets are those of their job.
  const replaced = isOfAssets || resources === undefined ? {} : { resources }
  return yield* Effect.provideContext(
    backfillDefinition(job.definition, { ...call, ...replaced, executor: inProcessExecutor }),
    instance
  )
}, Effect.scoped)

const isPointer = (target: object): target is Reconstructable<AnyJob> => "moduleUrl" in target

/**
 * Makes partitions of assets or of a job, with a run for each. Assets that are made by ranges get a run for each range of
 * partitions that follow one another. A run that fails does not keep others from starting, except those that load what it was
 * to make.
 *
 * The runs have the tag `heddle/backfill` with the id of the backfill. A call with the id of an earlier backfill resumes it: what
 * its runs have made is left out, and those that did not succeed are executed again from their failure.
 *
 * @param target - assets and checks, as for `materialize`, or a job, as for `executeInProcess`, or a reconstructable job, as for
 *   `executeJob`
 * @param options - the partitions, by default all that exist; `backfillId`, `maxConcurrentRuns`, `control`, `onProgress`; and the
 *   options of each run
 * @returns how it ended. Before any run starts, it fails with `BackfillRefused` if the backfill goes on elsewhere or is of other assets,
 *   with `UnknownPartitionKey` or `InvalidPartitionKeyRange` for partitions that do not exist, and as the entry point of the target
 * @since 0.1.0
 * @source Dagster asset backfills
 * @example
 * yield* backfill([visits, growth], { partitionRange: { from: "2026-01-01", to: "2026-06-30" } })
 */
export const backfill: Backfill = ((target: AssetEntries | AnyJob | Reconstructable<AnyJob>, call: ErasedCall = {}) =>
  Effect.gen(function* () {
    if (Array.isArray(target)) {
      yield* unknownOption(call, assetNames)
      return yield* inThisProcess(yield* jobOfAssets(target as AssetEntries, call as never), call, true)
    }
    const one = target as AnyJob | Reconstructable<AnyJob>
    if (!isPointer(one)) {
      yield* unknownOption(call, jobNames)
      return yield* inThisProcess(one, call, false)
    }
    yield* checkPointer(one)
    yield* unknownOption(call, storedNames)
    const location: JobLocation = { moduleUrl: one.moduleUrl, exportName: one.exportName, jobName: one.job.name }
    return yield* backfillDefinition(one.job.definition, { ...call, location })
  })) as unknown as Backfill
