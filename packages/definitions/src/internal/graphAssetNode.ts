import * as Struct from "effect/Struct"
import { AssetKey } from "@heddle/events/AssetKey"
import { StepKey } from "@heddle/events/StepKey"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { AssetDependency } from "../AssetDependency.ts"
import type { AssetNode, AssetSpec, CheckSpec } from "../AssetNode.ts"
import type { AssetDep, ChecksSpec, MadeAssetInfo } from "../AssetOptions.ts"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { GraphUse } from "../Graph.ts"
import type { GraphDefinition } from "../GraphDefinition.ts"
import type { Hook } from "../Hook.ts"
import type { OptionNames } from "../OptionNames.ts"
import {
  assetSpec,
  checkInfos,
  checkSpec,
  dependencies,
  depsOf,
  keyProblems,
  readChecks,
  type UpstreamAssets
} from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"
import { inside, readAssetOptions } from "./readAssetOptions.ts"
import { markGraph, type Producer, producerOf } from "./graphMarks.ts"

/** What can be said of one asset of a graph, with types erased. */
interface OutOptions extends MadeAssetInfo<unknown> {
  readonly key: string
  readonly codeVersion?: string
}

/** The options of assets that a graph makes, with their types erased. */
interface CommonOptions {
  readonly graph: { readonly definition: GraphDefinition; readonly use?: GraphUse }
  readonly inputs?: UpstreamAssets
  readonly deps?: ReadonlyArray<AssetDep>
  readonly partitions?: Partitions<string>
  readonly hooks?: ReadonlyArray<Hook<any>>
}
interface OneOptions extends CommonOptions, Omit<OutOptions, "key"> {
  readonly checks?: ChecksSpec
}
interface ManyOptions extends CommonOptions {
  readonly outputs: { readonly [output: string]: string | OutOptions }
  readonly checks?: { readonly [output: string]: ChecksSpec | undefined }
  readonly canSubset?: boolean
}

const common: OptionNames<CommonOptions> = {
  graph: "required",
  inputs: "optional",
  deps: "optional",
  partitions: "optional",
  hooks: "optional"
}
const info: OptionNames<Omit<OutOptions, "key" | "deps">> = {
  codeVersion: "optional",
  description: "optional",
  group: "optional",
  owners: "optional",
  kinds: "optional",
  tags: "optional",
  metadata: "optional",
  io: "optional"
}
const oneNames: OptionNames<OneOptions> = { ...common, ...info, checks: "optional" }
const manyNames: OptionNames<ManyOptions> = {
  ...common,
  outputs: "required",
  checks: "optional",
  canSubset: "optional"
}
const outNames: OptionNames<OutOptions> = { ...info, key: "required", deps: "optional" }

/** An output of the graph that is an asset, with what is said of it. */
type NamedOutput = readonly [output: string, said: OutOptions]

/** The checks of one asset, each with the output of the graph that is its result. */
interface ChecksOfAsset {
  readonly asset: string
  readonly checks: ChecksSpec | undefined
  readonly outputOf: (check: string) => string
}

const quotedNames = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ") || "none"

/** Works out what the outputs of a graph are: assets, and results of checks. */
class GraphOutputs {
  readonly #graph: GraphDefinition
  readonly #problems: Array<DefinitionProblem>
  readonly #inputs: { readonly [input: string]: AssetDependency }
  readonly #options: CommonOptions
  /** What the outputs of ops are already, by their places in the graph. */
  readonly #taken = new Map<string, string>()

  constructor(
    options: CommonOptions,
    inputs: { readonly [input: string]: AssetDependency },
    problems: Array<DefinitionProblem>
  ) {
    this.#graph = options.graph.definition
    this.#options = options
    this.#inputs = inputs
    this.#problems = problems
  }

