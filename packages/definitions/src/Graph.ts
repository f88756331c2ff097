import { ConfigNode } from "@heddle/config/ConfigNode"
import { checkGraph } from "./internal/checkGraph.ts"
import { checkConstant } from "./internal/checkConstant.ts"
import { nodesShape } from "./internal/opsShape.ts"
import { checkMapping, optionsAndBody, subjectOf } from "./internal/definitionArguments.ts"
import { OptionNames } from "./OptionNames.ts"
import { compose, invoke, type Use } from "./internal/compose.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { GraphDefinition } from "./GraphDefinition.ts"
import type { Handle, Handles } from "./Handle.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import type { AnyInvocation, ConfigOf, ErrorOf, Invocation, NeedsOf } from "./Invocation.ts"
import type { Named } from "./Missing.ts"
import type { GraphDescription, NodeBody, NodeDescription } from "./NodeDescription.ts"
import type { MappedConfig, OpsNode } from "./RunConfigOf.ts"
import type * as Schema from "effect/Schema"
import type { UseOptions } from "./UseOptions.ts"
import type { Entry, Fields, NodeConfig, OpenInputs, Wired, Wires } from "./Wiring.ts"

/** A name of a graph, and what is said of one use of it. */
export interface GraphUse {
  readonly name: string
  readonly tags?: { readonly [key: string]: string }
  readonly hooks?: ReadonlyArray<Hook<any>>
}

/**
 * Ops and graphs wired to each other, to be used like an op. Called in a graph body it wires one use.
 *
 * @since 0.1.0
 * @source Dagster GraphDefinition
 */
export interface Graph<Name extends string, I extends Fields, H, E, R, Cfg> extends NodeBody {
  readonly definition: GraphDefinition
  /** How `as` and `with` say that it is used. */
  readonly use: GraphUse
  /** Wires one use into a graph body. */
  <const W extends Wires<I> = Wires<I>, const K extends keyof I = never>(
    inputs?: W & Named<K, keyof I>,
    ...missing: Wired<I, W, K>
  ): Invocation<
    H,
    E,
    R,
    Entry<Name, ([keyof Cfg] extends [never] ? {} : OpsNode<Cfg>) & NodeConfig<void, OpenInputs<I, W>>>,
    Name
  >
  /** Options of one use; its hooks run after every step inside. */
  with<const A extends string = Name, const Hs extends ReadonlyArray<Hook<any>> = []>(
    use: UseOptions<A, Hs>
  ): Graph<A, I, H, E, R | HooksNeeds<Hs>, Cfg>
  /** The same graph under another name, for a second use in one graph. */
  as<const A extends string>(name: A): Graph<A, I, H, E, R, Cfg>
}

const useNames: OptionNames<UseOptions<string, []>> = {
  name: "optional",
  tags: "optional",
  hooks: "optional",
  after: "optional"
}

const fromDefinition = (definition: GraphDefinition, use: Use): Graph<string, any, any, any, never, any> =>
  Object.assign((wires?: { readonly [input: string]: unknown }) => invoke({ definition }, use, wires), {
    definition,
    use,
    with: (given: unknown) =>
      fromDefinition(definition, { ...use, ...OptionNames.parse(`graph "${use.name}"`, given, useNames) }),
    as: (name: string) => fromDefinition(definition, { ...use, name })
  }) as unknown as Graph<string, any, any, any, never, any>

type Configured = {
  <Name extends string, I extends Fields, H, E, R, Cfg, C extends Schema.Top>(
    graph: Graph<Name, I, H, E, R, Cfg>,
    mapping: { readonly config: C; readonly to: (config: C["Type"]) => Cfg }
  ): Graph<Name, I, H, E, R, MappedConfig<C["Encoded"]>>
  <Name extends string, I extends Fields, H, E, R, Cfg>(
    graph: Graph<Name, I, H, E, R, Cfg>,
    mapping: { readonly constant: Cfg }
  ): Graph<Name, I, H, E, R, MappedConfig<void>>
}

const descriptionNames: OptionNames<GraphDescription> = {
  name: "required",
  description: "optional",
  nodes: "required",
  inputs: "optional",
  outputs: "optional"
}

const nodeNames: OptionNames<NodeDescription> = {
  name: "required",
  node: "required",
  inputs: "optional",
  after: "optional",
  tags: "optional",
  hooks: "optional",
  retry: "optional"
}

