import { type GraphSnapshot, type JobSnapshot, type NodeSnapshot, Wire } from "@heddle/events/JobSnapshot"
import { StepKey } from "@heddle/events/StepKey"
import type { ExecutionPlan, PlanStep, Source } from "./ExecutionPlan.ts"
import { SourcePart } from "./SourcePart.ts"
import { PlanError } from "./PlanError.ts"
import { PRIORITY_TAG } from "./priorityTag.ts"

/** Names are compared by code point everywhere. */
const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byName = (a: { readonly name: string }, b: { readonly name: string }): number => byCodePoint(a.name, b.name)

/** Nodes by dependency level, by name inside a level. */
const inOrder = (graph: GraphSnapshot): ReadonlyArray<NodeSnapshot> => {
  const upstream = (node: NodeSnapshot): ReadonlyArray<string> => [
    ...new Set([...Object.values(node.inputs), ...node.after].flatMap(Wire.nodes))
  ]
  const waiting = new Map<string, number>()
  const downstream = new Map<string, Array<string>>()
  for (const node of graph.nodes) {
    const names = upstream(node)
    waiting.set(node.name, names.length)
    for (const name of names) {
      const list = downstream.get(name)
      if (list === undefined) downstream.set(name, [node.name])
      else list.push(node.name)
    }
  }
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  const ordered: Array<NodeSnapshot> = []
  let level = graph.nodes.filter(({ name }) => waiting.get(name) === 0).map(({ name }) => name)
  while (level.length > 0) {
    const next: Array<string> = []
    for (const name of level.toSorted(byCodePoint)) {
      ordered.push(nodes.get(name)!)
      for (const after of downstream.get(name) ?? []) {
        const left = waiting.get(after)! - 1
        waiting.set(after, left)
        if (left === 0) next.push(after)
      }
    }
    level = next
  }
  return ordered
}

const priorityOf = (nodePath: string, tag: string | undefined): number => {
  if (tag === undefined) return 0
  const priority = Number(tag)
  if (!Number.isInteger(priority)) {
    throw new PlanError({ step: nodePath, problem: `tag "${PRIORITY_TAG}" must be a whole number, got "${tag}"` })
  }
  return priority
}

/**
 * Makes the plan of a job: graphs dissolved, every input's source found, mapped steps marked.
 *
 * @param job - the job as data
 * @returns the plan; steps by dependency level, by name inside a level, those of a nested graph at the graph's place
 * @throws PlanError for a step that would be mapped over two dynamic outputs at once, or is mapped and has one of its
 *   own, or a priority that is no number
 * @since 0.1.0
 * @source Dagster create_execution_plan
 */
