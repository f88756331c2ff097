import type {
  AssetEntries,
  EntriesConfig,
  EntriesErrors,
  EntriesNeeds,
  EntriesUpstream,
  EntriesValues
} from "@heddle/definitions/AssetEntries"
import type { MissingUpstream, Named, OptionsGiven, Seen } from "@heddle/definitions/Missing"
import type { Provides, ResourceConfig, ResourceNeeds, Resources } from "@heddle/definitions/Resource"
import type { RunConfigOf } from "@heddle/definitions/RunConfigOf"
import {
  type AnyIOManager,
  type MaterializeNeeds,
  type MaterializeOptions,
  type MaterializeResult,
  materialize as materializeEffect,
  materializeToMemory as materializeToMemoryEffect,
  type PartitionKeyOf
} from "@heddle/execution/materialize"
import * as Effect from "effect/Effect"
import { type InstanceChoice, openInstance } from "./openInstance.ts"
import type { Asked } from "./PromiseCall.ts"

/** Where `materialize` as a promise keeps values and events. */
export interface MaterializeInstance {
  /**
   * The home folder in which values and events are kept.
   *
   * @default they are kept in memory until the call ends
   */
  readonly home?: string
  /**
   * A layer of the instance that keeps them, in place of a home folder.
   *
   * @default they are kept in memory until the call ends
   */
  readonly instance?: InstanceChoice["instance"]
}

/**
 * The type of `materialize` as a promise. `Given` are the services that the call provides itself, and `Kept` are its options of
 * where values are kept.
 */
export interface MaterializePromise<Given = never, Kept = {}> {
  <
    const As extends AssetEntries,
    Rs extends Resources = {},
    P = never,
    const K extends PropertyKey = never,
    O = {},
    const Raise extends boolean = false
  >(
    assets: As,
    options?: MaterializeOptions<
      RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>,
      Rs,
      P,
      PartitionKeyOf<As>,
      Raise
    > &
      Kept &
      Named<
        K,
        "runConfig" | ([PartitionKeyOf<As>] extends [never] ? never : "partitionKey" | "partitionRange" | "selection")
      > &
      Seen<O>,
    ...missing: [EntriesUpstream<As>] extends [never]
      ? Asked<
          "assets",
          Exclude<EntriesNeeds<As> | ResourceNeeds<Rs>, Provides<Rs> | P | Given>,
          OptionsGiven<
            K,
            O,
            MaterializeNeeds<RunConfigOf<EntriesConfig<As>, ResourceConfig<Rs>, {}>, PartitionKeyOf<As>, K>
          >
        >
      : MissingUpstream<EntriesUpstream<As>>
  ): Promise<MaterializeResult<EntriesValues<As>, EntriesErrors<As>, Raise>>
}

/** The signature above rejects calls with missing services, so none are missing here. */
const asPromise = <Given>(make: unknown): MaterializePromise<Given> =>
  ((...args: ReadonlyArray<unknown>) =>
    Effect.runPromise(
      Reflect.apply(make as () => Effect.Effect<unknown>, undefined, args)
    )) as unknown as MaterializePromise<Given>

const run = async (
  assets: AssetEntries,
  { home, instance, ...options }: MaterializeInstance = {},
  ...others: ReadonlyArray<unknown>
): Promise<unknown> => {
  const call = Reflect.apply(materializeEffect as () => Effect.Effect<unknown>, undefined, [assets, options, ...others])
  if (home === undefined && instance === undefined) return Effect.runPromise(call)
  return Effect.runPromise(Effect.provideContext(call, await openInstance({ home, instance })))
}

/**
 * Makes assets in this process and evaluates their checks.
 *
 * @param assets - assets and checks
 * @param options - as for `materialize` of `heddle`; every service that the assets need must be given. `home`: the home folder
 *   that keeps values and events, or `instance` in its stead
 * @returns a promise of the result; it rejects with the same tagged errors
 * @since 0.1.0
 * @source Dagster materialize
 */
export const materialize: MaterializePromise<never, MaterializeInstance> = run as unknown as MaterializePromise<
  never,
  MaterializeInstance
>

/**
 * Makes assets in this process and keeps every value in memory.
 *
 * @param assets - assets and checks
 * @param options - as for `materializeToMemory` of `heddle`; every service that the assets need must be given
 * @returns a promise of the result; it rejects with the same tagged errors
 * @since 0.1.0
 * @source Dagster materialize_to_memory
 */
export const materializeToMemory: MaterializePromise<AnyIOManager> = asPromise(materializeToMemoryEffect)