/** Throws `DefinitionError` when the description of a graph, or of one of its nodes, has unknown or missing fields. */
const checkDescription = (subject: string, description: GraphDescription): void => {
  OptionNames.check(subject, description, descriptionNames)
  const problems = description.nodes.flatMap((node) =>
    OptionNames.read(node, nodeNames).problems.map((problem) => ({ ...problem, place: `node "${node.name}"` }))
  )
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
}

/**
 * Options of a graph.
 *
 * @since 0.1.0
 */
export interface GraphOptions<I extends Fields> {
  /**
   * The schema of each input, by name. The body receives one handle for each.
   *
   * @default {}
   * @example
   * Graph.make("double", { inputs: { n: Schema.Number } }, function* ({ n }) {
   *   return yield* add({ a: n, b: n })
   * })
   */
  readonly inputs?: I
  /**
   * What the graph does, for readers of the job.
   *
   * @default no description
   */
  readonly description?: string
}

const optionNames: OptionNames<GraphOptions<Fields>> = { inputs: "optional", description: "optional" }

/** The body of a graph: a generator function whose `yield*` adds uses of ops and graphs. */
type GraphBody<I extends Fields, Y extends AnyInvocation, H> = (inputs: {
  readonly [K in keyof I]: Handle<I[K]["Type"]>
}) => Generator<Y, H, any>

interface MakeGraph {
  <const Name extends string, Y extends AnyInvocation, H>(
    name: Name,
    body: GraphBody<{}, Y, H>
  ): Graph<Name, {}, H, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>>
  <const Name extends string, Y extends AnyInvocation, H, I extends Fields = {}>(
    name: Name,
    options: GraphOptions<I>,
    body: GraphBody<I, Y, H>
  ): Graph<Name, I, H, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>>
}

/**
 * Constructors of graphs.
 *
 * @since 0.1.0
 */
export const Graph = {
  /**
   * Makes a graph from its plain description, to which every other way of writing one compiles.
   *
   * @param description - nodes by name with the wires of their inputs, and which inner output each output is
   * @returns the graph; of its types nothing is known, so that what it needs and takes shows when it is run. A job of it
   *   binds each resource under the key by which ops and hooks name it, or under the key of its service
   * @throws DefinitionError with every mistake at once: unknown nodes, inputs and outputs, names used twice, circles
   */
  fromNodes: (description: GraphDescription): Graph<string, any, any, any, never, any> => {
    const subject = `graph "${description.name}"`
    checkDescription(subject, description)
    return fromDefinition({ ...checkGraph(description, subject), fromData: true }, { name: description.name })
  },

  /**
   * A graph that takes config of its own in place of that of its nodes.
   *
   * @param graph - the graph
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the nodes, by name. Or
   *   `constant`: the config of the nodes in every run; config that is given anyway is ignored
   * @throws DefinitionError when the constant does not fit the config of the nodes
   * @source Dagster ConfigMapping of a graph
   */
  configured: ((
    graph: Graph<string, any, any, any, any, any>,
    mapping: { readonly config?: Schema.Top; readonly to?: (config: unknown) => unknown; readonly constant?: unknown }
  ) => {
    const subject = `graph "${graph.definition.name}"`
    checkMapping(subject, mapping)
    checkConstant(subject, ConfigNode.section(nodesShape(graph.definition)), mapping)
    return fromDefinition(
      {
        ...graph.definition,
        configMapping: { config: mapping.config, to: mapping.to ?? (() => mapping.constant) }
      },
      { name: graph.definition.name }
    )
  }) as Configured,

  /**
   * Makes a graph by a generator whose `yield*` adds uses of ops and graphs; what it returns are the graph's outputs.
   *
   * @param name - name of the graph, of letters, digits and underscores
   * @param options - `inputs`: schema of each input by name; a graph without options may leave them out
   * @param body - the generator function; it runs once, at once
   * @throws DefinitionError with every mistake in the body
   */
  make: ((name: string, second: unknown, third?: unknown) => {
    const subject = subjectOf("graph", name)
    const { body, options } = optionsAndBody<Handles>(subject, second, third)
    OptionNames.check(subject, options, optionNames)
    const description = compose(subject, name, Object.keys(options.inputs ?? {}), body)
    const definition = checkGraph(
      { ...description, ...(options.description === undefined ? {} : { description: options.description }) },
      subject
    )
    return fromDefinition(definition, { name })
  }) as MakeGraph
}
