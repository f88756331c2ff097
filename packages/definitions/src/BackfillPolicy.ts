import type { DefinitionProblem } from "./DefinitionError.ts"

/**
 * How many partitions of an asset one run makes.
 *
 * - `"multiRun"`: one.
 * - `"singleRun"`: any number, as a range.
 * - `maxPartitionsPerRun`: a range of at most so many.
 *
 * @since 0.1.0
 * @source Dagster BackfillPolicy
 */
export type BackfillPolicy = "multiRun" | "singleRun" | { readonly maxPartitionsPerRun: number }

/** Only a type: marks the partitions of an asset that is made by ranges. */
export interface ByRange {
  readonly "~heddle/byRange": true
}

/** The partitions `P` of an asset with the policy `B`. */
export type MadeBy<P, B> = [B] extends ["multiRun" | undefined] ? P : P & ByRange

/** The value that the body of an asset with partitions `P` gives and checks receive: a map if it is made by ranges. */
export type RangedValue<A, P> = [P] extends [ByRange] ? ([void] extends [A] ? A : ReadonlyMap<string, A>) : A

/** The value of one partition, of what a run has of an asset. */
export type PartitionValue<V> = V extends ReadonlyMap<string, infer A> ? A : V

/**
 * Readings of backfill policies.
 *
 * @since 0.1.0
 */
export const BackfillPolicy = {
  /**
   * Tells whether bodies receive and give maps from partition key to value, also for one partition. They do unless the policy is
   * `"multiRun"`.
   */
  takesRanges: (policy: BackfillPolicy | undefined): boolean => policy !== undefined && policy !== "multiRun",

  /** How many partitions one run may make: a whole number ≥ 1, or `Infinity`. */
  maxPartitionsPerRun: (policy: BackfillPolicy | undefined): number =>
    policy === undefined || policy === "multiRun" ? 1 : policy === "singleRun" ? Infinity : policy.maxPartitionsPerRun,

  /**
   * What is wrong with a policy that code without types gives.
   *
   * @param policy - the option `backfill`
   * @param isPartitioned - whether the asset has partitions
   */
  problems: (policy: unknown, isPartitioned: boolean): ReadonlyArray<DefinitionProblem> => {
    if (policy === undefined) return []
    const place = "backfill"
    const { maxPartitionsPerRun } = (typeof policy === "object" && policy !== null ? policy : {}) as {
      readonly maxPartitionsPerRun?: unknown
    }
    const isValid =
      policy === "multiRun" ||
      policy === "singleRun" ||
      (typeof maxPartitionsPerRun === "number" && Number.isSafeInteger(maxPartitionsPerRun) && maxPartitionsPerRun >= 1)
    if (!isValid) {
      const message =
        'it must be "multiRun", "singleRun" or { maxPartitionsPerRun }, where maxPartitionsPerRun is a whole number of at least 1'
      return [{ place, message }]
    }
    return isPartitioned ? [] : [{ place, message: "it is for partitions, and there are none: give partitions too" }]
  }
}
