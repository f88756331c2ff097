import { BackfillPolicy } from "@heddle/definitions/BackfillPolicy"
import { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { JobPartitions } from "@heddle/definitions/JobPartitions"
import { partitionedAssets, partitionsOfJob } from "@heddle/definitions/partitionsOfJob"
import { DIMENSION_TAG, isPartitionTag, PARTITION_TAG, RANGE_TAG } from "@heddle/engine/plan/partitionTag"
import type { RunRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { InvalidOptions } from "@heddle/events/InvalidOptions"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { InvalidPartitionKeyRange } from "@heddle/partitions/InvalidPartitionKeyRange"
import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import type { PartitionMoment, Partitions } from "@heddle/partitions/Partitions"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import type { UnknownPartitionKey } from "@heddle/partitions/UnknownPartitionKey"
import type { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { momentOf } from "./momentOf.ts"
import { JobNotPartitioned } from "./JobNotPartitioned.ts"
import { PartitionRequired } from "./PartitionRequired.ts"
import { RangeNotInOneRun } from "./RangeNotInOneRun.ts"
import type { RunTarget } from "./RunTarget.ts"

/** What a run knows of partitions. */
export interface RunPartitions {
  /** When it looked at them; nothing if the job knows none. */
  readonly moment: RunRequest["partitionMoment"]
  /** The keys of the partitions that it is for, if it is for a range of them. */
  readonly keys: ReadonlyArray<string> | undefined
  /** Tags that say which partitions it is for. */
  readonly tags: { readonly [tag: string]: string }
  /** The run config of the partition. */
  readonly runConfig: unknown
}

/** The partitions that a job knows: its own, and those of its assets. */
const knownPartitions = ({ assets, partitions }: JobDefinition): ReadonlyArray<Partitions<string>> => [
  ...(partitions === undefined ? [] : [partitions.partitions]),
  ...[...(assets?.graph.assets.values() ?? [])].flatMap(({ spec }) => spec.partitions ?? [])
]

/** The tags of a partition: its key, and the key of each dimension if it has several. */
const tagsOf = ({ axes }: PartitionSet<string>, key: string): { readonly [tag: string]: string } => {
  const parts = axes.length === 1 ? [] : key.split("|")
  return {
    [PARTITION_TAG]: key,
    ...Object.fromEntries(parts.map((part, i) => [`${DIMENSION_TAG}${axes[i]!.dimension}`, part]))
  }
}

/** Which partitions a call asks for. */
export interface AskedPartitions {
  /** The key of the partition, if the run is for one. */
  readonly partitionKey?: string | undefined
  /** The first and the last partition, if the run is for a range. */
  readonly partitionRange?: PartitionKeyRange | undefined
  /** Tags that the call or the run that it resumes gives the run. */
  readonly tags?: { readonly [tag: string]: string } | undefined
}

/** The range that a call asks for: one partition is a range of one. Fails with `InvalidOptions`. */
const rangeOf = (
  job: JobDefinition,
  { partitionKey: key, partitionRange: range, tags = {} }: AskedPartitions
): Effect.Effect<PartitionKeyRange | undefined, InvalidOptions> => {
  const check = new OptionCheck(`job "${job.name}"`)
  if (key !== undefined && typeof (key as unknown) !== "string") {
    check.refuse("partitionKey", key, "the key of a partition")
  }
  const { from, to } = (range ?? { from: "", to: "" }) as { readonly from?: unknown; readonly to?: unknown }
  if (typeof from !== "string" || typeof to !== "string") {
    check.refuse("partitionRange", range, "{ from, to }, the keys of the first and the last partition")
  } else if (key !== undefined && range !== undefined) {
    check.refuse("partitionRange", PartitionKeyRange.format(range), "left out where partitionKey is given")
  }
  if (check.error !== undefined) return Effect.fail(check.error)
  if (range !== undefined) return Effect.succeed(range)
  if (key !== undefined) return Effect.succeed({ from: key, to: key })
  const tag = tags[PARTITION_TAG] === undefined ? tags[RANGE_TAG] : undefined
  return Effect.succeed(tag === undefined ? undefined : PartitionKeyRange.parse(tag))
}

/** Why a range cannot be made in one run. */
const refusal = (job: JobDefinition, range: PartitionKeyRange, count: number): RangeNotInOneRun | undefined => {
  const { name: jobName } = job
  if (job.assets === undefined) return new RangeNotInOneRun({ jobName, ...range, count, assets: [] })
  const assets = partitionedAssets(job).flatMap(({ backfill, key: asset }) => {
    const maxPartitionsPerRun = BackfillPolicy.maxPartitionsPerRun(backfill)
    return maxPartitionsPerRun < count ? [{ asset, maxPartitionsPerRun }] : []
  })
  return assets.length === 0 ? undefined : new RangeNotInOneRun({ jobName, ...range, count, assets })
}

/** The partitions of a job. Fails with `DefinitionError` if its assets have partitions of several kinds. */
const ownPartitions = (job: JobDefinition): Effect.Effect<JobPartitions | undefined, DefinitionError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(partitionsOfJob(job))
    } catch (error) {
      return error instanceof DefinitionError ? Effect.fail(error) : Effect.die(error)
    }
  })

