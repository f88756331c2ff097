import { BackfillPolicy } from "@heddle/definitions/BackfillPolicy"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { PartitionKeyRange } from "@heddle/partitions/PartitionKeyRange"
import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { PartitionMoment } from "@heddle/partitions/Partitions"
import type { PartitionSet } from "@heddle/partitions/PartitionSet"
import { PartitionSubset } from "@heddle/partitions/PartitionSubset"
import * as Result from "effect/Result"
import type { BackfillStage } from "./BackfillStage.ts"
import { partitionedAssets } from "@heddle/definitions/partitionsOfJob"

/** What one run of a backfill makes. */
export interface BackfillUnit {
  /** Nothing for assets without partitions. */
  readonly range: PartitionKeyRange | undefined
  /** The keys of the range, in order. */
  readonly keys: ReadonlyArray<string>
  /** The earlier run of the backfill that it goes on from. */
  readonly parentRunId: string | undefined
  /** Which assets it makes; those without partitions are for no keys. */
  readonly stage: BackfillStage
}

/** A run that the backfill has made before, the newest of its range. */
export interface EarlierRun {
  readonly runId: string
  /** Nothing for a run of assets without partitions. */
  readonly range: PartitionKeyRange | undefined
  readonly stage: BackfillStage
  readonly isSuccess: boolean
}

/** What a backfill is divided into. */
export interface BackfillUnits {
  /** In the order of their first partitions. */
  readonly units: ReadonlyArray<BackfillUnit>
  /** The partitions that earlier runs of the backfill have made. */
  readonly done: ReadonlyArray<string>
}

/** How many partitions one run of a job may make: as few as any of its assets allows, and one for a job of ops. */
const maxPartitionsPerRun = (job: JobDefinition): number => {
  const limits = partitionedAssets(job).map(({ backfill }) => BackfillPolicy.maxPartitionsPerRun(backfill))
  return limits.length === 0 ? 1 : Math.min(...limits)
}

const keysOfRange = (set: PartitionSet<string>, range: PartitionKeyRange): ReadonlyArray<string> => {
  if (range.from === range.to) return set.has(range.from) ? [range.from] : []
  const subset = PartitionSubset.ofRange(set, range)
  // A range of an earlier run may hold keys that are gone meanwhile.
  return Result.isSuccess(subset) ? [...PartitionSubset.keys(subset.success)] : []
}

/** The range that all of some partitions are; nothing if there are others between them. */
const wholeRange = (set: PartitionSet<string>, keys: ReadonlyArray<string>): PartitionKeyRange | undefined => {
  if (keys.length === 0) return undefined
  const range = { from: keys[0]!, to: keys.at(-1)! }
  const found = PartitionSubset.ofRange(set, range)
  return Result.isSuccess(found) && found.success.count === keys.length ? range : undefined
}

/** Divides partitions into ranges of a few that follow one another. */
const rangesOf = (
  subset: PartitionSubset<string>,
  most: number
): ReadonlyArray<Pick<BackfillUnit, "range" | "keys">> => {
  const { set } = subset
  const all = [...PartitionSubset.keys(subset)]
  if (most === 1) return all.map((key) => ({ range: { from: key, to: key }, keys: [key] }))
  const whole = all.length <= most ? wholeRange(set, all) : undefined
  if (whole !== undefined) return [{ range: whole, keys: all }]
  return PartitionSubset.keyRanges(subset).flatMap((range) => {
    const keys = keysOfRange(set, range)
    const size = Math.min(most, keys.length)
    return Array.from({ length: Math.ceil(keys.length / size) }, (_, i) => {
      const part = keys.slice(i * size, (i + 1) * size)
      return { range: { from: part[0]!, to: part.at(-1)! }, keys: part }
    })
  })
}

/**
 * Divides a backfill into runs. What earlier runs have made is left out; those that did not succeed are gone on from.
 *
 * @param job - the part of the job that makes the partitions
 * @param stages - which runs there are beside those of partitions
 * @param asked - the partitions to make
 * @param earlier - the runs that the backfill made before, the newest first
 */
