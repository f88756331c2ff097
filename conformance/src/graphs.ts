import { Graph } from "@heddle/definitions/Graph"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import type { NodeDescription } from "@heddle/definitions/NodeDescription"
import { Op } from "@heddle/definitions/Op"
import type { OpContext, Tags } from "@heddle/definitions/OpExecutionContext"
import { Out, type OutSpec } from "@heddle/definitions/Out"
import type { Resources } from "@heddle/definitions/Resource"
import { RetryPolicy } from "@heddle/definitions/RetryPolicy"
import type { LogLevel } from "@heddle/events/EngineEvent"
import type { Wire } from "@heddle/events/JobSnapshot"
import { StepKey } from "@heddle/events/StepKey"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type {
  Call,
  Definition,
  GraphWords,
  NodeWords,
  OpWords,
  OutputWords,
  ResourceMap,
  RetryWords,
  TypeWords,
  WireWords
} from "./Case.ts"
import { type Returned, runPlain, runStream } from "./bodies.ts"
import { configSchema } from "./configSchema.ts"
import type { Scope } from "./expressions.ts"
import { hook } from "./hooks.ts"
import { ioManagerTag } from "./ioManagers.ts"
import { resourcesOf, resourceTag } from "./resources.ts"
import type { Surroundings } from "./Surroundings.ts"
import { Types } from "./types.ts"

const DEFAULT_OUTS: ReadonlyArray<OutputWords> = [{ name: "result" }]

/** The outputs that an op declares. */
export const outsOf = (op: OpWords): ReadonlyArray<OutputWords> => op.outs ?? DEFAULT_OUTS

const wireOf = (wire: WireWords): Wire => {
  if ("from" in wire) return { from: wire.from, output: wire.out ?? "result" }
  if ("each" in wire) return { each: wire.each, output: wire.out ?? "result" }
  if ("collect" in wire) return { collect: wire.collect, output: wire.out ?? "result" }
  if ("many" in wire) return { many: wire.many.map(wireOf) }
  return { graphInput: wire.graph_in }
}

const retryOf = (words: RetryWords): RetryPolicy =>
  RetryPolicy.make({
    maxRetries: words.max_retries,
    ...(words.delay === undefined ? {} : { delay: words.delay * 1000 }),
    ...(words.backoff === undefined ? {} : { backoff: words.backoff })
  })

const wires = (wires: { readonly [name: string]: WireWords } | undefined): { readonly [name: string]: Wire } =>
  Object.fromEntries(Object.entries(wires ?? {}).map(([name, wire]) => [name, wireOf(wire)]))

/** The scope of an op's body. */
const scopeOf = (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>): Scope => {
  const nodePath = StepKey.nodePath(context.stepKey)
  return {
    inputs,
    config: context.config,
    resource: (key) => (context.resources as { readonly [key: string]: unknown })[key],
    tag: (name) => context.tags[name],
    vars: {},
    context: (what) =>
      ({
        attempt: context.retryNumber,
        mapping_key: context.mappingKey,
        node_name: nodePath.slice(nodePath.lastIndexOf(".") + 1),
        node_path: nodePath,
        step_key: context.stepKey,
        job_name: context.jobName
      })[what]
  }
}

/** What a plain body returned, as the record of outputs that an op gives. */
const recordOf = (outs: ReadonlyArray<OutputWords>, returned: Returned): unknown => {
  switch (returned._tag) {
    case "Value": {
      const [only, ...others] = outs
      if (others.length > 0) return returned.value
      return only === undefined ? {} : { [only.name]: returned.value }
    }
    case "Outputs":
      return Object.fromEntries(returned.values.map((value, i) => [outs[i]?.name ?? String(i), value]))
    case "Dynamic":
      return { [outs.find(({ dynamic }) => dynamic === true)?.name ?? "result"]: returned.items }
  }
}

/** Builds ops, graphs and jobs of one definition; made anew for each call. */
export class Building {
  readonly definition: Definition
  readonly types: Types
  readonly #surroundings: Surroundings
  readonly #ops = new Map<string, Op<string, any, any, any, any, any, any>>()

  constructor(definition: Definition, surroundings: Surroundings) {
    this.definition = definition
    this.types = new Types(definition, surroundings)
    this.#surroundings = surroundings
  }

  op(name: string): Op<string, any, any, any, any, any, any> {
    let op = this.#ops.get(name)
    if (op === undefined) this.#ops.set(name, (op = this.#makeOp(name, this.definition.ops![name]!)))
    return op
  }