/** When a job looks at partitions: now, with the keys of the dynamic ones. Nothing if it knows no partitions. */
export const partitionMoment = Effect.fnUntraced(function* (job: JobDefinition) {
  const known = knownPartitions(job)
  if (known.length === 0) return undefined
  return yield* momentOf(known.map(({ description }) => description))
})

/** The partitions of a job as they are at a moment. Fails with `JobNotPartitioned`, and with `DefinitionError` as its assets have several. */
export const partitionSetOf = Effect.fnUntraced(function* (
  job: JobDefinition,
  asked: string,
  moment: PartitionMoment | undefined
): Effect.fn.Return<
  { readonly own: JobPartitions; readonly set: PartitionSet<string> },
  JobNotPartitioned | DefinitionError
> {
  const own = moment === undefined ? undefined : yield* ownPartitions(job)
  if (own === undefined || moment === undefined) return yield* new JobNotPartitioned({ jobName: job.name, key: asked })
  return { own, set: own.partitions.at(moment) }
})

/**
 * Finds the partitions that a run is for.
 *
 * @param job - the part of the job that the run executes
 * @param asked - the partitions that the call asks for
 * @returns what the run knows of partitions; fails with `JobNotPartitioned`, `UnknownPartitionKey`, `InvalidPartitionKeyRange`,
 *   `RangeNotInOneRun`, `PartitionRequired`, `InvalidOptions`, `StorageError`, or `DefinitionError` if the assets have partitions of several kinds
 */
export const runPartitions = Effect.fnUntraced(function* (
  job: JobDefinition,
  asked: AskedPartitions
): Effect.fn.Return<
  RunPartitions,
  | JobNotPartitioned
  | UnknownPartitionKey
  | InvalidPartitionKeyRange
  | RangeNotInOneRun
  | PartitionRequired
  | DefinitionError
  | InvalidOptions
  | StorageError,
  DynamicPartitions
> {
  const none = { keys: undefined, moment: undefined, tags: {}, runConfig: undefined }
  const range = yield* rangeOf(job, asked)
  const moment = yield* partitionMoment(job)
  if (range === undefined) {
    // Assets of several kinds of partitions cannot run together, whether a run asks for one or not.
    if (moment !== undefined) yield* ownPartitions(job)
    const ranged = partitionedAssets(job).find(({ backfill }) => BackfillPolicy.takesRanges(backfill))
    const isNamed = Object.keys(asked.tags ?? {}).some(isPartitionTag)
    if (ranged === undefined || isNamed) return { ...none, moment }
    return yield* new PartitionRequired({ jobName: job.name, asset: ranged.key })
  }
  const { own, set } = yield* partitionSetOf(job, PartitionKeyRange.format(range), moment)
  if (range.from !== range.to) {
    const subset = yield* Effect.fromResult(PartitionSubset.ofRange(set, range))
    const refused = refusal(job, range, subset.count)
    if (refused !== undefined) return yield* refused
    const keys = [...PartitionSubset.keys(subset)]
    return { ...none, keys, moment, tags: { [RANGE_TAG]: PartitionKeyRange.format(range) } }
  }
  const key = range.from
  yield* Effect.fromResult(set.check([key]))
  const given = <A>(option: "runConfig" | "tags") =>
    Effect.try({
      try: () => own[option]?.(key) as A | undefined,
      catch: (thrown) => {
        const message = `it threw for partition "${key}": ${ErrorInfo.fromUnknown(thrown).message}`
        return new DefinitionError({
          subject: `job "${job.name}"`,
          problems: [{ place: `partitions › ${option}`, message }]
        })
      }
    })
  const tags = yield* given<RunPartitions["tags"]>("tags")
  return { keys: undefined, moment, tags: { ...tagsOf(set, key), ...tags }, runConfig: yield* given("runConfig") }
})

/** A run that is given no run config gets that of its partition. */
export const withRunConfigOf = ({ runConfig }: RunPartitions, target: RunTarget): RunTarget => {
  const given = target.runConfig
  const isGiven = given !== undefined && !(Predicate.isObject(given) && Object.keys(given).length === 0)
  return runConfig === undefined || isGiven ? target : { ...target, runConfig }
}