const divide = (
  job: JobDefinition,
  stages: ReadonlyArray<BackfillStage>,
  asked: PartitionSubset<string>,
  earlier: ReadonlyArray<EarlierRun>
): BackfillUnits => {
  const { set } = asked
  const ranged = earlier.flatMap(({ range, ...run }) => (range === undefined ? [] : [{ range, ...run }]))
  const made = ranged.filter(({ isSuccess }) => isSuccess).flatMap(({ range }) => keysOfRange(set, range))
  const subsetOf = (keys: ReadonlyArray<string>) => Result.getOrThrow(PartitionSubset.of(set, keys))
  const done = PartitionSubset.intersection(asked, subsetOf(made))
  const open = PartitionSubset.difference(asked, done)
  const units: Array<BackfillUnit> = []
  const resumed = new Set<string>()
  for (const { isSuccess, range, runId } of ranged) {
    const keys = isSuccess ? [] : keysOfRange(set, range)
    if (keys.length === 0 || !keys.every((key) => PartitionSubset.has(open, key) && !resumed.has(key))) continue
    units.push({ range, keys, parentRunId: runId, stage: "partitions" })
    for (const key of keys) resumed.add(key)
  }
  const left = PartitionSubset.difference(open, subsetOf([...resumed]))
  for (const unit of rangesOf(left, maxPartitionsPerRun(job))) {
    units.push({ ...unit, parentRunId: undefined, stage: "partitions" })
  }
  const places = new Map(units.map((unit) => [unit, set.indexOf(unit.keys[0]!)!]))
  const sorted = units.toSorted((a, b) => places.get(a)! - places.get(b)!)
  /** The run of assets without partitions, unless it was made before and nothing that it needs is made again. */
  const once = (stage: "before" | "after"): ReadonlyArray<BackfillUnit> => {
    if (!stages.includes(stage)) return []
    const last = earlier.find((run) => run.stage === stage)
    if (last?.isSuccess === true && (stage === "before" || sorted.length === 0)) return []
    const parentRunId = last?.isSuccess === false ? last.runId : undefined
    return [{ range: undefined, keys: [], parentRunId, stage }]
  }
  return { units: [...once("before"), ...sorted, ...once("after")], done: [...PartitionSubset.keys(done)] }
}

/**
 * Finds which earlier units each unit has to wait for, because they make partitions that it loads.
 *
 * @param job - the part of the job that is run
 * @param set - the partitions
 * @param moment - when they were looked at
 * @param units - the units
 * @returns for each unit the numbers of others, all of them smaller than its own
 */
const dependencies = (
  job: JobDefinition,
  set: PartitionSet<string>,
  moment: PartitionMoment,
  units: ReadonlyArray<BackfillUnit>
): ReadonlyArray<ReadonlyArray<number>> => {
  const specs = partitionedAssets(job)
  const made = new Map(specs.map((spec) => [spec.key, spec]))
  const mappings = specs.flatMap(({ deps, partitions }) =>
    deps.flatMap(({ asset, mapping }) => {
      const upstream = made.get(asset)?.partitions
      if (upstream === undefined) return []
      const chosen = mapping ?? Result.getOrUndefined(PartitionMapping.infer(partitions, upstream))
      return chosen === undefined || chosen.description._tag === "identity" ? [] : [{ chosen, up: upstream.at(moment) }]
    })
  )
  const first = units[0]?.stage === "before" ? [0] : []
  const unitOf = new Map(units.flatMap(({ keys }, i) => keys.map((key) => [key, i] as const)))
  return units.map(({ keys, stage }, i) => {
    if (stage === "before") return []
    if (stage === "after") return Array.from({ length: i }, (_, other) => other)
    if (mappings.length === 0) return first
    const own = Result.getOrThrow(PartitionSubset.of(set, keys))
    const needed = new Set<number>(first)
    for (const { chosen, up } of mappings) {
      const found = PartitionMapping.upstream(chosen, own, up)
      if (Result.isFailure(found)) continue
      for (const key of PartitionSubset.keys(found.success.subset)) {
        const unit = unitOf.get(key)
        if (unit !== undefined && unit < i) needed.add(unit)
      }
    }
    return [...needed]
  })
}

/** How a backfill is divided into runs. */
export const BackfillUnit = { divide, dependencies }
