import type { AssetSelectionInput } from "@heddle/definitions/AssetSelection"
import type { Distinct, Resources } from "@heddle/definitions/Resource"
import type { Instance } from "@heddle/storage/Instance"
import type * as Layer from "effect/Layer"
import type { BackfillChoice } from "./runBackfill.ts"
import type { ExecuteJobOptions } from "./ExecuteJobOptions.ts"
import type { ExecuteInProcessOptions } from "./ExecuteInProcessOptions.ts"
import type { RunOptions } from "./RunOptions.ts"

/** Options of a backfill of assets. */
export interface BackfillAssetsOptions<RunConfig, Rs extends Resources, P, PartitionKey extends string>
  extends BackfillChoice<PartitionKey>, Omit<RunOptions, "runId"> {
  /**
   * The run config of every run. It is required if an asset or a resource needs config.
   *
   * @default {}
   */
  readonly runConfig?: RunConfig
  /**
   * The resources that the assets use, by key.
   *
   * @default {}
   */
  readonly resources?: Rs & Distinct<Rs>
  /**
   * A layer of services for the assets.
   *
   * @default assets get the resources, and the services of the effect
   */
  readonly layer?: Layer.Layer<P, any, never>
  /**
   * A layer of the instance that stores the runs.
   *
   * @default the instance that is provided to the effect, or else one in memory that lives for the call
   */
  readonly instance?: Layer.Layer<Instance, any, never>
  /**
   * The assets and checks to make and evaluate. Assets that are not selected are loaded by their IO manager.
   *
   * @default all assets of the list and their checks
   */
  readonly selection?: AssetSelectionInput
}

/** Options of a backfill of a job in this process. */
export interface BackfillJobOptions<RunConfig, InputValues, Replacements, P>
  extends
    BackfillChoice,
    Omit<
      ExecuteInProcessOptions<RunConfig, InputValues, Replacements, P>,
      "partitionKey" | "partitionRange" | "runId" | "raiseOnError"
    > {}

/** Options of a backfill of a reconstructable job. */
export interface BackfillStoredJobOptions<RunConfig>
  extends
    BackfillChoice,
    Omit<
      ExecuteJobOptions<RunConfig>,
      "partitionKey" | "partitionRange" | "runId" | "raiseOnError" | "reexecution" | "control" | "onEvents"
    > {}
