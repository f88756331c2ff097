import { partitionsOf, windowRecord } from "./partitions.ts"
import { Graph } from "@heddle/definitions/Graph"
import type { Hook } from "@heddle/definitions/Hook"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import type { NodeDescription } from "@heddle/definitions/NodeDescription"
import { Op } from "@heddle/definitions/Op"
import type { OpContext, Tags } from "@heddle/definitions/OpExecutionContext"
import { Out, type OutSpec } from "@heddle/definitions/Out"
import type { Resources } from "@heddle/definitions/Resource"
import { RetryPolicy } from "@heddle/definitions/RetryPolicy"
import type { LogLevel } from "@heddle/events/EngineEvent"
import type { Wire } from "@heddle/events/JobSnapshot"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type {
  Definition,
  GraphWords,
  InputWords,
  Json,
  NodeWords,
  OpWords,
  OutputWords,
  ResourceMap,
  RetryWords,
  WireWords,
  JobWords
} from "./Case.ts"
import { type Effects, type Returned, runPlain, runStream } from "./bodies.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate, type Scope } from "./expressions.ts"
import { hook } from "./hooks.ts"
import { loggersOf } from "./loggers.ts"
import { managed } from "./inputManagers.ts"
import { ioManagerTag } from "./ioManagers.ts"
import { resourcesOf, resourceTag } from "./resources.ts"
import type { Surroundings } from "./Surroundings.ts"
import { spelledTags, tagName } from "./tags.ts"
import { Types } from "./types.ts"
import { byCodePoint } from "./values.ts"

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

export const retryOf = (words: RetryWords): RetryPolicy =>
  RetryPolicy.make({
    maxRetries: words.max_retries,
    ...(words.delay === undefined ? {} : { delay: words.delay * 1000 }),
    ...(words.backoff === undefined ? {} : { backoff: words.backoff })
  })

const wires = (wires: { readonly [name: string]: WireWords } | undefined): { readonly [name: string]: Wire } =>
  Object.fromEntries(Object.entries(wires ?? {}).map(([name, wire]) => [name, wireOf(wire)]))

/** The scope of an op's body. */
export const scopeOf = (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>): Scope => {
  return {
    inputs,
    config: context.config ?? null,
    resource: (key) => (context.resources as { readonly [key: string]: unknown })[key],
    tag: (name) => context.tags[tagName(name)],
    vars: {},
    context: (what) => {
      // Read only on request, because reading it raises if it does not exist.
      if (what === "partition_key") return context.partitionKey
      if (what === "partition_keys") return context.partitionKeys
      if (what === "partition_dims") return context.partitionDimensions
      if (what === "partition_window") return windowRecord(context.partitionTimeWindow)
      return {
        attempt: context.retryNumber,
        is_reexecution: context.isReexecution,
        mapping_key: context.mappingKey ?? null,
        node_name: context.nodeName,
        node_path: context.nodePath,
        has_partition_key: context.hasPartitionKey,
        step_key: context.stepKey,
        job_name: context.jobName,
        selected_outputs: [...context.selectedOutputs].toSorted(byCodePoint)
      }[what]
    }
  }
}

/** What the statements of a body do to its run. */
export const effectsOf = (context: OpContext<unknown, {}>, surroundings: Surroundings): Effects => ({
  trace: (value: unknown) => void surroundings.trace.push(value),
  log: (level: string, message: string) => context.log.log(level as LogLevel, message),
  context,
  run: {
    interrupt: () => surroundings.interrupt(),
    markCanceling: () => surroundings.requestCancel?.(context.runId)
  }
})

const withDefault = (schema: Schema.Top, value: Json | undefined): Schema.Top =>
  value === undefined
    ? schema
    : (schema as typeof Schema.String).pipe(Schema.withConstructorDefault(Effect.succeed(value as string)))

