import { AssetKey } from "@heddle/events/AssetKey"
import type { Partitions } from "@heddle/partitions/Partitions"
import * as Schema from "effect/Schema"
import type { AssetNode } from "../AssetNode.ts"
import type { AssetStepOptions, ChecksSpec, MadeAssetInfo } from "../AssetOptions.ts"
import { BackfillPolicy } from "../BackfillPolicy.ts"
import type { OptionNames } from "../OptionNames.ts"
import { Out } from "../Out.ts"
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
import { readAssetOptions } from "./readAssetOptions.ts"

/** The options of an asset with their types erased. */
interface ErasedOptions extends Omit<OpBodyOptions, "tags">, MadeAssetInfo<unknown>, AssetStepOptions {
  readonly inputs?: UpstreamAssets
  readonly output?: Schema.Top
  readonly optional?: boolean
  readonly checks?: ChecksSpec
  readonly partitions?: Partitions<string>
  readonly backfill?: BackfillPolicy
}

const optionNames: OptionNames<ErasedOptions> = {
  description: "optional",
  group: "optional",
  owners: "optional",
  kinds: "optional",
  tags: "optional",
  metadata: "optional",
  deps: "optional",
  io: "optional",
  inputs: "optional",
  output: "optional",
  optional: "optional",
  checks: "optional",
  config: "optional",
  resources: "optional",
  partitions: "optional",
  backfill: "optional",
  opTags: "optional",
  pool: "optional",
  codeVersion: "optional",
  hooks: "optional",
  timeout: "optional",
  idleTimeout: "optional",
  retry: "optional",
  run: "required"
}

/**
 * Makes the node of one asset.
 *
 * @throws DefinitionError with every mistake in the key and the options
 */
export const assetNode = (key: string, given: unknown): AssetNode => {
  const subject = subjectOf("asset", key)
  const { options, problems } = readAssetOptions<ErasedOptions>(given, optionNames)
  problems.push(...keyProblems(key), ...BackfillPolicy.problems(options.backfill, options.partitions !== undefined))
  const name = AssetKey.toOpName(key)
  const inputs = dependencies(options.inputs ?? {})
  const schema = options.output ?? Schema.Void
  const spec = assetSpec(
    {
      key,
      kind: "materializable",
      output: "result",
      schema,
      io: options.io,
      required: options.optional !== true,
      deps: [...Object.values(inputs), ...depsOf(options.deps)],
      partitions: options.partitions,
      ...(options.backfill === undefined ? {} : { backfill: options.backfill }),
      codeVersion: options.codeVersion
    },
    options
  )
  const checks = readChecks(key, options.checks, problems).map(([check, info]) =>
    checkSpec(spec, check, `${name}_${check}`, info)
  )
  const body = opDefinition({
    subject,
    name,
    options: { ...options, tags: options.opTags ?? {} },
    problems,
    inputs: upstreamInputs(options.inputs ?? {}, options),
    outputs: [
      assetOutput(outputDefinition("result", options.optional === true ? Out.optional(schema) : schema), spec),
      ...checks.map(checkOutput)
    ],
    returns: "value"
  })
  return {
    _tag: "AssetNode",
    name,
    body,
    inputs,
    after: [],
    assets: [spec],
    checks,
    canSubset: false,
    hooks: options.hooks ?? []
  }
}
