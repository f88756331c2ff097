import { ConfigNode } from "@heddle/config/ConfigNode"
import { ConfigSchema } from "@heddle/config/ConfigSchema"
import type * as Schema from "effect/Schema"
import type { GraphDefinition, NodeDefinition } from "../GraphDefinition.ts"
import { InputDefault } from "../InputDefault.ts"
import { InputManager } from "../InputManager.ts"
import type { JobDefinition } from "../JobDefinition.ts"
import type { OpDefinition } from "../OpDefinition.ts"
import { configField } from "./configField.ts"

const openInputs = (node: NodeDefinition): ReadonlyArray<string> =>
  (node.body._tag === "OpDefinition" ? node.body.inputs.map(({ name }) => name) : node.body.inputs).filter(
    (input) => node.inputs[input] === undefined
  )

/** The schema of an input of a graph is that of the inner input that it feeds. */
const graphInputSchema = (graph: GraphDefinition, input: string): Schema.Top | undefined => {
  for (const node of graph.nodes) {
    for (const [name, wire] of Object.entries(node.inputs)) {
      if (!("graphInput" in wire) || wire.graphInput !== input) continue
      const schema =
        node.body._tag === "OpDefinition"
          ? node.body.inputs.find((declared) => declared.name === name)?.schema
          : graphInputSchema(node.body, name)
      if (schema !== undefined) return schema
    }
  }
  return undefined
}

const wired = new WeakMap<OpDefinition, ConfigNode>()

/**
 * The section of an op all of whose inputs are wired and of no input manager, which is the same for all of its uses;
 * `undefined` for any other node.
 */
const wiredSection = ({ body, inputs }: NodeDefinition): ConfigNode | undefined => {
  if (body._tag !== "OpDefinition") return undefined
  for (const { name, schema } of body.inputs) {
    if (inputs[name] === undefined || InputManager.of(schema) !== undefined) return undefined
  }
  let section = wired.get(body)
  if (section === undefined) wired.set(body, (section = ConfigNode.section(configField(body.config))))
  return section
}

const nodeFields = (node: NodeDefinition): { [name: string]: ConfigNode } => {
  const fields: { [name: string]: ConfigNode } = {}
  const { body } = node
  if (body._tag === "OpDefinition") {
    Object.assign(fields, configField(body.config))
  } else if (body.configMapping !== undefined) {
    Object.assign(fields, configField(body.configMapping.config))
  } else {
    const ops = nodesShape(body)
    if (Object.keys(ops).length > 0) fields["ops"] = ConfigNode.section(ops)
  }
  const inputs: { [name: string]: ConfigNode } = {}
  for (const input of openInputs(node)) {
    const schema =
      body._tag === "OpDefinition"
        ? body.inputs.find(({ name }) => name === input)?.schema
        : graphInputSchema(body, input)
    if (schema === undefined || schema.ast._tag === "Void" || InputManager.of(schema) !== undefined) continue
    // An input with a default that cannot be read from config is left out.
    if (!ConfigSchema.isLoadable(schema)) continue
    const given = ConfigNode.valueForm(schema)
    inputs[input] = InputDefault.has(schema) ? ConfigNode.optional(given) : given
  }
  // An input manager has its own config for an input, wired or not.
  if (body._tag === "OpDefinition") {
    for (const { name, schema } of body.inputs) {
      const manager = InputManager.of(schema)
      if (manager === undefined) continue
      inputs[name] = manager.config === undefined ? ConfigNode.open : ConfigNode.value(manager.config)
    }
  }
  if (Object.keys(inputs).length > 0) fields["inputs"] = ConfigNode.section(inputs)
  return fields
}

/** The shapes of the sections of the nodes of a graph, by name. */
export const nodesShape = (graph: GraphDefinition): { readonly [name: string]: ConfigNode } => {
  const ops: { [name: string]: ConfigNode } = {}
  for (const node of graph.nodes) {
    const section = wiredSection(node) ?? ConfigNode.section(nodeFields(node))
    const { body } = node
    ops[node.name] =
      body._tag === "GraphDefinition" && body.configMapping !== undefined
        ? ConfigNode.mapped(section, ConfigNode.section(nodesShape(body)), "ops", body.configMapping.to)
        : section
  }
  return ops
}

/** The config of a node that is not selected: it is checked if given, but never required. */
const ignored = (node: NodeDefinition): { readonly [name: string]: ConfigNode } => {
  const { inputs, ...fields } = nodeFields({ ...node, inputs: {} })
  const open =
    inputs?._tag === "Section"
      ? Object.entries(inputs.fields).map(([name, inner]) => [name, ConfigNode.optional(inner)] as const)
      : []
  if (open.length > 0) fields["inputs"] = ConfigNode.section(Object.fromEntries(open))
  return { [node.name]: ConfigNode.optional(ConfigNode.section(fields)) }
}

/** The shape of the `ops` section of a job or of a part of a job. */
export const opsShape = ({ graph, unselected = [] }: JobDefinition): ConfigNode => {
  const selected = nodesShape(graph)
  if (unselected.length === 0) return ConfigNode.section(selected)
  const others: { readonly [name: string]: ConfigNode } = Object.assign({}, ...unselected.map(ignored))
  return ConfigNode.section({ ...others, ...selected })
}
