import type { AssetEntries, EntriesConfig, EntriesErrors, EntriesNeeds, EntriesUpstream } from "./AssetEntries.ts"
import type { AssetSelectionInput } from "./AssetSelection.ts"
import type { ExecutionOf } from "./ExecutionConfig.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "./ExecutorDeclaration.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import { assetJobDefinition } from "./internal/assetJobDefinition.ts"
import { subjectOf } from "./internal/definitionArguments.ts"
import type { Job, JobOptions } from "./Job.ts"
import type { MissingUpstream } from "./Missing.ts"
import { OptionNames } from "./OptionNames.ts"
import type { Resources } from "./Resource.ts"

/**
 * Options of a job of assets.
 *
 * @since 0.1.0
 */
export interface AssetJobOptions<
  As extends AssetEntries,
  Sel extends AssetSelectionInput,
  Rs extends Resources,
  Hs extends ReadonlyArray<Hook<any>>,
  X extends ExecutorDeclaration | OfferedExecutors
> extends Omit<JobOptions<Rs, {}, {}, Hs, X>, "inputs" | "inputValues"> {
  /** The assets and checks that the job knows. A run may be asked for any of them. */
  readonly assets: As
  /**
   * The assets and checks that a run of the job makes and evaluates, if the run is not asked for others.
   *
   * @default all assets that a run can materialize, and their checks
   * @example
   * { selection: "group:finance or sales/daily+" }
   * { selection: AssetSelection.downstream(prices) }
   */
  readonly selection?: Sel
}

const optionNames: OptionNames<
  AssetJobOptions<AssetEntries, AssetSelectionInput, {}, ReadonlyArray<Hook<any>>, ExecutorDeclaration>
> = {
  assets: "required",
  selection: "optional",
  description: "optional",
  resources: "optional",
  tags: "optional",
  runTags: "optional",
  retry: "optional",
  hooks: "optional",
  loggers: "optional",
  executor: "optional"
}

interface MakeAssetJob {
  <
    const Name extends string,
    const As extends AssetEntries,
    const Sel extends AssetSelectionInput = never,
    Rs extends Resources = {},
    const Hs extends ReadonlyArray<Hook<any>> = [],
    const X extends ExecutorDeclaration | OfferedExecutors = never
  >(
    name: Name,
    options: AssetJobOptions<As, Sel, Rs, Hs, X>,
    ..._missing: [EntriesUpstream<As>] extends [never] ? [] : MissingUpstream<EntriesUpstream<As>>
  ): Job<
    Name,
    {},
    never,
    void,
    EntriesErrors<As>,
    EntriesNeeds<As> | HooksNeeds<Hs>,
    [Sel] extends [never] ? EntriesConfig<As> : Partial<EntriesConfig<As>>,
    Rs,
    ExecutionOf<X>
  >
}

/**
 * Constructor of jobs of assets.
 *
 * @since 0.1.0
 * @source Dagster define_asset_job
 */
export const AssetJob: {
  /**
   * Makes a job whose runs make and check assets.
   *
   * @param name - name of the job, of letters, digits and underscores
   * @param options - `AssetJobOptions`
   * @throws DefinitionError with every mistake in the assets, and AssetSelectionError for a selection that cannot be meant
   */
  readonly make: MakeAssetJob
} = {
  make: ((name: string, given: unknown) => {
    const subject = subjectOf("job", name)
    OptionNames.check(subject, given, optionNames)
    const definition = assetJobDefinition(name, given)
    // The types of a job are only types.
    return { name, resources: definition.resources, definition }
  }) as unknown as MakeAssetJob
}
