import { AssetKey } from "@heddle/events/AssetKey"
import type { Partitions } from "@heddle/partitions/Partitions"
import * as Schema from "effect/Schema"
import type { AssetNode, AssetSpec } from "../AssetNode.ts"
import type { AssetDep, AssetStepOptions, ChecksSpec, MadeAssetInfo } from "../AssetOptions.ts"
import type { OutputDefinition } from "../OpDefinition.ts"
import { BackfillPolicy } from "../BackfillPolicy.ts"
import type { OptionNames } from "../OptionNames.ts"
import type { OutSpec } from "../Out.ts"
import {
  assetOutput,
  assetSpec,
  checkOutput,
  checkSpec,
  dependencies,
  depsOf,
  keyProblems,
  readChecks,
  type UpstreamAssets,
  upstreamInputs
} from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"
import { opDefinition, type OpBodyOptions, outputDefinition } from "./opDefinition.ts"
import { inside, readAssetOptions } from "./readAssetOptions.ts"

/** What can be said of one of several assets, with types erased. */
interface OutOptions extends MadeAssetInfo<unknown> {
  readonly key?: string
  readonly codeVersion?: string
}

type ErasedOut = OutSpec | { readonly _tag: "AssetOut"; readonly spec: OutSpec; readonly options: OutOptions }

/** The options of several assets with their types erased. */
interface ErasedOptions extends Omit<OpBodyOptions, "tags" | "timeout" | "idleTimeout">, AssetStepOptions {
  readonly inputs?: UpstreamAssets
  readonly deps?: ReadonlyArray<AssetDep>
  readonly outputs: { readonly [output: string]: ErasedOut }
  readonly checks?: { readonly [output: string]: ChecksSpec | undefined }
  readonly canSubset?: boolean
  readonly group?: string
  readonly partitions?: Partitions<string>
  readonly backfill?: BackfillPolicy
}

const optionNames: OptionNames<ErasedOptions> = {
  description: "optional",
  inputs: "optional",
  deps: "optional",
  outputs: "required",
  checks: "optional",
  canSubset: "optional",
  group: "optional",
  config: "optional",
  resources: "optional",
  partitions: "optional",
  backfill: "optional",
  opTags: "optional",
  pool: "optional",
  codeVersion: "optional",
  hooks: "optional",
  retry: "optional",
  run: "required"
}

const outNames: OptionNames<OutOptions> = {
  key: "optional",
  codeVersion: "optional",
  description: "optional",
  group: "optional",
  owners: "optional",
  kinds: "optional",
  tags: "optional",
  metadata: "optional",
  deps: "optional",
  io: "optional"
}

/** Whether an output is declared by a schema or an `Out`. */
const isSpec = (spec: unknown): boolean =>
  Schema.isSchema(spec) ||
  (typeof spec === "object" &&
    spec !== null &&
    "_tag" in spec &&
    ["Optional", "Dynamic", "Stored"].includes(String(spec._tag)))

const readOut = (out: ErasedOut): { readonly spec: OutSpec; readonly options: OutOptions } =>
  typeof out === "object" && out !== null && "_tag" in out && out._tag === "AssetOut"
    ? out
    : { spec: out as OutSpec, options: {} }

/**
 * Makes the node of several assets that one body makes.
 *
 * @throws DefinitionError with every mistake in the name and the options
 */
export const multiAssetNode = (name: string, given: unknown): AssetNode => {
  const subject = subjectOf("multi-asset", name)
  const { options, problems } = readAssetOptions<ErasedOptions>(given, optionNames)
  const inputs = dependencies(options.inputs ?? {})
  problems.push(...BackfillPolicy.problems(options.backfill, options.partitions !== undefined))
  const outer = [...Object.values(inputs), ...depsOf(options.deps)]
  const outputs: Array<OutputDefinition> = []
  const assets = Object.entries(options.outputs ?? {}).map(([output, out]): AssetSpec => {
    const { options: given, spec: declared } = readOut(out)
    const place = `output "${output}"`
    const { options: said, problems: wrong } = readAssetOptions<OutOptions>(given, outNames)
    const key = said.key ?? output
    problems.push(...[...keyProblems(key), ...wrong].map(inside(place)))
    if (!isSpec(declared)) problems.push({ place, message: "it must be a Schema, an Out or an Asset.out" })
    const definition = outputDefinition(AssetKey.toOpName(output), isSpec(declared) ? declared : Schema.Unknown)
    if (definition.dynamic) problems.push({ place, message: "it is dynamic: an asset has one value" })
    const spec = assetSpec(
      {
        key,
        kind: "materializable",
        output: definition.name,
        schema: definition.schema,
        io: said.io ?? definition.io,
        required: definition.required,
        // Without a word of its own each asset depends on all that the body takes.
        deps: said.deps === undefined ? outer : depsOf(said.deps),
        partitions: options.partitions,
        ...(options.backfill === undefined ? {} : { backfill: options.backfill }),
        codeVersion: said.codeVersion ?? options.codeVersion
      },
      { ...said, group: said.group ?? options.group ?? "default" }
    )
    outputs.push(assetOutput(definition, spec))
    return spec
  })
  if (assets.length === 0 && options.outputs !== undefined) {
    problems.push({ place: `"outputs"`, message: "it must name at least one asset" })
  }
  const checks = Object.entries(options.checks ?? {}).flatMap(([output, infos]) => {
    const spec = assets.find((asset) => asset.output === AssetKey.toOpName(output))
    if (spec === undefined) {
      problems.push({ place: `checks › "${output}"`, message: "there is no such output" })
      return []
    }
    return readChecks(spec.key, infos, problems).map(([check, info]) =>
      checkSpec(spec, check, `${AssetKey.toOpName(spec.key)}_${check}`, info)
    )
  })
  const body = opDefinition({
    subject,
    name,
    options: { ...options, tags: options.opTags ?? {} },
    problems,
    inputs: upstreamInputs(options.inputs ?? {}, options),
    outputs: [...outputs, ...checks.map(checkOutput)],
    returns: "record"
  })
  return {
    _tag: "AssetNode",
    name,
    body,
    inputs,
    after: depsOf(options.deps),
    assets,
    checks,
    canSubset: options.canSubset ?? false,
    hooks: options.hooks ?? []
  }
}
