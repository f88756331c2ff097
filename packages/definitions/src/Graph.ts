import { checkGraph } from "./internal/checkGraph.ts"
import { compose, invoke, type Use } from "./internal/compose.ts"
import type { GraphDefinition } from "./GraphDefinition.ts"
import type { DynamicHandle } from "./DynamicHandle.ts"
import type { Handle } from "./Handle.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import type { AnyInvocation, ConfigOf, ErrorOf, Invocation, NeedsOf } from "./Invocation.ts"
import type { Named } from "./Missing.ts"
import type { GraphDescription, NodeBody } from "./NodeDescription.ts"
import type { MappedConfig, OpsNode } from "./RunConfigOf.ts"
import type * as Schema from "effect/Schema"
import type { Entry, Fields, NodeConfig, OpenInputs, Wired, Wires } from "./Wiring.ts"

/**
 * Ops and graphs wired to each other, to be used like an op. Called in a graph body it wires one use.
 *
 * @since 0.1.0
 * @source Dagster GraphDefinition
 */
export interface Graph<Name extends string, I extends Fields, H, E, R, Cfg> extends NodeBody {
  readonly definition: GraphDefinition
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
  with<const A extends string = Name, const Hs extends ReadonlyArray<Hook<any>> = []>(use: {
    readonly name?: A
    readonly tags?: Record<string, string>
    readonly hooks?: Hs
    readonly after?: ReadonlyArray<Handle<any> | DynamicHandle<any>>
  }): Graph<A, I, H, E, R | HooksNeeds<Hs>, Cfg>
  /** The same graph under another name, for a second use in one graph. */
  as<const A extends string>(name: A): Graph<A, I, H, E, R, Cfg>
}

const fromDefinition = (definition: GraphDefinition, use: Use): Graph<string, any, any, any, never, any> =>
  Object.assign((wires?: { readonly [input: string]: unknown }) => invoke({ definition }, use, wires), {
    definition,
    with: (options: Partial<Use>) => fromDefinition(definition, { ...use, ...options }),
    as: (name: string) => fromDefinition(definition, { ...use, name })
  }) as unknown as Graph<string, any, any, any, never, any>

const defaultUse = (name: string): Use => ({ name, named: true })

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
  fromNodes: (description: GraphDescription): Graph<string, any, any, any, never, any> =>
    fromDefinition(
      { ...checkGraph(description, `graph "${description.name}"`), fromData: true },
      defaultUse(description.name)
    ),

  /**
   * A graph that takes config of its own in place of that of its nodes.
   *
   * @param graph - the graph
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the nodes, by name. Or, as
   *   `constant`, the config of the nodes in every case; what is given all the same is let be
   * @source Dagster ConfigMapping of a graph
   */
  configured: ((
    graph: Graph<string, any, any, any, any, any>,
    mapping: { readonly config?: Schema.Top; readonly to?: (config: unknown) => unknown; readonly constant?: unknown }
  ) =>
    fromDefinition(
      {
        ...graph.definition,
        configMapping: { config: mapping.config, to: mapping.to ?? (() => mapping.constant) }
      },
      defaultUse(graph.definition.name)
    )) as Configured,

  /**
   * Makes a graph by a generator whose `yield*` adds uses of ops and graphs; what it returns are the graph's outputs.
   *
   * @param name - name of the graph, of letters, digits and underscores
   * @param options - `inputs`: schema of each input by name
   * @param body - the generator function; it runs once, at once
   * @throws DefinitionError with every mistake in the body
   */
  make: <const Name extends string, I extends Fields, Y extends AnyInvocation, H>(
    name: Name,
    options: { readonly inputs: I; readonly description?: string },
    body: (inputs: { readonly [K in keyof I]: Handle<I[K]["Type"]> }) => Generator<Y, H, any>
  ): Graph<Name, I, H, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>> => {
    const subject = `graph "${name}"`
    const description = compose(subject, name, Object.keys(options.inputs), (handles) =>
      body(handles as { readonly [K in keyof I]: Handle<I[K]["Type"]> })
    )
    const definition = checkGraph(
      { ...description, ...(options.description === undefined ? {} : { description: options.description }) },
      subject
    )
    return fromDefinition(definition, defaultUse(name)) as unknown as Graph<
      Name,
      I,
      H,
      ErrorOf<Y>,
      NeedsOf<Y>,
      ConfigOf<Y>
    >
  }
}