/** What a plain body returned, as the record of outputs that an op gives. */
const recordOf = (outs: ReadonlyArray<OutputWords>, returned: Returned): unknown => {
  switch (returned._tag) {
    case "Value": {
      const [only, ...others] = outs
      if (others.length > 0) return returned.value
      return only === undefined ? {} : { [only.name]: returned.value }
    }
    case "Outputs":
      // A list of another length is no record of the outputs.
      if (returned.values.length !== outs.length) return returned.values
      return Object.fromEntries(returned.values.map((value, i) => [outs[i]?.name ?? String(i), value]))
    case "Dynamic":
      return { [outs.find(({ dynamic }) => dynamic === true)?.name ?? "result"]: returned.items }
  }
}

/** Builds the ops, graphs and jobs of one definition. Each call creates a new one. */
export class Building {
  readonly definition: Definition
  readonly types: Types
  readonly surroundings: Surroundings
  readonly #hooks = new Map<string, Hook<any>>()
  readonly #ops = new Map<string, Op<string, any, any, any, any, any, any>>()

  constructor(definition: Definition, surroundings: Surroundings) {
    this.definition = definition
    this.types = new Types(definition, surroundings)
    this.surroundings = surroundings
  }

  op(name: string): Op<string, any, any, any, any, any, any> {
    let op = this.#ops.get(name)
    if (op === undefined) this.#ops.set(name, (op = this.#makeOp(name, this.definition.ops![name]!)))
    return op
  }