export const makePlan = (job: JobSnapshot): ExecutionPlan => {
  const steps: Array<PlanStep> = []

  const isDynamic = (source: Extract<Source, { _tag: "Output" }>): boolean =>
    steps[source.step]!.outputs.some(({ dynamic, name }) => dynamic && name === source.output)

  /** What the sources of a step make it be mapped over. */
  const mappedOver = (source: Source): ReadonlyArray<NonNullable<PlanStep["mappedOver"]>> =>
    SourcePart.of(source).flatMap((part) => {
      if (part._tag === "Each") return [{ step: part.step, output: part.output }]
      const over = part._tag === "Output" ? steps[part.step]!.mappedOver : undefined
      return over === undefined ? [] : [over]
    })

  const visit = (
    graph: GraphSnapshot,
    path: ReadonlyArray<string>,
    inputs: { readonly [name: string]: Source }
  ): { readonly [output: string]: Source } => {
    /** Sources of the outputs of the nodes that were visited. */
    const outputs = new Map<string, { readonly [output: string]: Source }>()

    const each = (source: Source): Source =>
      source._tag === "Output" && isDynamic(source) ? { ...source, _tag: "Each" } : source
    const collect = (source: Source): Source => {
      if (source._tag !== "Output") return source
      // Of a part of a job the step that was mapped over may be gone: then there is one value, and the list holds it.
      const isMany = steps[source.step]!.mappedOver !== undefined || isDynamic(source)
      return isMany ? { ...source, _tag: "Collect" } : { _tag: "Many", sources: [source] }
    }
    const resolve = (wire: Wire): Source => {
      if ("many" in wire) return { _tag: "Many", sources: wire.many.map(resolve) }
      if ("graphInput" in wire) return inputs[wire.graphInput]!
      if ("asset" in wire) return { _tag: "Asset", asset: wire.asset }
      if ("from" in wire) return outputs.get(wire.from)![wire.output]!
      if ("each" in wire) return each(outputs.get(wire.each)![wire.output]!)
      return collect(outputs.get(wire.collect)![wire.output]!)
    }

    for (const node of inOrder(graph)) {
      const at = [...path, node.name]
      const nodePath = at.join(".")
      const source = (input: string): Source => {
        const wire = node.inputs[input]
        return wire === undefined ? { _tag: "Config", node: at, input } : resolve(wire)
      }
      const after = node.after.map(resolve)
      if ("graph" in node.body) {
        const inner = Object.fromEntries(node.body.graph.inputs.map((input) => [input, source(input)]))
        const from = steps.length
        outputs.set(node.name, visit(node.body.graph, at, inner))
        // What a graph waits for, all of its steps wait for.
        if (after.length > 0) {
          for (let i = from; i < steps.length; i++) steps[i] = { ...steps[i]!, after: [...steps[i]!.after, ...after] }
        }
        continue
      }
      const { inputs: opInputs, name: opName, outputs: opOutputs, resources: _, ...settings } = node.body.op
      // By name: the order in which a step loads them.
      const stepInputs = opInputs.map(({ name }) => ({ name, source: source(name) })).toSorted(byName)
      const over = [...stepInputs.map((input) => input.source), ...after].flatMap(mappedOver)
      const first = over[0]
      const other = over.find(({ output, step }) => step !== first?.step || output !== first.output)
      if (first !== undefined && other !== undefined) {
        const name = ({ output, step }: typeof first) => `"${steps[step]!.nodePath}.${output}"`
        throw new PlanError({
          step: nodePath,
          problem: `it would be mapped over ${name(first)} and ${name(other)} at once: collect one of them`
        })
      }
      const inner = first === undefined ? undefined : opOutputs.find(({ dynamic }) => dynamic)
      if (first !== undefined && inner !== undefined) {
        throw new PlanError({
          step: nodePath,
          problem: `its output "${inner.name}" is dynamic, and it is mapped over "${steps[first.step]!.nodePath}.${first.output}": collect that first`
        })
      }
      const retry = node.retry ?? settings.retry ?? job.retry
      let assets: Set<string> | undefined
      for (const { asset, check } of opOutputs) {
        if (asset === undefined && check === undefined) continue
        assets ??= new Set()
        if (check !== undefined) assets.add(check.asset)
        if (asset !== undefined) for (const key of [asset.key, ...asset.upstream]) assets.add(key)
      }
      const index = steps.length
      steps.push({
        ...settings,
        key: first === undefined ? nodePath : StepKey.placeholder(nodePath),
        nodePath,
        opName,
        inputs: stepInputs,
        after,
        outputs: opOutputs,
        ...(first === undefined ? {} : { mappedOver: first }),
        ...(retry === undefined ? {} : { retry }),
        ...(assets === undefined ? {} : { assets: [...assets] }),
        tags: node.tags,
        priority: priorityOf(nodePath, node.tags[PRIORITY_TAG])
      })
      outputs.set(
        node.name,
        Object.fromEntries(opOutputs.map(({ name }) => [name, { _tag: "Output", step: index, output: name }]))
      )
    }
    return Object.fromEntries(Object.entries(graph.outputs).map(([output, wire]) => [output, resolveOutput(wire)]))

    /** Outputs of a graph stay what they are inside; who uses them says whether one or all are meant. */
    function resolveOutput(wire: Wire): Source {
      return "each" in wire ? outputs.get(wire.each)![wire.output]! : resolve(wire)
    }
  }

  const inputs = Object.fromEntries(
    job.graph.inputs.map((input): [string, Source] => [input, { _tag: "JobInput", input }])
  )
  const outputs = visit(job.graph, [], inputs)
  return { jobName: job.name, steps, outputs }
}
