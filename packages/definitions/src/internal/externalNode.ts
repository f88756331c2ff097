import type { Partitions } from "@heddle/partitions/Partitions"
import type * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import type { AssetNode } from "../AssetNode.ts"
import type { AssetDep, AssetInfo } from "../AssetOptions.ts"
import { DefinitionError } from "../DefinitionError.ts"
import type { IOManagerShape } from "../IOManager.ts"
import type { OptionNames } from "../OptionNames.ts"
import { assetSpec, depsOf, keyProblems } from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"
import { readAssetOptions } from "./readAssetOptions.ts"

/** The options of an external asset with their types erased. */
export interface ErasedExternalOptions extends AssetInfo {
  readonly io?: Context.Key<any, IOManagerShape>
  readonly partitions?: Partitions<string>
  readonly deps?: ReadonlyArray<AssetDep>
}

/** The names of the options of an external asset. */
export const externalNames: OptionNames<ErasedExternalOptions> = {
  description: "optional",
  group: "optional",
  owners: "optional",
  kinds: "optional",
  tags: "optional",
  metadata: "optional",
  io: "optional",
  partitions: "optional",
  deps: "optional"
}

/**
 * Makes the node of an external asset, which nothing makes.
 *
 * @throws DefinitionError with every mistake in the key and the options
 */
export const externalNode = (key: string, schema: Schema.Top, given: unknown): AssetNode => {
  const subject = subjectOf("external asset", key)
  const { options, problems } = readAssetOptions<ErasedExternalOptions>(given, externalNames)
  problems.push(...keyProblems(key))
  if (!Schema.isSchema(schema)) problems.push({ place: "schema", message: "it must be a Schema, the second argument" })
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  const spec = assetSpec(
    {
      key,
      kind: "external",
      output: "",
      schema,
      io: options.io,
      required: false,
      deps: depsOf(options.deps),
      partitions: options.partitions,
      codeVersion: undefined
    },
    options
  )
  return {
    _tag: "AssetNode",
    name: key,
    body: undefined,
    inputs: {},
    after: [],
    assets: [spec],
    checks: [],
    canSubset: false,
    hooks: []
  }
}
