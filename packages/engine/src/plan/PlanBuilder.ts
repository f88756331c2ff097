import type { GraphSnapshot, JobSnapshot, NodeSnapshot, OpSnapshot, Wire } from "@heddle/events/JobSnapshot"
import { OpSettings } from "@heddle/events/OpSettings"
import { StepKey } from "@heddle/events/StepKey"
import type { ExecutionPlan, PlanInput, PlanStep, Source } from "./ExecutionPlan.ts"
import { byName, nodeOrder } from "./nodeOrder.ts"
import { PlanError } from "./PlanError.ts"
import { PRIORITY_TAG } from "./priorityTag.ts"
import { SourcePart } from "./SourcePart.ts"

type Over = NonNullable<PlanStep["mappedOver"]>

/** What the plan says of an op, the same for all of its steps. */
interface OpFacts extends Pick<PlanStep, "opName" | "outputs" | "assets"> {
  readonly settings: OpSettings
  /** Names of its inputs, sorted: the order in which a step loads them. */
  readonly inputs: ReadonlyArray<string>
  /** Name of an output that is dynamic, if there is one. */
  readonly dynamic: string | undefined
}

/** Where the outputs of a node come from: a step, or what a graph gives by name. */
type NodeOutputs = number | { readonly [output: string]: Source }

/** A graph inside the job, with what was found of it so far. */
interface Scope {
  readonly path: ReadonlyArray<string>
  readonly inputs: { readonly [name: string]: Source }
  readonly outputs: Map<string, NodeOutputs>
}

const NONE: ReadonlyArray<never> = []

const factsOf = (op: OpSnapshot): OpFacts => {
  const { inputs, name, outputs } = op
  const assets = new Set<string>()
  for (const { asset, check } of outputs) {
    if (check !== undefined) assets.add(check.asset)
    if (asset !== undefined) for (const key of [asset.key, ...asset.upstream]) assets.add(key)
  }
  return {
    opName: name,
    settings: OpSettings.pick(op),
    inputs: inputs.toSorted(byName).map((input) => input.name),
    outputs,
    dynamic: outputs.find(({ dynamic }) => dynamic)?.name,
    ...(assets.size === 0 ? {} : { assets: [...assets] })
  }
}

const priorityOf = (nodePath: string, tag: string | undefined): number => {
  if (tag === undefined) return 0
  const priority = Number(tag)
  if (!Number.isInteger(priority)) {
    throw new PlanError({ step: nodePath, problem: `tag "${PRIORITY_TAG}" must be a whole number, got "${tag}"` })
  }
  return priority
}

/** Makes a plan: one step after the other, each of steps that are there already. */
export class PlanBuilder {
  readonly #job: JobSnapshot
  readonly #steps: Array<PlanStep> = []
  readonly #facts = new Map<OpSnapshot, OpFacts>()

  constructor(job: JobSnapshot) {
    this.#job = job
  }

