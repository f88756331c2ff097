import { Wire } from "@heddle/events/JobSnapshot"
import { StepKey } from "@heddle/events/StepKey"
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { GraphDefinition, NodeDefinition } from "../GraphDefinition.ts"
import type { GraphDescription } from "../NodeDescription.ts"
import { findCycle } from "./findCycle.ts"
import { retrySnapshot } from "./retrySnapshot.ts"

type Body = NodeDefinition["body"]

const inputNames = (body: Body): ReadonlyArray<string> =>
  body._tag === "OpDefinition" ? body.inputs.map(({ name }) => name) : body.inputs

const outputNames = (body: Body): ReadonlyArray<string> =>
  body._tag === "OpDefinition" ? body.outputs.map(({ name }) => name) : Object.keys(body.outputs)

const kind = (body: Body): string => (body._tag === "OpDefinition" ? "op" : "graph")

const guess = (name: string, names: ReadonlyArray<string>): string => {
  const nearest = ConfigProblem.nearest(name, names)
  if (nearest !== undefined) return `; did you mean "${nearest}"?`
  return names.length === 0
    ? ""
    : `; there ${names.length === 1 ? "is" : "are"} ${names.map((n) => `"${n}"`).join(", ")}`
}

/**
 * Checks the description of a graph, and returns its definition.
 *
 * @throws DefinitionError with every mistake in it
 */
export const checkGraph = (description: GraphDescription, subject: string): GraphDefinition => {
  const problems: Array<DefinitionProblem> = []
  const problem = (place: string, message: string) => problems.push({ place, message })
  const name = (text: string, place: string) => {
    if (!StepKey.isName(text)) {
      problem(place, `"${text}" is not a valid name: use letters, digits and underscores`)
    }
  }
  name(description.name, "")
  const inputs = description.inputs ?? []
  const nodes: Array<NodeDefinition> = []
  const byName = new Map<string, NodeDefinition>()
  for (const node of description.nodes) {
    const body = node.node.definition
    const place = `${kind(body)} "${node.name}"`
    name(node.name, place)
    if (byName.has(node.name)) {
      problem(place, `the name "${node.name}" is used twice: give each node a unique name`)
      continue
    }
    const known = inputNames(body)
    for (const input of Object.keys(node.inputs ?? {})) {
      if (!known.includes(input)) problem(place, `it has no input "${input}"${guess(input, known)}`)
    }
    const definition: NodeDefinition = {
      name: node.name,
      body,
      inputs: node.inputs ?? {},
      after: node.after ?? [],
      tags: { ...(body._tag === "OpDefinition" ? body.settings.tags : {}), ...node.tags },
      hooks: node.hooks ?? [],
      ...retrySnapshot(node.retry)
    }
    nodes.push(definition)
    byName.set(node.name, definition)
  }

  const checkWire = (wire: Wire, place: string, orders: boolean, listed = false): void => {
    if ("many" in wire) {
      for (const [i, inner] of wire.many.entries()) checkWire(inner, `${place}[${i}]`, orders, true)
      return
    }
    if ("asset" in wire) {
      problem(place, `"${wire.asset}" is an asset: only a job of assets can load it`)
      return
    }
    if ("graphInput" in wire) {
      if (!inputs.includes(wire.graphInput)) {
        problem(place, `${subject} has no input "${wire.graphInput}"${guess(wire.graphInput, inputs)}`)
      }
      return
    }
    const upstream = "from" in wire ? wire.from : "each" in wire ? wire.each : wire.collect
    const node = byName.get(upstream)
    if (node === undefined) {
      problem(place, `there is no node "${upstream}"${guess(upstream, [...byName.keys()])}`)
      return
    }
    const outputs = outputNames(node.body)
    if (!outputs.includes(wire.output)) {
      problem(place, `${kind(node.body)} "${upstream}" has no output "${wire.output}"${guess(wire.output, outputs)}`)
      return
    }
    const dynamic =
      node.body._tag === "OpDefinition" && node.body.outputs.some((o) => o.name === wire.output && o.dynamic)
    if (dynamic && "from" in wire && !orders) {
      problem(place, `output "${wire.output}" of "${upstream}" is dynamic: map over it, or collect it`)
    }
    if (listed && "collect" in wire && !orders) {
      problem(place, "a collected output is already a list and cannot be an item of a list")
    }
  }
  for (const node of nodes) {
    const place = `${kind(node.body)} "${node.name}"`
    for (const [input, wire] of Object.entries(node.inputs)) checkWire(wire, `${place} › input "${input}"`, false)
    for (const wire of node.after) checkWire(wire, `${place} › after`, true)
  }
  for (const [output, wire] of Object.entries(description.outputs ?? {})) {
    name(output, `output "${output}"`)
    checkWire(wire, `output "${output}"`, true)
  }
  const cycle = findCycle(
    new Map(nodes.map((node) => [node.name, [...Object.values(node.inputs), ...node.after].flatMap(Wire.nodes)]))
  )
  if (cycle !== undefined) {
    problem("", `its nodes depend on each other in a cycle: ${cycle.map((n) => `"${n}"`).join(" → ")}`)
  }
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  return {
    _tag: "GraphDefinition",
    name: description.name,
    ...(description.description === undefined ? {} : { description: description.description }),
    inputs,
    outputs: description.outputs ?? {},
    nodes
  }
}
