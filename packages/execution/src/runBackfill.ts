import { describe } from "@heddle/definitions/describe"
import { PARTITION_TAG, RANGE_TAG } from "@heddle/engine/plan/partitionTag"
import { makePlan } from "@heddle/engine/plan/makePlan"
import { ReexecutionOptions } from "@heddle/engine/run/ReexecutionOptions"
import type { EventListener, RunControl } from "@heddle/engine/run/RunControl"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import type { HeddleEvent } from "@heddle/events/HeddleEvent"
import { OptionCheck } from "@heddle/events/OptionCheck"
import { RunStatus } from "@heddle/events/RunStatus"
import { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import { RunStorage } from "@heddle/storage/RunStorage"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { BackfillControl } from "./BackfillControl.ts"
import type { BackfillProgress, BackfillResult, BackfillRun } from "./BackfillProgress.ts"
import { BackfillRefused } from "./BackfillRefused.ts"
import type { BackfillStage, StagePart } from "./BackfillStage.ts"
import { BackfillUnit, type EarlierRun } from "./BackfillUnit.ts"
import { InvalidRunId } from "./InvalidRunId.ts"
import { partitionMoment, partitionSetOf } from "./runPartitions.ts"
import { Runs } from "./Runs.ts"

/** Tag of the runs of a backfill: its id. */
export const BACKFILL_TAG = "heddle/backfill"

/** Tag of a run of a backfill that is for no partitions: `before` or `after` them. */
const STAGE_TAG = `${BACKFILL_TAG}Stage`

/** How many runs of a backfill go on at once where nothing else is said. */
const CONCURRENT_RUNS = 4

/** Which partitions a backfill makes, and how. */
export interface BackfillChoice<PartitionKey extends string = string> {
  /**
   * The keys of the partitions to make.
   *
   * @default those of `partitionRange`, or else all partitions that exist
   */
  readonly partitions?: ReadonlyArray<PartitionKey>
  /**
   * The first and the last of the partitions to make.
   *
   * @default those of `partitions`, or else all partitions that exist
   */
  readonly partitionRange?: PartitionKeyRange<PartitionKey>
  /**
   * The id of the backfill. With that of an earlier one, what its runs have made is left out, and those that did not succeed are
   * executed again from their failure.
   *
   * @default a random UUID
   */
  readonly backfillId?: string
  /**
   * How many runs may go on at once: an integer ≥ 1.
   *
   * @default 4
   */
  readonly maxConcurrentRuns?: number
  /**
   * A control that can cancel the backfill.
   *
   * @default the backfill can only be cancelled by an interrupt, or run by run
   */
  readonly control?: BackfillControl
  /**
   * A function that hears how the backfill goes on.
   *
   * @default no listener
   */
  readonly onProgress?: (progress: BackfillProgress) => void
}

/** What a run of a backfill is started with. */
export interface BackfillStart {
  readonly stage: BackfillStage
  readonly partitionKey?: string
  readonly partitionRange?: PartitionKeyRange
  readonly reexecution?: ReexecutionOptions
  readonly tags: { readonly [tag: string]: string }
  readonly control: RunControl
  readonly onEvents: EventListener
}

/** A run that has been recorded. */
export interface BackfillStarted<E> {
  readonly runId: string
  readonly ended: Effect.Effect<unknown, E>
}

/** A backfill whose runs are started by whoever knows how. */
export interface BackfillParts<E, R> {
  /** The parts of the job that are run, in order; one of them has the partitions. */
  readonly stages: ReadonlyArray<StagePart>
  readonly choice: BackfillChoice
  /** Tags of each run. */
  readonly tags: { readonly [tag: string]: string } | undefined
  /** Starts a run. Leaving the scope cancels it. */
  readonly start: (run: BackfillStart) => Effect.Effect<BackfillStarted<E>, E, R | Scope.Scope>
  /** Tells whether an error that kept a run from starting is about its partition, so that others may go on. */
  readonly isOfPartition: (error: E) => boolean
}

/** How many runs of a backfill are listed at a time. */
const PAGE = 500

const rangeOfTags = (tags: { readonly [tag: string]: string }): PartitionKeyRange | undefined => {
  const key = tags[PARTITION_TAG]
  if (key !== undefined) return { from: key, to: key }
  return tags[RANGE_TAG] === undefined ? undefined : PartitionKeyRange.parse(tags[RANGE_TAG])
}

/**
 * Reads the runs that a backfill has made before, the newest of each range.
 *
 * @returns the runs, the newest first; fails with `BackfillRefused` if one goes on, or if they are of other assets or ops
 */
const earlierRuns = Effect.fnUntraced(function* (backfillId: string, stages: ReadonlyArray<StagePart>) {
  const found = new Map<string, EarlierRun>()
  let after: string | undefined
  const checked = new Set<BackfillStage>()
  do {
    const page = yield* Runs.list({ tags: { [BACKFILL_TAG]: backfillId }, limit: PAGE, after })
    for (const { runId, status, tags } of page.runs) {
      const range = rangeOfTags(tags)
      const stage = range !== undefined ? "partitions" : tags[STAGE_TAG] === "before" ? "before" : "after"
      if (!checked.has(stage)) {
        yield* requireSame(
          backfillId,
          stages.find((part) => part.stage === stage),
          runId
        )
      }
      checked.add(stage)
      if (status !== "LOST" && !RunStatus.isFinished(status)) {
        const problem = `its run "${runId}" goes on, its status is ${status}: cancel it, or wait until it ends`
        return yield* new BackfillRefused({ backfillId, problem })
      }
      const name = range === undefined ? stage : PartitionKeyRange.format(range)
      const place = `${stage} ${name}`
      if (!found.has(place)) found.set(place, { runId, range, stage, isSuccess: status === "SUCCESS" })
    }
    after = page.next
  } while (after !== undefined)
  return [...found.values()]
})

/** Requires that a run of a backfill was of the same assets and ops, for only then is what it made what is to be made. */
const requireSame = Effect.fnUntraced(function* (backfillId: string, part: StagePart | undefined, runId: string) {
  const snapshot = yield* RunStorage.use((storage) => storage.snapshot(runId))
  const steps = (of: typeof snapshot): string =>
    makePlan(of)
      .steps.map(({ key }) => key)
      .toSorted()
      .join(", ")
  const before = steps(snapshot)
  if (part === undefined) {
    const problem = `it has a run of the steps ${before}, which are not selected now: resume it with the same selection, or start another`
    return yield* new BackfillRefused({ backfillId, problem })
  }
  const now = steps(describe(part.job))
  const { name } = part.job
  if (snapshot.name === name && before === now) return
  const problem =
    snapshot.name === name
      ? `its runs have the steps ${before}, and not ${now}: resume it with the same selection, or start another`
      : `its runs are of job "${snapshot.name}", and not of "${name}": start another`
  return yield* new BackfillRefused({ backfillId, problem })
})

/** The partitions that are asked for: by default all. */
const askedOf = Effect.fnUntraced(function* (
  set: PartitionSet<string>,
  { partitionRange, partitions }: BackfillChoice
) {
  if (partitions !== undefined) return yield* Effect.fromResult(PartitionSubset.of(set, partitions))
  if (partitionRange !== undefined) return yield* Effect.fromResult(PartitionSubset.ofRange(set, partitionRange))
  return PartitionSubset.all(set)
})

/** What is wrong with the options of a backfill. */
const checkChoice = ({ maxConcurrentRuns, partitionRange, partitions }: BackfillChoice) => {
  const check = new OptionCheck("backfill").wholeNumber("maxConcurrentRuns", maxConcurrentRuns, 1)
  const isKey = (key: unknown): boolean => typeof key === "string"
  if (partitions !== undefined && !(Array.isArray(partitions) && partitions.every(isKey))) {
    check.refuse("partitions", partitions, "an array of keys")
  }
  if (partitionRange !== undefined && !(isKey(partitionRange?.from) && isKey(partitionRange?.to))) {
    check.refuse("partitionRange", partitionRange, "{ from, to }, the keys of the first and the last partition")
  }
  if (partitions !== undefined && partitionRange !== undefined) {
    check.refuse("partitionRange", "both", "left out where partitions are given")
  }
  return check.error
}

/** Hears how a run ends. */
class RunEnd {
  status: RunStatus = RunStatus.initial
  #stepError: ErrorInfo | undefined
  #runError: ErrorInfo | undefined

  readonly hear = (events: ReadonlyArray<HeddleEvent>): void => {
    for (const event of events) {
      this.status = RunStatus.after(this.status, event)
      if (event._tag === "STEP_FAILURE") this.#stepError ??= event.error
      if (event._tag === "RUN_FAILURE" || event._tag === "RUN_CANCELED") this.#runError = event.error
    }
  }

  of(runId: string, made: Pick<BackfillRun, "partitions" | "assets">): BackfillRun {
    const error = this.#stepError ?? this.#runError
    const told = this.status === "SUCCESS" || error === undefined ? {} : { error }
    return { ...made, runId, status: this.status, ...told }
  }
}

/**
 * Makes partitions in several runs. What earlier runs of the backfill made is left out.
 *
 * @param parts - the job, the partitions, and how a run is started
 * @returns how it ended. Fails with `BackfillRefused`, `JobNotPartitioned`, `UnknownPartitionKey`, `InvalidPartitionKeyRange`,
 *   `InvalidOptions`, `DefinitionError`, `StorageError`, and with what keeps any run from starting
 */
export const runBackfill = Effect.fnUntraced(function* <E, R>({
  choice,
  isOfPartition,
  stages,
  start,
  tags
}: BackfillParts<E, R>) {
  const { job } = stages.find(({ stage }) => stage === "partitions") ?? stages[0]!
  const { backfillId = globalThis.crypto.randomUUID(), control = new BackfillControl(), onProgress } = choice
  const invalid = checkChoice(choice)
  if (invalid !== undefined) return yield* invalid
  const invalidId = InvalidRunId.of(backfillId)
  if (invalidId !== undefined)
    return yield* new BackfillRefused({ backfillId, problem: `as an id, ${invalidId.problem}` })
  const moment = yield* partitionMoment(job)
  const { set } = yield* partitionSetOf(job, "a backfill", moment)
  const asked = yield* askedOf(set, choice)
  const earlier = choice.backfillId === undefined ? [] : yield* earlierRuns(backfillId, stages)
  const { done, units } = BackfillUnit.divide(
    job,
    stages.map(({ stage }) => stage),
    asked,
    earlier
  )
  const waitsFor = BackfillUnit.dependencies(job, set, moment!, units)
  onProgress?.({
    _tag: "BackfillStarted",
    backfillId,
    partitions: asked.count,
    skipped: done.length,
    runs: units.length
  })
  // Whether each unit was made, for those that wait for it.
  const made = units.map(() => Deferred.makeUnsafe<boolean>())

  /** What a unit makes. */
  const subjectOf = ({ keys, stage }: BackfillUnit): Pick<BackfillRun, "partitions" | "assets"> => {
    const assets = stages.find((part) => part.stage === stage)?.assets ?? []
    return stage === "partitions" ? { partitions: keys } : { partitions: [], assets }
  }

  const notStarted = (unit: BackfillUnit, error: ErrorInfo): BackfillRun => {
    const run: BackfillRun = { ...subjectOf(unit), status: "NOT_STARTED", error }
    onProgress?.({ _tag: "RunEnded", ...run })
    return run
  }

  const execute = (unit: BackfillUnit): Effect.Effect<BackfillRun, E, R> =>
    Effect.suspend(() => {
      const end = new RunEnd()
      const { keys, parentRunId, range, stage } = unit
      const partitions = keys.length === 1 ? { partitionKey: keys[0]! } : range && { partitionRange: range }
      const what = parentRunId === undefined ? partitions : { reexecution: ReexecutionOptions.fromFailure(parentRunId) }
      const run = Effect.gen(function* () {
        const held = control.begin()
        yield* Effect.addFinalizer(() => Effect.sync(held.end))
        const started = yield* start({
          ...what,
          stage,
          tags: { ...tags, [BACKFILL_TAG]: backfillId, ...(stage === "partitions" ? {} : { [STAGE_TAG]: stage }) },
          control: held.control,
          onEvents: end.hear
        })
        const { ended, runId } = started
        const from = parentRunId === undefined ? {} : { parentRunId }
        onProgress?.({ _tag: "RunStarted", runId, ...subjectOf(unit), ...from })
        yield* ended
        const result = end.of(runId, subjectOf(unit))
        onProgress?.({ _tag: "RunEnded", ...result })
        return result
      })
      return Effect.scoped(run).pipe(
        Effect.catchIf(isOfPartition, (error) => Effect.sync(() => notStarted(unit, ErrorInfo.fromUnknown(error))))
      )
    })

  const runUnit = Effect.fnUntraced(function* (unit: BackfillUnit, i: number) {
    for (const other of waitsFor[i]!) {
      if (yield* Deferred.await(made[other]!)) continue
      if (control.isCanceling) break
      const { assets, partitions } = subjectOf(units[other]!)
      const needed = assets === undefined ? `partition "${partitions[0]}"` : `asset "${assets.join('", "')}"`
      const message = `it needs ${needed}, which this backfill did not make`
      return notStarted(unit, { name: "UpstreamNotMade", message })
    }
    if (control.isCanceling) return { ...subjectOf(unit), status: "NOT_STARTED" } satisfies BackfillRun
    return yield* execute(unit)
  })

  const runs = yield* Effect.forEach(
    units,
    (unit, i) => Effect.tap(runUnit(unit, i), ({ status }) => Deferred.succeed(made[i]!, status === "SUCCESS")),
    { concurrency: choice.maxConcurrentRuns ?? CONCURRENT_RUNS }
  )
  const keysOf = (of: ReadonlyArray<BackfillRun>) => of.flatMap(({ partitions }) => partitions)
  const failed = keysOf(runs.filter(({ status }) => status !== "SUCCESS"))
  const success = runs.every(({ status }) => status === "SUCCESS")
  return {
    backfillId,
    success,
    canceled: control.isCanceling && !success,
    made: keysOf(runs.filter(({ status }) => status === "SUCCESS")),
    skipped: done,
    failed,
    runs
  } satisfies BackfillResult
})
