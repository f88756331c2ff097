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
import type { Asked } from "./PromiseCall.ts"

/** The type of `materialize` as a promise. `Given` are the services that the call provides itself. */
export interface MaterializePromise<Given = never> {
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

/**
 * Makes assets in this process and evaluates their checks.
 *
 * @param assets - assets and checks
 * @param options - as for `materialize` of `heddle`; every service that the assets need must be given
 * @returns a promise of the result; it rejects with the same tagged errors
 * @since 0.1.0
 * @source Dagster materialize
 */
export const materialize: MaterializePromise = asPromise(materializeEffect)

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
