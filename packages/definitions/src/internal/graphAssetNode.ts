import * as Struct from "effect/Struct"
import { AssetKey } from "@heddle/events/AssetKey"
import type { Partitions } from "@heddle/partitions/Partitions"
import type { AssetDependency } from "../AssetDependency.ts"
import type { AssetNode, AssetSpec } from "../AssetNode.ts"
import type { AssetDep, MadeAssetInfo } from "../AssetOptions.ts"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { GraphDefinition } from "../GraphDefinition.ts"
import type { Hook } from "../Hook.ts"
import type { OpDefinition, OutputDefinition } from "../OpDefinition.ts"
import { OptionNames } from "../OptionNames.ts"
import { assetOutput, assetSpec, dependencies, depsOf, keyProblems, type UpstreamAssets } from "./assetSpec.ts"
import { subjectOf } from "./definitionArguments.ts"

/** What can be said of one asset of a graph, with types erased. */
interface OutOptions extends MadeAssetInfo<unknown> {
  readonly key: string
  readonly codeVersion?: string
}

/** The options of assets that a graph makes, with their types erased. */
interface CommonOptions {
  readonly graph: { readonly definition: GraphDefinition }
  readonly inputs?: UpstreamAssets
  readonly deps?: ReadonlyArray<AssetDep>
  readonly partitions?: Partitions<string>
  readonly hooks?: ReadonlyArray<Hook<any>>
}
interface OneOptions extends CommonOptions, Omit<OutOptions, "key"> {}
interface ManyOptions extends CommonOptions {
  readonly outputs: { readonly [output: string]: string | OutOptions }
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
const oneNames: OptionNames<OneOptions> = { ...common, ...info }
const manyNames: OptionNames<ManyOptions> = { ...common, outputs: "required", canSubset: "optional" }
const outNames: OptionNames<OutOptions> = { ...info, key: "required", deps: "optional" }

/** Finds the output of an op that an output of a graph is. */
const producerOf = (graph: GraphDefinition, output: string): OutputDefinition | undefined => {
  const wire = graph.outputs[output]
  if (wire === undefined || !("from" in wire)) return undefined
  const body = graph.nodes.find(({ name }) => name === wire.from)?.body
  if (body === undefined) return undefined
  if (body._tag === "GraphDefinition") return producerOf(body, wire.output)
  const found = body.outputs.find(({ name }) => name === wire.output)
  return found?.dynamic === true ? undefined : found
}

/** The graph with an asset on the output of the op that an output of the graph is. */
const withAsset = (graph: GraphDefinition, output: string, spec: AssetSpec): GraphDefinition => {
  const wire = graph.outputs[output]!
  if (!("from" in wire)) return graph
  const mark = (op: OpDefinition): OpDefinition => ({
    ...op,
    ofAssets: true,
    outputs: op.outputs.map((declared) => (declared.name === wire.output ? assetOutput(declared, spec) : declared))
  })
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      node.name !== wire.from
        ? node
        : {
            ...node,
            body: node.body._tag === "OpDefinition" ? mark(node.body) : withAsset(node.body, wire.output, spec)
          }
    )
  }
}

interface Making {
  readonly options: CommonOptions
  readonly inputs: { readonly [input: string]: AssetDependency }
  readonly problems: Array<DefinitionProblem>
}

const specOf = ({ inputs, options, problems }: Making, output: string, said: OutOptions): AssetSpec | undefined => {
  const producer = producerOf(options.graph.definition, output)
  if (producer === undefined) {
    problems.push({
      place: `output "${output}"`,
      message: Object.hasOwn(options.graph.definition.outputs, output)
        ? "it must be the one value of an output of an op"
        : `the graph has no such output; it has ${
            Object.keys(options.graph.definition.outputs)
              .map((name) => `"${name}"`)
              .join(", ") || "none"
          }`
    })
    return undefined
  }
  return assetSpec(
    {
      key: said.key,
      kind: "materializable",
      output,
      schema: producer.schema,
      io: said.io ?? producer.io,
      required: producer.required,
      deps: said.deps === undefined ? [...Object.values(inputs), ...depsOf(options.deps)] : depsOf(said.deps),
      partitions: options.partitions,
      codeVersion: said.codeVersion
    },
    said
  )
}

type NamedOutput = readonly [output: string, said: OutOptions]

/** The one output of a graph that makes one asset. */
const oneOutput = (key: string, options: OneOptions): NamedOutput => {
  // What it depends on is that of its node.
  const said = Struct.omit(options, ["deps"])
  const [output = "result", ...others] = Object.keys(said.graph.definition.outputs)
  return [others.length === 0 ? output : "result", { ...said, key }]
}

const manyOutputs = ({ outputs }: ManyOptions): ReadonlyArray<NamedOutput> =>
  Object.entries(outputs ?? {}).map(([output, said]) => [output, typeof said === "string" ? { key: said } : said])

/**
 * Makes the node of one asset, or of several if no key is given, that a graph makes.
 *
 * @throws DefinitionError with every mistake in the key and the options
 */
export const graphAssetNode = (key: string | undefined, given: unknown): AssetNode => {
  const subject = key === undefined ? "graph multi-asset" : subjectOf("graph asset", key)
  const one = key === undefined ? undefined : OptionNames.read<OneOptions>(given, oneNames)
  const many = key === undefined ? OptionNames.read<ManyOptions>(given, manyNames) : undefined
  const { options, problems } = (one ?? many)!
  if (options.graph?.definition?._tag !== "GraphDefinition") {
    problems.push({ place: `"graph"`, message: "it must be a graph of Graph.make" })
    throw new DefinitionError({ subject, problems })
  }
  let graph = options.graph.definition
  const inputs = dependencies(options.inputs ?? {})
  for (const input of graph.inputs.filter((name) => !Object.hasOwn(inputs, name))) {
    problems.push({ place: `input "${input}"`, message: `graph "${graph.name}" takes it: give it an asset` })
  }
  for (const input of Object.keys(inputs).filter((name) => !graph.inputs.includes(name))) {
    problems.push({ place: `input "${input}"`, message: `graph "${graph.name}" has no such input` })
  }
  const outputs = one === undefined ? manyOutputs(many!.options) : [oneOutput(key!, one.options)]
  const specs = outputs.flatMap(([output, said]): ReadonlyArray<AssetSpec> => {
    const place = one === undefined ? `output "${output}"` : ""
    problems.push(...keyProblems(said.key).map((problem) => ({ ...problem, place })))
    if (one === undefined) {
      problems.push(...OptionNames.read(said, outNames).problems.map((problem) => ({ ...problem, place })))
    }
    const spec = specOf({ options, inputs, problems }, output, said)
    if (spec === undefined) return []
    graph = withAsset(graph, output, spec)
    return [spec]
  })
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  return {
    _tag: "AssetNode",
    name: AssetKey.toOpName(graph.name),
    body: graph,
    inputs,
    after: depsOf(options.deps),
    assets: specs,
    checks: [],
    canSubset: many?.options.canSubset ?? false,
    hooks: options.hooks ?? []
  }
}
