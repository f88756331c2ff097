import { DefinitionError } from "@heddle/definitions/DefinitionError"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { partitionsOfJob } from "@heddle/definitions/partitionsOfJob"
import { DIMENSION_TAG, PARTITION_TAG } from "@heddle/engine/plan/partitionTag"
import type { RunRequest } from "@heddle/engine/wire/StepRequest"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { InvalidOptions } from "@heddle/events/InvalidOptions"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { UnknownPartitionKey } from "@heddle/partitions/UnknownPartitionKey"
import { DynamicPartitions } from "@heddle/storage/DynamicPartitions"
import type { StorageError } from "@heddle/storage/StorageError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { JobNotPartitioned } from "./JobNotPartitioned.ts"
import type { RunTarget } from "./RunTarget.ts"

/** What a run knows of partitions. */
export interface RunPartitions {
  /** When it looked at them; nothing if the job knows none. */
  readonly moment: RunRequest["partitionMoment"]
  /** Tags that say which partition it is for. */
  readonly tags: { readonly [tag: string]: string }
  /** The run config of the partition. */
  readonly runConfig: unknown
}

/** Names of the dynamic partitions in partitions. */
const dynamicNames = ({ description }: Partitions<string>): ReadonlyArray<string> => {
  const dimensions = description._tag === "multi" ? Object.values(description.dimensions) : [description]
  return dimensions.flatMap((each) => (each._tag === "dynamic" ? [each.name] : []))
}

/** The partitions that a job knows: its own, and those of its assets. */
const knownPartitions = ({ assets, partitions }: JobDefinition): ReadonlyArray<Partitions<string>> => [
  ...(partitions === undefined ? [] : [partitions.partitions]),
  ...[...(assets?.graph.assets.values() ?? [])].flatMap(({ spec }) => spec.partitions ?? [])
]

/** The keys of dynamic partitions, by name. */
const dynamicKeys = Effect.fnUntraced(function* (known: ReadonlyArray<Partitions<string>>) {
  const names = [...new Set(known.flatMap(dynamicNames))]
  if (names.length === 0) return {}
  const { list } = yield* DynamicPartitions
  const entries = yield* Effect.forEach(names, (name) => Effect.map(list(name), (keys) => [name, keys] as const))
  return { dynamic: Object.fromEntries(entries) }
})

/** The tags of a partition: its key, and the key of each dimension if it has several. */
const tagsOf = ({ axes }: PartitionSet<string>, key: string): { readonly [tag: string]: string } => {
  const parts = axes.length === 1 ? [] : key.split("|")
  return {
    [PARTITION_TAG]: key,
    ...Object.fromEntries(parts.map((part, i) => [`${DIMENSION_TAG}${axes[i]!.dimension}`, part]))
  }
}

/**
 * Finds the partition that a run is for.
 *
 * @param job - the part of the job that the run executes
 * @param key - the key of the partition, if the run is for one
 * @returns what the run knows of partitions; fails with `JobNotPartitioned`, `UnknownPartitionKey`, `InvalidOptions`, `StorageError`, or
 *   `DefinitionError` if the assets have partitions of several kinds
 */
export const runPartitions = Effect.fnUntraced(function* (
  job: JobDefinition,
  key: string | undefined
): Effect.fn.Return<
  RunPartitions,
  JobNotPartitioned | UnknownPartitionKey | DefinitionError | InvalidOptions | StorageError,
  DynamicPartitions
> {
  const none = { moment: undefined, tags: {}, runConfig: undefined }
  if (key !== undefined && typeof (key as unknown) !== "string") {
    return yield* new OptionCheck(`job "${job.name}"`).refuse("partitionKey", key, "the key of a partition").error!
  }
  const known = knownPartitions(job)
  if (known.length === 0) {
    return key === undefined ? none : yield* new JobNotPartitioned({ jobName: job.name, key })
  }
  const own = yield* Effect.suspend(() => {
    try {
      return Effect.succeed(partitionsOfJob(job))
    } catch (error) {
      return error instanceof DefinitionError ? Effect.fail(error) : Effect.die(error)
    }
  })
  const moment = { now: (yield* Clock.Clock).currentTimeMillisUnsafe(), ...(yield* dynamicKeys(known)) }
  if (key === undefined) return { ...none, moment }
  if (own === undefined) return yield* new JobNotPartitioned({ jobName: job.name, key })
  const set = own.partitions.at(moment)
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
  return { moment, tags: { ...tagsOf(set, key), ...tags }, runConfig: yield* given("runConfig") }
})

/** A run that is given no run config gets that of its partition. */
export const withRunConfigOf = ({ runConfig }: RunPartitions, target: RunTarget): RunTarget => {
  const given = target.runConfig
  const isGiven = given !== undefined && !(Predicate.isObject(given) && Object.keys(given).length === 0)
  return runConfig === undefined || isGiven ? target : { ...target, runConfig }
}
