import { AssetKey } from "@heddle/events/AssetKey"
import { MetadataValue } from "@heddle/events/MetadataValue"
import type { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { AssetDependency } from "../AssetDependency.ts"
import type { AssetSpec, CheckSpec } from "../AssetNode.ts"
import type { AssetDep, AssetInfo, CheckInfo, ChecksSpec } from "../AssetOptions.ts"
import { BackfillPolicy } from "../BackfillPolicy.ts"
import type { DefinitionProblem } from "../DefinitionError.ts"
import type { IOManagerShape } from "../IOManager.ts"
import type { InputDefinition, OutputDefinition } from "../OpDefinition.ts"
import { OptionNames } from "../OptionNames.ts"

/** An upstream asset as bodies name it, with types erased. */
export type UpstreamAsset =
  | { readonly key: string; readonly definition: { readonly spec: AssetSpec } }
  | {
      readonly _tag: "AssetIn"
      readonly asset: { readonly definition: { readonly spec: AssetSpec } }
      readonly mapping: PartitionMapping<boolean>
    }

/** Upstream assets by input. */
export type UpstreamAssets = { readonly [input: string]: UpstreamAsset }

const specOf = (upstream: UpstreamAsset): AssetSpec =>
  "_tag" in upstream ? upstream.asset.definition.spec : upstream.definition.spec

const mappingOf = (upstream: UpstreamAsset): { readonly mapping?: PartitionMapping<boolean> } =>
  "_tag" in upstream ? { mapping: upstream.mapping } : {}

/** The dependency that an upstream asset is, by input. */
export const dependencies = (inputs: UpstreamAssets): { readonly [input: string]: AssetDependency } =>
  Object.fromEntries(
    Object.entries(inputs).map(([input, upstream]) => [input, { asset: specOf(upstream).key, ...mappingOf(upstream) }])
  )

/**
 * Inputs of a body for the values of upstream assets.
 *
 * @param inputs - the assets by input
 * @param made - the partitions of what the body makes, and how many of them one run makes
 */
export const upstreamInputs = (
  inputs: UpstreamAssets,
  { backfill, partitions }: { readonly [K in "partitions" | "backfill"]?: SpecParts[K] }
): ReadonlyArray<InputDefinition> =>
  Object.entries(inputs).map(([name, upstream]) => {
    const spec = specOf(upstream)
    const isMapped = "_tag" in upstream && upstream.mapping.many
    const isWhole = !("_tag" in upstream) && partitions === undefined
    const many = isMapped || (spec.partitions !== undefined && (isWhole || BackfillPolicy.takesRanges(backfill)))
    // The values of several partitions are checked one by one as they are decoded.
    return {
      name,
      schema: many ? Schema.Unknown : spec.schema,
      asset: dependencies({ name: upstream })["name"]!,
      ...(spec.partitions === undefined ? {} : { partitions: spec.partitions })
    }
  })

/** Assets that are named without loading their values. */
export const depsOf = (deps: ReadonlyArray<AssetDep> | undefined): ReadonlyArray<AssetDependency> =>
  (deps ?? []).map((dep) => ({ asset: typeof dep === "string" ? dep : dep.key }))

/** Each asset once; the one that comes first counts. */
export const distinct = (deps: ReadonlyArray<AssetDependency>): ReadonlyArray<AssetDependency> => {
  const seen = new Set<string>()
  return deps.filter(({ asset }) => !seen.has(asset) && seen.add(asset) !== undefined)
}

/** What of an asset follows from how it is made. */
export interface SpecParts {
  readonly key: string
  readonly kind: AssetSpec["kind"]
  readonly output: string
  readonly schema: Schema.Top
  readonly io: Context.Key<any, IOManagerShape> | undefined
  readonly required: boolean
  readonly deps: ReadonlyArray<AssetDependency>
  readonly partitions: Partitions<string> | undefined
  readonly backfill?: BackfillPolicy | undefined
  readonly codeVersion: string | undefined
}

/** Makes what is known of an asset. */
export const assetSpec = (parts: SpecParts, info: AssetInfo): AssetSpec => ({
  ...parts,
  deps: distinct(parts.deps),
  group: info.group ?? "default",
  owners: info.owners ?? [],
  kinds: info.kinds ?? [],
  tags: info.tags ?? {},
  metadata: info.metadata === undefined ? {} : MetadataValue.fromRecord(info.metadata),
  description: info.description
})

/** What is wrong with a text key. */
export const keyProblems = (key: unknown): ReadonlyArray<DefinitionProblem> => {
  if (typeof key === "string" && AssetKey.is(key)) return []
  const message = `${typeof key === "string" ? `"${key}"` : String(key)} is not a valid key: join its parts by slashes, such as "sales/daily"`
  return [{ place: "", message }]
}

/** The asset as a part of the output that it is. */
export const assetOutput = (output: OutputDefinition, spec: AssetSpec): OutputDefinition => ({
  ...output,
  ...(spec.io === undefined ? {} : { io: spec.io }),
  asset: {
    key: spec.key,
    kind: spec.kind === "observable" ? "observation" : "materialization",
    deps: spec.deps,
    partitions: spec.partitions,
    ...(spec.backfill === undefined ? {} : { backfill: spec.backfill }),
    codeVersion: spec.codeVersion
  }
})

/** Checks by name, as data. */
export const checkInfos = (checks: ChecksSpec | undefined): ReadonlyArray<readonly [name: string, info: CheckInfo]> => {
  if (checks === undefined) return []
  const isNames = (given: ChecksSpec): given is ReadonlyArray<string> => Array.isArray(given)
  return isNames(checks) ? checks.map((name) => [name, {}] as const) : Object.entries(checks)
}

const checkNames: OptionNames<CheckInfo> = { blocking: "optional", description: "optional", metadata: "optional" }

/**
 * Reads the checks that an asset declares.
 *
 * @param asset - text key of the asset
 * @param checks - names, or what is said of each check
 * @param problems - receives unknown options
 */
export const readChecks = (
  asset: string,
  checks: ChecksSpec | undefined,
  problems: Array<DefinitionProblem>
): ReadonlyArray<readonly [name: string, info: CheckInfo]> =>
  checkInfos(checks).map(([name, given]) => {
    const read = OptionNames.read<CheckInfo>(given, checkNames)
    const place = `check "${name}" of asset "${asset}"`
    problems.push(...read.problems.map((problem) => ({ ...problem, place })))
    return [name, read.options] as const
  })

/** Makes what is known of a check. */
export const checkSpec = (
  { key, partitions }: Pick<AssetSpec, "key" | "partitions">,
  name: string,
  output: string,
  info: CheckInfo
): CheckSpec => ({
  asset: key,
  name,
  output,
  partitions,
  blocking: info.blocking ?? false,
  description: info.description,
  metadata: info.metadata === undefined ? {} : MetadataValue.fromRecord(info.metadata)
})

/** The output that is the result of a check. */
export const checkOutput = ({ asset, blocking, name, output, partitions }: CheckSpec): OutputDefinition => ({
  name: output,
  schema: Schema.Unknown,
  required: true,
  dynamic: false,
  io: undefined,
  check: { asset, name, blocking, partitions }
})