  /** Makes the plan. Throws `PlanError`. */
  build(): ExecutionPlan {
    const { graph, name } = this.#job
    const inputs = Object.fromEntries(
      graph.inputs.map((input): [string, Source] => [input, { _tag: "JobInput", input }])
    )
    const outputs = this.#visit(graph, { path: NONE, inputs, outputs: new Map() })
    return { jobName: name, steps: this.#steps, outputs }
  }

  /** Adds the steps of a graph, and returns where its outputs come from. */
  #visit(graph: GraphSnapshot, scope: Scope): { readonly [output: string]: Source } {
    for (const node of nodeOrder(graph)) {
      const at = [...scope.path, node.name]
      const after = node.after.length === 0 ? NONE : node.after.map((wire) => this.#resolve(wire, scope))
      scope.outputs.set(
        node.name,
        "graph" in node.body
          ? this.#inner(node, node.body.graph, at, after, scope)
          : this.#step(node, node.body.op, at, after, scope)
      )
    }
    return Object.fromEntries(
      Object.entries(graph.outputs).map(([output, wire]) => [
        output,
        // Outputs of a graph stay what they are inside; who uses them says whether one or all are meant.
        "each" in wire ? this.#output(wire.each, wire.output, scope) : this.#resolve(wire, scope)
      ])
    )
  }

  #inner(
    node: NodeSnapshot,
    graph: GraphSnapshot,
    path: ReadonlyArray<string>,
    after: ReadonlyArray<Source>,
    scope: Scope
  ): { readonly [output: string]: Source } {
    const steps = this.#steps
    const inputs = Object.fromEntries(graph.inputs.map((input) => [input, this.#input(node, path, input, scope)]))
    const from = steps.length
    const outputs = this.#visit(graph, { path, inputs, outputs: new Map() })
    // What a graph waits for, all of its steps wait for.
    if (after.length > 0) {
      for (let i = from; i < steps.length; i++) steps[i] = { ...steps[i]!, after: [...steps[i]!.after, ...after] }
    }
    return outputs
  }

  /** Adds a step, and returns its index. */
  #step(
    node: NodeSnapshot,
    op: OpSnapshot,
    path: ReadonlyArray<string>,
    after: ReadonlyArray<Source>,
    scope: Scope
  ): number {
    const { assets, dynamic, inputs: names, opName, outputs, settings } = this.#factsOf(op)
    const nodePath = path.join(".")
    const inputs = names.map((name): PlanInput => ({ name, source: this.#input(node, path, name, scope) }))
    const mappedOver = this.#mappedOver(nodePath, inputs, after)
    if (mappedOver !== undefined && dynamic !== undefined) {
      const over = this.#named(mappedOver)
      const problem = `its output "${dynamic}" is dynamic, and it is mapped over ${over}: collect that first`
      throw new PlanError({ step: nodePath, problem })
    }
    const retry = node.retry ?? settings.retry ?? this.#job.retry
    this.#steps.push({
      ...settings,
      key: mappedOver === undefined ? nodePath : StepKey.placeholder(nodePath),
      nodePath,
      opName,
      inputs,
      after,
      outputs,
      ...(mappedOver === undefined ? {} : { mappedOver }),
      ...(retry === undefined ? {} : { retry }),
      ...(assets === undefined ? {} : { assets }),
      tags: node.tags,
      priority: priorityOf(nodePath, node.tags[PRIORITY_TAG])
    })
    return this.#steps.length - 1
  }

  #factsOf(op: OpSnapshot): OpFacts {
    let facts = this.#facts.get(op)
    if (facts === undefined) this.#facts.set(op, (facts = factsOf(op)))
    return facts
  }

  /** The dynamic output that the sources of a step make it be mapped over. */
  #mappedOver(nodePath: string, inputs: ReadonlyArray<PlanInput>, after: ReadonlyArray<Source>): Over | undefined {
    let first: Over | undefined
    const look = (source: Source): void => {
      for (const part of SourcePart.of(source)) {
        const over =
          part._tag === "Each"
            ? { step: part.step, output: part.output }
            : part._tag === "Output"
              ? this.#steps[part.step]!.mappedOver
              : undefined
        first ??= over
        if (first === undefined || over === undefined) continue
        if (over.step !== first.step || over.output !== first.output) {
          const problem = `it would be mapped over ${this.#named(first)} and ${this.#named(over)} at once: collect one of them`
          throw new PlanError({ step: nodePath, problem })
        }
      }
    }
    for (const { source } of inputs) look(source)
    for (const source of after) look(source)
    return first
  }

  #named({ output, step }: Over): string {
    return `"${this.#steps[step]!.nodePath}.${output}"`
  }

  /** Where an input of a node comes from. */
  #input(node: NodeSnapshot, path: ReadonlyArray<string>, input: string, scope: Scope): Source {
    const wire = node.inputs[input]
    return wire === undefined ? { _tag: "Config", node: path, input } : this.#resolve(wire, scope)
  }

  #output(node: string, output: string, { outputs }: Scope): Source {
    const of = outputs.get(node)!
    return typeof of === "number" ? { _tag: "Output", step: of, output } : of[output]!
  }

  #resolve(wire: Wire, scope: Scope): Source {
    if ("from" in wire) return this.#output(wire.from, wire.output, scope)
    if ("many" in wire) return { _tag: "Many", sources: wire.many.map((inner) => this.#resolve(inner, scope)) }
    if ("graphInput" in wire) return scope.inputs[wire.graphInput]!
    if ("asset" in wire) return { _tag: "Asset", asset: wire.asset }
    if ("each" in wire) {
      const source = this.#output(wire.each, wire.output, scope)
      return source._tag === "Output" && this.#isDynamic(source) ? { ...source, _tag: "Each" } : source
    }
    const source = this.#output(wire.collect, wire.output, scope)
    if (source._tag !== "Output") return source
    // Of a part of a job the step that was mapped over may be gone: then there is one value, and the list holds it.
    const isMany = this.#steps[source.step]!.mappedOver !== undefined || this.#isDynamic(source)
    return isMany ? { ...source, _tag: "Collect" } : { _tag: "Many", sources: [source] }
  }

  #isDynamic({ output, step }: Over): boolean {
    return this.#steps[step]!.outputs.some(({ dynamic, name }) => dynamic && name === output)
  }
}
