import type { MetadataInput } from "@heddle/events/MetadataValue"
import type { CheckResult } from "./CheckResult.ts"
import { DefinitionError } from "./DefinitionError.ts"
import { OptionNames } from "./OptionNames.ts"

const MARK = "~heddle/definitions/AssetResult"

/**
 * The value of an asset with what else its body says of it. `A` is the type of the value, and `Checks` are the names of
 * the checks whose results it holds.
 *
 * @since 0.1.0
 * @source Dagster MaterializeResult
 */
export interface AssetResult<out A, Checks extends string = never> {
  readonly [MARK]: true
  /** The value in a list of one, or nothing if the body stored the data itself. */
  readonly value: readonly [] | readonly [A]
  readonly metadata: { readonly [name: string]: MetadataInput }
  readonly dataVersion: string | undefined
  readonly tags: { readonly [key: string]: string }
  readonly checks: { readonly [K in Checks]: CheckResult }
  /** Whether the body left the asset as it is. */
  readonly isSkipped: boolean
}

/**
 * Options of the result of an asset.
 *
 * @since 0.1.0
 */
export interface AssetResultOptions<A, Checks extends string> {
  /**
   * The value, which the IO manager of the asset stores.
   *
   * @default no value: the body has stored the data itself
   */
  readonly value?: A
  /**
   * Metadata of the materialization, by name.
   *
   * @default {}
   * @example
   * Asset.result({ value: rows, metadata: { rows: rows.length } })
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
  /**
   * The version of the data. Downstream assets are stale once it changes.
   *
   * @default computed from the code version and the data versions of the upstream assets
   */
  readonly dataVersion?: string
  /**
   * Tags of the materialization.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * The results of the checks that the asset declares, by name.
   *
   * @default {}
   * @example
   * Asset.result({ value: rows, checks: { not_empty: { passed: rows.length > 0 } } })
   */
  readonly checks?: { readonly [K in Checks]: CheckResult }
}

const optionNames: OptionNames<AssetResultOptions<unknown, string>> = {
  value: "optional",
  metadata: "optional",
  dataVersion: "optional",
  tags: "optional",
  checks: "optional"
}

/** The type of `AssetResult.make`. */
export interface MakeAssetResult {
  <A, const Checks extends string = never>(
    options: AssetResultOptions<A, Checks> & { readonly value: A }
  ): AssetResult<A, Checks>
  <const Checks extends string = never>(options: AssetResultOptions<never, Checks>): AssetResult<void, Checks>
}

/**
 * Constructor of results of assets.
 *
 * @since 0.1.0
 */
export const AssetResult: {
  /**
   * The value of an asset with metadata, tags, a data version or results of checks.
   *
   * @param options - `AssetResultOptions`
   * @throws DefinitionError for an unknown option
   */
  readonly make: MakeAssetResult
  /** The asset is left as it is. */
  readonly skip: AssetResult<never>
  /** Tells whether what a body gave is such a result. */
  readonly is: (value: unknown) => value is AssetResult<unknown, string>
} = {
  make: ((given: AssetResultOptions<unknown, string>): AssetResult<unknown, string> => {
    OptionNames.check<AssetResultOptions<unknown, string>>("result of an asset", given, optionNames)
    const checks: unknown = given.checks
    if (checks !== undefined && (typeof checks !== "object" || checks === null || Array.isArray(checks))) {
      const message = "it must be a record of results, by the names of the checks"
      throw new DefinitionError({ subject: "result of an asset", problems: [{ place: `"checks"`, message }] })
    }
    return {
      [MARK]: true,
      value: Object.hasOwn(given, "value") ? [given.value] : [],
      metadata: given.metadata ?? {},
      dataVersion: given.dataVersion,
      tags: given.tags ?? {},
      checks: given.checks ?? {},
      isSkipped: false
    }
  }) as MakeAssetResult,
  skip: { [MARK]: true, value: [], metadata: {}, dataVersion: undefined, tags: {}, checks: {}, isSkipped: true },
  is: (value): value is AssetResult<unknown, string> => typeof value === "object" && value !== null && MARK in value
}