  #producer(output: string, place: string, what: string): Producer | undefined {
    const producer = producerOf(this.#graph, output)
    const problem = (message: string): undefined => void this.#problems.push({ place, message })
    if (producer === undefined) {
      return problem(
        Object.hasOwn(this.#graph.outputs, output)
          ? "it must be the one value of an output of an op"
          : `the graph has no such output; it has ${quotedNames(Object.keys(this.#graph.outputs))}`
      )
    }
    const other = this.#taken.get(producer.place)
    if (other !== undefined) return problem(`it is the same output of an op as ${other}: give each one of its own`)
    this.#taken.set(producer.place, what)
    return producer
  }

  /** What is known of the asset that an output is. */
  asset([output, said]: NamedOutput): ReadonlyArray<AssetSpec> {
    const producer = this.#producer(output, `output "${output}"`, `asset "${said.key}"`)
    if (producer === undefined) return []
    const { deps, partitions } = this.#options
    const parts = {
      key: said.key,
      kind: "materializable",
      output,
      schema: producer.output.schema,
      io: said.io ?? producer.output.io,
      required: producer.output.required,
      deps: said.deps === undefined ? [...Object.values(this.#inputs), ...depsOf(deps)] : depsOf(said.deps),
      partitions,
      codeVersion: said.codeVersion
    } as const
    return [assetSpec(parts, said)]
  }

  /** What is known of the checks whose results are outputs. */
  checks({ asset, checks, outputOf }: ChecksOfAsset): ReadonlyArray<CheckSpec> {
    return readChecks(asset, checks, this.#problems).flatMap(([check, info]): ReadonlyArray<CheckSpec> => {
      const place = `check "${check}" of asset "${asset}"`
      if (!StepKey.isName(check)) {
        this.#problems.push({ place, message: "it is not a valid name: use letters, digits and underscores" })
        return []
      }
      const output = outputOf(check)
      const producer = this.#producer(output, `${place} › output "${output}"`, place)
      if (producer === undefined) return []
      if (producer.readers.length > 0) {
        const message = `results of checks are recorded and not kept, so ${quotedNames(producer.readers)} cannot take it: give the op another output for the value`
        this.#problems.push({ place: `${place} › output "${output}"`, message })
      }
      return [checkSpec({ key: asset, partitions: this.#options.partitions }, check, output, info)]
    })
  }
}

/** The one output that is not the result of a check, of a graph that makes one asset. */
const oneOutput = (
  key: string,
  options: OneOptions,
  problems: Array<DefinitionProblem>
): ReadonlyArray<NamedOutput> => {
  // What it depends on is that of its node.
  const said = { ...Struct.omit(options, ["deps"]), key }
  const checks = new Set(checkInfos(options.checks).map(([check]) => check))
  const [output, ...others] = Object.keys(options.graph.definition.outputs).filter((name) => !checks.has(name))
  if (output !== undefined && others.length === 0) return [[output, said]]
  const message =
    output === undefined
      ? "it must have an output that is the asset"
      : `it must have one output that is the asset, and has ${quotedNames([output, ...others])}: name those that are results of checks in checks, or use Asset.graphMulti`
  problems.push({ place: `graph "${options.graph.definition.name}"`, message })
  return []
}

const manyOutputs = ({ outputs }: ManyOptions): ReadonlyArray<NamedOutput> =>
  Object.entries(outputs ?? {}).map(([output, said]) => [
    output,
    typeof said === "string" ? { key: said } : readAssetOptions<OutOptions>(said, outNames).options
  ])

/** The checks of several assets, by the asset that each output is. */
const manyChecks = (
  { checks }: ManyOptions,
  outputs: ReadonlyArray<NamedOutput>,
  problems: Array<DefinitionProblem>
): ReadonlyArray<ChecksOfAsset> =>
  Object.entries(checks ?? {}).flatMap(([output, infos]): ReadonlyArray<ChecksOfAsset> => {
    const asset = outputs.find(([name]) => name === output)?.[1].key
    if (asset !== undefined) return [{ asset, checks: infos, outputOf: (check) => `${output}_${check}` }]
    const message = `there is no such output that is an asset; there are ${quotedNames(outputs.map(([name]) => name))}`
    problems.push({ place: `checks › "${output}"`, message })
    return []
  })

/**
 * Makes the node of one asset, or of several if no key is given, that a graph makes.
 *
 * @throws DefinitionError with every mistake in the key and the options
 */
export const graphAssetNode = (key: string | undefined, given: unknown): AssetNode => {
  const subject = key === undefined ? "graph multi-asset" : subjectOf("graph asset", key)
  const one = key === undefined ? undefined : readAssetOptions<OneOptions>(given, oneNames)
  const many = key === undefined ? readAssetOptions<ManyOptions>(given, manyNames) : undefined
  const { options, problems } = (one ?? many)!
  if (options.graph?.definition?._tag !== "GraphDefinition") {
    problems.push({ place: `"graph"`, message: "it must be a graph of Graph.make" })
    throw new DefinitionError({ subject, problems })
  }
  const graph = options.graph.definition
  const { use } = options.graph
  const inputs = dependencies(options.inputs ?? {})
  for (const input of graph.inputs.filter((name) => !Object.hasOwn(inputs, name))) {
    problems.push({ place: `input "${input}"`, message: `graph "${graph.name}" takes it: give it an asset` })
  }
  for (const input of Object.keys(inputs).filter((name) => !graph.inputs.includes(name))) {
    problems.push({ place: `input "${input}"`, message: `graph "${graph.name}" has no such input` })
  }
  const outputs = one === undefined ? manyOutputs(many!.options) : oneOutput(key!, one.options, problems)
  if (one !== undefined) problems.push(...keyProblems(key))
  else {
    for (const [output, said] of outputs) {
      const place = `output "${output}"`
      const given: unknown = many!.options.outputs[output]
      const wrong = [
        ...keyProblems(said.key),
        ...(typeof given === "string" ? [] : readAssetOptions(given, outNames).problems)
      ]
      problems.push(...wrong.map(inside(place)))
    }
  }
  const checked =
    one === undefined
      ? manyChecks(many!.options, outputs, problems)
      : [{ asset: key!, checks: one.options.checks, outputOf: (check: string) => check }]
  const read = new GraphOutputs(options, inputs, problems)
  const assets = outputs.flatMap((output) => read.asset(output))
  const checks = checked.flatMap((ofAsset) => read.checks(ofAsset))
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  return {
    _tag: "AssetNode",
    name: AssetKey.toOpName(use?.name ?? graph.name),
    body: markGraph(graph, assets, checks),
    unmarked: graph,
    inputs,
    after: depsOf(options.deps),
    assets,
    checks,
    canSubset: many?.options.canSubset ?? false,
    hooks: [...(use?.hooks ?? []), ...(options.hooks ?? [])],
    ...(use?.tags === undefined ? {} : { tags: use.tags })
  }
}
