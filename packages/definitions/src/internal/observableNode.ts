import { AssetKey } from "@heddle/events/AssetKey"
import * as Schema from "effect/Schema"
import type { AssetNode } from "../AssetNode.ts"
import type { OptionNames } from "../OptionNames.ts"
import type { OpContext, Tags } from "../OpExecutionContext.ts"
import { assetOutput, assetSpec, depsOf, keyProblems } from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"
import { externalNames, type ErasedExternalOptions } from "./externalNode.ts"
import { opDefinition } from "./opDefinition.ts"
import { readAssetOptions } from "./readAssetOptions.ts"

/** The options of an observable asset with their types erased. */
interface ErasedOptions extends ErasedExternalOptions {
  readonly schema?: Schema.Top
  readonly resources?: Tags
  readonly observe: (context: OpContext<any, any>) => unknown
}

const optionNames: OptionNames<ErasedOptions> = {
  ...externalNames,
  schema: "optional",
  resources: "optional",
  observe: "required"
}

/**
 * Makes the node of an asset that runs observe.
 *
 * @throws DefinitionError with every mistake in the key and the options
 */
export const observableNode = (key: string, given: unknown): AssetNode => {
  const subject = subjectOf("observable asset", key)
  const { options, problems } = readAssetOptions<ErasedOptions>(given, optionNames)
  problems.push(...keyProblems(key))
  const name = AssetKey.toOpName(key)
  const spec = assetSpec(
    {
      key,
      kind: "observable",
      output: "result",
      schema: options.schema ?? Schema.Void,
      io: options.io,
      required: true,
      deps: depsOf(options.deps),
      partitions: options.partitions,
      codeVersion: undefined
    },
    options
  )
  const { description, observe, resources } = options
  const body = opDefinition({
    subject,
    name,
    options: {
      ...(description === undefined ? {} : { description }),
      ...(resources === undefined ? {} : { resources }),
      run: (_, context) => observe(context)
    },
    problems,
    inputs: [],
    // What an observation gives is told, and not stored.
    outputs: [
      assetOutput({ name: "result", schema: Schema.Unknown, required: true, dynamic: false, io: undefined }, spec)
    ],
    returns: "value"
  })
  return {
    _tag: "AssetNode",
    name,
    body,
    inputs: {},
    after: [],
    assets: [spec],
    checks: [],
    canSubset: false,
    hooks: []
  }
}
