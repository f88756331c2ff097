import type { AssetEntries, EntriesConfig, EntriesNeeds, EntriesUpstream } from "@heddle/definitions/AssetEntries"
import type { AnyJob, Job } from "@heddle/definitions/Job"
import type { MissingUpstream, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Reconstructable } from "@heddle/definitions/Reconstructable"
import type { Provides, Replace, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import type { Fields, Values } from "@heddle/definitions/Wiring"
import type {
  BackfillAssetsOptions,
  BackfillJobOptions,
  BackfillStoredJobOptions
} from "@heddle/execution/BackfillOptions"
import type { BackfillResult } from "@heddle/execution/BackfillProgress"
import type { CallRunConfig } from "@heddle/execution/ExecuteInProcessOptions"
import type { JobAsks } from "@heddle/execution/ExecuteJobOptions"
import type { PartitionKeyOf } from "@heddle/execution/materialize"
import type { RunConfigOfJob } from "@heddle/execution/RunConfigOfJob"
import * as Effect from "effect/Effect"
import { backfill as backfillEffect } from "./backfill.ts"
import type { MaterializeInstance } from "./materializePromise.ts"
import { type InstanceChoice, openInstance } from "./openInstance.ts"
import type { Asked } from "./PromiseCall.ts"

/** The type of `backfill` as a promise. */
export interface BackfillPromise {
  /** Makes partitions of assets in this process. */
  <const As extends AssetEntries, Rs extends Resources = {}, P = never, const K extends PropertyKey = never, O = {}>(
    assets: As,
    options?: BackfillAssetsOptions<
      RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>,
      Rs,
      P,
      PartitionKeyOf<As> & string
    > &
      MaterializeInstance &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: [EntriesUpstream<As>] extends [never]
      ? Asked<
          "assets",
          Exclude<EntriesNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P>,
          OptionsGiven<K, O, {} extends RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}> ? never : "runConfig">
        >
      : MissingUpstream<EntriesUpstream<As>>
  ): Promise<BackfillResult>
  /** Runs a reconstructable job for partitions, in the instance of the home folder. */
  <J extends AnyJob, const K extends PropertyKey = never, O = {}>(
    pointer: Reconstructable<J>,
    options?: BackfillStoredJobOptions<RunConfigOfJob<J>> & InstanceChoice & Named<K, JobAsks<J>> & Seen<O>,
    ...missing: OptionsGiven<K, O, JobAsks<J>>
  ): Promise<BackfillResult>
  /** Runs a job for partitions in this process. */
  <
    const JobName extends string,
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
    job: Job<JobName, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    options?: BackfillJobOptions<
      CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution>,
      Partial<Values<JI>> & Named<InputNames, keyof JI>,
      Replace<Rs> & Named<Replaced, keyof Rs>,
      P
    > &
      Named<K, "runConfig"> &
      Seen<O>,
    ...missing: Asked<
      JobName,
      Exclude<R | ResourceNeeds<Omit<Rs, Replaced>>, Provides<Rs> | P>,
      OptionsGiven<
        K,
        O,
        {} extends CallRunConfig<JI, Preset, InputNames, Cfg, Rs, Replaced, Execution> ? never : "runConfig"
      >
    >
  ): Promise<BackfillResult>
}

type Erased = (target: object, options: unknown) => Effect.Effect<BackfillResult, unknown>

const run = async (
  target: object,
  options: InstanceChoice & { readonly [option: string]: unknown } = {}
): Promise<BackfillResult> => {
  const effect = backfillEffect as unknown as Erased
  const { home, instance, ...rest } = options
  const isKept = "moduleUrl" in target || (Array.isArray(target) && (home !== undefined || instance !== undefined))
  if (!isKept) return Effect.runPromise(effect(target, options))
  const context = await openInstance({ home, instance })
  return Effect.runPromise(Effect.provideContext(effect(target, rest), context))
}

/**
 * Makes partitions of assets or of a job, with a run for each.
 *
 * @param target - assets and checks, a job, or a reconstructable job
 * @param options - as for `backfill` of `heddle`; every service that is needed must be given. For assets and a reconstructable job also
 *   `home`, the home folder that keeps values and events, or `instance` in its stead. Without them, assets are kept in memory until the
 *   call ends
 * @returns a promise of how it ended; it rejects with the same tagged errors
 * @since 0.1.0
 * @source Dagster asset backfills
 */
export const backfill: BackfillPromise = run as unknown as BackfillPromise
