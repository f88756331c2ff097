import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Flag from "effect/cli/Flag"
import { UsageError } from "../UsageError.ts"
import { partitionFlag } from "./partitionFlag.ts"

/** Flags of the commands that run for one partition or many. */
export const PartitionFlags = {
  partition: partitionFlag,
  partitionRange: Flag.String("partition-range").pipe(
    Flag.withMetavar("<from...to>"),
    Flag.withDescription(
      "Keys of the first and the last partition, such as 2026-01-01...2026-01-31: a run for each partition, or for each range of assets that are made by ranges"
    ),
    Flag.optional
  ),
  singleRun: Flag.Boolean("single-run").pipe(
    Flag.withDescription("Make the partition range in one run, of assets that are made by ranges"),
    Flag.withDefault(false)
  ),
  backfill: Flag.String("backfill").pipe(
    Flag.withMetavar("<id>"),
    Flag.withDescription(
      "Id of the backfill that makes the partition range (default: random). With the id of an earlier one, only what it did not make is made"
    ),
    Flag.optional
  ),
  maxConcurrentRuns: Flag.Int("max-concurrent-runs").pipe(
    Flag.filter(
      (n) => n >= 1,
      () => "Expected a whole number of at least 1"
    ),
    Flag.withMetavar("<n>"),
    Flag.withDescription("Maximum number of runs of a partition range at once (default: 4)"),
    Flag.optional
  )
}

/** What the flags give. */
export interface GivenPartitions {
  readonly partition: Option.Option<string>
  readonly partitionRange: Option.Option<string>
  readonly singleRun: boolean
  readonly backfill: Option.Option<string>
  readonly maxConcurrentRuns: Option.Option<number>
  readonly runId: Option.Option<string>
}

/** The partitions that a command runs for: in one run, or in a run for each. */
export type ChosenPartitions =
  | {
      readonly _tag: "Run"
      readonly partitionKey?: string
      readonly partitionRange?: PartitionKeyRange
    }
  | {
      readonly _tag: "Backfill"
      readonly partitionRange: PartitionKeyRange
      readonly backfillId: string | undefined
      readonly maxConcurrentRuns: number | undefined
    }

/** Reads the flags. Fails with `UsageError`, which holds every problem. */
export const readPartitions = (given: GivenPartitions): Result.Result<ChosenPartitions, UsageError> => {
  const problems: Array<string> = []
  const key = Option.getOrUndefined(given.partition)
  const text = Option.getOrUndefined(given.partitionRange)
  const backfillId = Option.getOrUndefined(given.backfill)
  const maxConcurrentRuns = Option.getOrUndefined(given.maxConcurrentRuns)
  const range = text === undefined ? undefined : PartitionKeyRange.parse(text)
  if (text !== undefined && range === undefined) {
    problems.push(
      `"${text}" is not a range of partitions: join the first and the last key by "...", as in 2026-01-01...2026-01-31`
    )
  }
  if (key !== undefined && text !== undefined) problems.push("--partition and --partition-range exclude each other")
  const ofMany = [
    ...(backfillId === undefined ? [] : ["--backfill"]),
    ...(maxConcurrentRuns === undefined ? [] : ["--max-concurrent-runs"])
  ]
  if (text === undefined) {
    for (const flag of [...(given.singleRun ? ["--single-run"] : []), ...ofMany]) {
      problems.push(`${flag} needs --partition-range`)
    }
  } else if (given.singleRun) for (const flag of ofMany) problems.push(`${flag} and --single-run exclude each other`)
  else if (Option.isSome(given.runId)) problems.push("--run-id is for one run: add --single-run, or leave it out")
  if (problems.length > 0) return Result.fail(new UsageError({ problems }))
  if (range === undefined) return Result.succeed({ _tag: "Run", ...(key === undefined ? {} : { partitionKey: key }) })
  return Result.succeed(
    given.singleRun
      ? { _tag: "Run", partitionRange: range }
      : { _tag: "Backfill", partitionRange: range, backfillId, maxConcurrentRuns }
  )
}
