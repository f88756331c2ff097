import { AssetKey } from "@heddle/events/AssetKey"
import type { AssetNode, AssetSpec } from "../AssetNode.ts"
import type { AssetDep, AssetStepOptions, CheckInfo } from "../AssetOptions.ts"
import type { OptionNames } from "../OptionNames.ts"
import type { OpDefinition } from "../OpDefinition.ts"
import type { OpContext } from "../OpExecutionContext.ts"
import { checkOutput, checkSpec, dependencies, depsOf, type UpstreamAssets, upstreamInputs } from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"
import { opDefinition, type OpBodyOptions } from "./opDefinition.ts"
import { readAssetOptions } from "./readAssetOptions.ts"

/** The options of a check with their types erased. */
interface ErasedOptions
  extends
    Omit<OpBodyOptions, "tags" | "run" | "timeout" | "idleTimeout" | "codeVersion">,
    CheckInfo,
    Pick<AssetStepOptions, "opTags" | "pool"> {
  readonly loadsValue?: boolean
  readonly input?: string
  readonly inputs?: UpstreamAssets
  readonly additionalDeps?: ReadonlyArray<AssetDep>
  readonly run: (value: unknown, context: OpContext<any, any>, others: object) => unknown
}

const optionNames: OptionNames<ErasedOptions> = {
  blocking: "optional",
  description: "optional",
  metadata: "optional",
  loadsValue: "optional",
  input: "optional",
  inputs: "optional",
  additionalDeps: "optional",
  config: "optional",
  resources: "optional",
  opTags: "optional",
  pool: "optional",
  retry: "optional",
  run: "required"
}

/** The node of a check, its body, and the input that is the value of the asset if the body takes it. */
export interface MadeCheck {
  readonly node: AssetNode
  readonly body: OpDefinition
  readonly input: string | undefined
}

/**
 * Makes the node of a check of an asset.
 *
 * @throws DefinitionError with every mistake in the name and the options
 */
export const checkNode = (asset: AssetSpec, check: string, given: unknown): MadeCheck => {
  const subject = subjectOf("asset check", check)
  const { options, problems } = readAssetOptions<ErasedOptions>(given, optionNames)
  const name = `${AssetKey.toOpName(asset.key)}_${check}`
  const spec = checkSpec(asset, check, "result", options)
  const loads = options.loadsValue !== false
  const input = options.input ?? AssetKey.toOpName(AssetKey.parts(asset.key).at(-1)!)
  if (loads && Object.hasOwn(options.inputs ?? {}, input)) {
    problems.push({ place: `input "${input}"`, message: "it is the value of the asset already: give one another name" })
  }
  const inputs: UpstreamAssets = {
    ...options.inputs,
    ...(loads ? { [input]: { key: asset.key, definition: { spec: asset } } } : {})
  }
  const { run } = options
  const output = checkOutput(spec)
  const body = opDefinition({
    subject,
    name,
    options: {
      ...options,
      tags: options.opTags ?? {},
      run: (values, context) => {
        if (!loads) return run(undefined, context, values)
        const { [input]: value, ...others } = values
        return run(value, context, others)
      }
    },
    problems,
    inputs: upstreamInputs(inputs, asset),
    outputs: [
      { ...output, check: { ...output.check!, ...(asset.backfill === undefined ? {} : { backfill: asset.backfill }) } }
    ],
    returns: "value"
  })
  const node: AssetNode = {
    _tag: "AssetNode",
    name,
    body,
    inputs: dependencies(inputs),
    after: [{ asset: asset.key }, ...depsOf(options.additionalDeps)],
    assets: [],
    checks: [spec],
    canSubset: false,
    hooks: []
  }
  return { node, body, input: loads ? input : undefined }
}