  #out(words: OutputWords): OutSpec {
    const schema = this.types.of(words.type)
    const named = words.io_manager !== undefined && words.io_manager !== "io_manager"
    const io = named ? ioManagerTag(words.io_manager!) : undefined
    if (words.dynamic === true)
      return words.required === false ? Out.optionalDynamic(schema, io) : Out.dynamic(schema, io)
    if (words.required === false) return Out.optional(schema, io)
    return io === undefined ? schema : Out.stored(schema, io)
  }

  #makeOp(name: string, words: OpWords): Op<string, any, any, any, any, any, any> {
    const outs = outsOf(words)
    const config = configSchema(words.config)
    const body = words.body ?? []
    const surroundings = this.surroundings
    const run = (inputs: { readonly [name: string]: unknown }, context: OpContext<unknown, {}>): unknown => {
      const scope = scopeOf(inputs, context)
      const effects = effectsOf(context, surroundings)
      return words.style === "stream"
        ? runStream(body, scope, effects, surroundings)
        : Effect.map(runPlain(body, scope, effects, surroundings), (returned) => recordOf(outs, returned))
    }
    return Op.make(name, {
      inputs: Object.fromEntries(
        (words.ins ?? []).map((input) => [
          input.name,
          managed(withDefault(this.types.of(input.type), input.default), input, this.definition)
        ])
      ),
      outputs: Object.fromEntries(outs.map((out) => [out.name, this.#out(out)])),
      ...(config === undefined ? {} : { config }),
      resources: Object.fromEntries((words.resources ?? []).map((key) => [key, resourceTag(key)])) as Tags,
      ...(words.tags === undefined ? {} : { tags: spelledTags(words.tags) }),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) }),
      ...(words.pool === undefined ? {} : { pool: words.pool }),
      run: run as (...args: ReadonlyArray<any>) => any
    })
  }

  hooksOf(names: ReadonlyArray<string> | undefined): ReadonlyArray<Hook<any>> {
    return (names ?? []).map((name) => {
      let made = this.#hooks.get(name)
      if (made === undefined)
        this.#hooks.set(name, (made = hook(name, this.definition.hooks![name]!, this.surroundings)))
      return made
    })
  }

  #node(words: NodeWords): NodeDescription {
    return {
      name: words.name,
      node: words.op === undefined ? this.graph(words.graph!) : this.op(words.op),
      inputs: wires(words.in),
      ...(words.tags === undefined ? {} : { tags: spelledTags(words.tags) }),
      hooks: this.hooksOf(words.hooks),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) })
    }
  }

  #graph(name: string, words: GraphWords) {
    const graph = Graph.fromNodes({
      name,
      nodes: words.nodes.map((node) => this.#node(node)),
      inputs: words.ins ?? [],
      outputs: wires(words.outs)
    })
    const { config_mapping: mapping } = words
    if (mapping === undefined || words === this.definition.job) return graph
    return Graph.configured(graph, mappingOf(mapping))
  }

  graph(name: string) {
    return this.#graph(name, this.definition.graphs![name]!)
  }

  /** The declaration of a graph input: that of an inner input that it feeds. */
  #fedBy(graph: GraphWords, input: string): InputWords | undefined {
    for (const node of graph.nodes) {
      for (const [name, wire] of Object.entries(node.in ?? {})) {
        if (!feeds(wire, input)) continue
        const fed =
          node.op === undefined
            ? this.#fedBy(this.definition.graphs![node.graph!]!, name)
            : this.definition.ops![node.op]?.ins?.find((declared) => declared.name === name)
        if (fed !== undefined) return fed
      }
    }
    return undefined
  }

  #inputs(graph: GraphWords): { readonly [input: string]: Schema.Top } {
    return Object.fromEntries(
      (graph.ins ?? []).map((input) => {
        const inner = this.#fedBy(graph, input)
        return [input, withDefault(this.types.of(inner?.type), inner?.default)]
      })
    )
  }

  resources(map: ResourceMap | undefined): Resources {
    return resourcesOf(this.definition, map, this.surroundings)
  }

  /** The job, with some of its resources replaced. */
  job(rebound: ResourceMap = {}): AnyJob {
    const words = this.definition.job
    if (words === undefined) throw new Error("the definition has no job")
    const graph = this.#graph(words.name, words)
    const job = Job.fromGraph(graph, {
      inputs: this.#inputs(words),
      resources: this.resources({ ...words.resources, ...rebound }) as {},
      hooks: this.hooksOf(words.hooks),
      loggers: loggersOf(this.definition, words.loggers, this.surroundings),
      ...(words.input_values === undefined ? {} : { inputValues: words.input_values }),
      ...(words.tags === undefined ? {} : { tags: spelledTags(words.tags) }),
      ...(words.run_tags === undefined ? {} : { runTags: spelledTags(words.run_tags) }),
      ...(words.retry_policy === undefined ? {} : { retry: retryOf(words.retry_policy) })
    } as {}) as unknown as AnyJob
    if (words.partitioned_config !== undefined || words.partitions !== undefined) {
      return this.#partitioned(job, words)
    }
    if (words.config_mapping !== undefined) return Job.configured(job, mappingOf(words.config_mapping))
    return words.config === undefined ? job : Job.withRunConfig(job, words.config as {})
  }

  #partitioned(job: AnyJob, { partitioned_config: config, partitions }: JobWords): AnyJob {
    const { partitions: ofConfig, run_config: runConfig, tags } = config ?? {}
    const scope = (key: string): Scope => ({ vars: { partition_key: key } })
    return Job.partitioned(job, partitionsOf(this.definition, (partitions ?? ofConfig)!), {
      ...(runConfig === undefined ? {} : { runConfig: (key: string): any => evaluate(runConfig, scope(key)) }),
      ...(tags === undefined ? {} : { tags: (key: string): any => evaluate(tags, scope(key)) })
    }) as AnyJob
  }

  /** A graph as a job, bound to the resources of a call. */
  jobOfGraph(name: string, resources: ResourceMap | undefined): AnyJob {
    return Job.fromGraph(this.graph(name), {
      inputs: this.#inputs(this.definition.graphs![name]!),
      resources: this.resources(resources) as {}
    } as {}) as unknown as AnyJob
  }
}

const mappingOf = ({ config, to }: NonNullable<GraphWords["config_mapping"]>) => ({
  config: configSchema(config) ?? Schema.Unknown,
  to: (given: unknown): any => evaluate(to, { config: given, vars: {} })
})

const feeds = (wire: WireWords, input: string): boolean =>
  "many" in wire ? wire.many.some((inner) => feeds(inner, input)) : "graph_in" in wire && wire.graph_in === input
