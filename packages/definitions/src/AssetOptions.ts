import type { MetadataInput } from "@heddle/events/MetadataValue"
import type * as Context from "effect/Context"
import type { Hook } from "./Hook.ts"
import type { IOManagerShape } from "./IOManager.ts"

/** What an asset depends on without loading its value: an asset, or its text key. */
export type AssetDep = string | { readonly key: string }

/**
 * What can be said of any asset.
 *
 * @since 0.1.0
 * @source Dagster AssetSpec
 */
export interface AssetInfo {
  /**
   * What the asset is, for its readers.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * The group that the asset is listed and selected in.
   *
   * @default "default"
   */
  readonly group?: string
  /**
   * The people and teams who answer for the asset.
   *
   * @default []
   * @example
   * { owners: ["ana@example.com", "team:finance"] }
   */
  readonly owners?: ReadonlyArray<string>
  /**
   * What kinds of things the asset is.
   *
   * @default []
   * @example
   * { kinds: ["table", "duckdb"] }
   */
  readonly kinds?: ReadonlyArray<string>
  /**
   * Tags of the asset, by which it can be selected.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * Metadata of the definition. Metadata of a materialization is given by the body.
   *
   * @default {}
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
}

/** What can be said of an asset that a body makes. */
export interface MadeAssetInfo<IO> extends AssetInfo {
  /**
   * Upstream assets that must be materialized first, and whose values the body does not receive.
   *
   * @default []
   */
  readonly deps?: ReadonlyArray<AssetDep>
  /**
   * The service of the IO manager that stores the value.
   *
   * @default the default IO manager
   */
  readonly io?: Context.Key<IO, IOManagerShape>
}

/** What can be said of a check. */
export interface CheckInfo {
  /**
   * Whether downstream assets are held back when the check fails with severity `ERROR`.
   *
   * @default false
   */
  readonly blocking?: boolean
  /**
   * What the check looks for.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * Metadata of the definition.
   *
   * @default {}
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
}

/** Checks by name: a list of names, or what can be said of each. */
export type ChecksSpec = ReadonlyArray<string> | { readonly [name: string]: CheckInfo }
/** The names of checks. */
export type CheckNames<Ck> = Ck extends ReadonlyArray<infer N extends string> ? N : keyof Ck & string

/** What can be said of the step of an asset. */
export interface AssetStepOptions {
  /**
   * Tags of the step. Limits on concurrency by tag apply to it.
   *
   * @default {}
   */
  readonly opTags?: { readonly [key: string]: string }
  /**
   * The pool that limits how many steps run at once, across all runs of the instance.
   *
   * @default no pool
   */
  readonly pool?: string
  /**
   * The version of the body, in any notation. Assets are stale once it changes.
   *
   * @default no version: each run counts as a new version
   */
  readonly codeVersion?: string
  /**
   * Hooks that run after the step.
   *
   * @default []
   */
  readonly hooks?: ReadonlyArray<Hook<never>>
}