  #out(words: OutputWords): OutSpec {
    const schema = this.types.of(words.type)
    if (words.io_manager !== undefined && words.io_manager !== "io_manager") {
      return Out.stored(schema, ioManagerTag(words.io_manager))
    }
    return words.dynamic === true ? Out.dynamic(schema) : words.required === false ? Out.optional(schema) : schema
  }

  #makeOp(name: string, words: OpWords): Op<string, any, any, any, any, any, any> {
    const outs = outsOf(words)
    const config = configSchema(words.config)
    const body = words.body ?? []
    const surroundings = this.#surroundings
    const run = (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>): unknown => {
      const scope = scopeOf(inputs, context)
      const effects = {
        trace: (value: unknown) => void surroundings.trace.push(value),
        log: (level: string, message: string) => context.log.log(level as LogLevel, message)
      }
      return words.style === "stream"
        ? runStream(body, scope, effects, surroundings)
        : Effect.map(runPlain(body, scope, effects, surroundings), (returned) => recordOf(outs, returned))
    }
    return Op.outputs(name, {
      inputs: Object.fromEntries((words.ins ?? []).map((input) => [input.name, this.types.of(input.type)])),
      outputs: Object.fromEntries(outs.map((out) => [out.name, this.#out(out)])),
      ...(config === undefined ? {} : { config }),
      resources: Object.fromEntries((words.resources ?? []).map((key) => [key, resourceTag(key)])) as Tags,
      ...(words.tags === undefined ? {} : { tags: words.tags }),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) }),
      run: run as (...args: ReadonlyArray<any>) => any
    })
  }

  #node(words: NodeWords, hooks: ReadonlyArray<string>): NodeDescription {
    const names = [...hooks, ...(words.hooks ?? [])]
    return {
      name: words.name,
      node: words.op === undefined ? this.graph(words.graph!) : this.op(words.op),
      inputs: wires(words.in),
      ...(words.tags === undefined ? {} : { tags: words.tags }),
      ...(names.length === 0
        ? {}
        : { hooks: names.map((name) => hook(name, this.definition.hooks![name]!, this.#surroundings)) }),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) })
    }
  }

  #graph(name: string, words: GraphWords, hooks: ReadonlyArray<string> = []) {
    return Graph.fromNodes({
      name,
      nodes: words.nodes.map((node) => this.#node(node, hooks)),
      inputs: words.ins ?? [],
      outputs: wires(words.outs)
    })
  }

  graph(name: string) {
    return this.#graph(name, this.definition.graphs![name]!)
  }

  /** The type of an input of a graph: that of an inner input which it feeds. */
  #inputType(graph: GraphWords, input: string): TypeWords | undefined {
    for (const node of graph.nodes) {
      for (const [name, wire] of Object.entries(node.in ?? {})) {
        if (!feeds(wire, input)) continue
        const type =
          node.op === undefined
            ? this.#inputType(this.definition.graphs![node.graph!]!, name)
            : this.definition.ops![node.op]?.ins?.find((declared) => declared.name === name)?.type
        if (type !== undefined) return type
      }
    }
    return undefined
  }

  #inputs(graph: GraphWords): { readonly [input: string]: Schema.Top } {
    return Object.fromEntries((graph.ins ?? []).map((input) => [input, this.types.of(this.#inputType(graph, input))]))
  }

  #resources(map: ResourceMap | undefined): Resources {
    return resourcesOf(this.definition, map, this.#surroundings)
  }

  /** The job, with some of its resources bound otherwise. */
  job(rebound: ResourceMap = {}): AnyJob {
    const words = this.definition.job
    if (words === undefined) throw new Error("the definition has no job")
    const graph = this.#graph(words.name, words, words.hooks)
    return Job.fromGraph(graph, {
      inputs: this.#inputs(words),
      resources: this.#resources({ ...words.resources, ...rebound }) as {},
      ...(words.input_values === undefined ? {} : { inputValues: words.input_values }),
      ...(words.tags === undefined ? {} : { tags: words.tags }),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) })
    } as {}) as unknown as AnyJob
  }

  /** A graph as a job, bound to the resources of a call. */
  jobOfGraph(name: string, resources: ResourceMap | undefined): AnyJob {
    return Job.fromGraph(this.graph(name), {
      inputs: this.#inputs(this.definition.graphs![name]!),
      resources: this.#resources(resources) as {}
    } as {}) as unknown as AnyJob
  }

  /** What a call's target is, as a job. */
  target(call: Call, rebound: ResourceMap = {}): AnyJob {
    return call.target?.startsWith("graph:") === true
      ? this.jobOfGraph(call.target.slice("graph:".length), call.resources)
      : this.job(rebound)
  }
}

const feeds = (wire: WireWords, input: string): boolean =>
  "many" in wire ? wire.many.some((inner) => feeds(inner, input)) : "graph_in" in wire && wire.graph_in === input
