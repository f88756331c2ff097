import type { GraphSnapshot, JobSnapshot, NodeSnapshot, OpSnapshot } from "@heddle/events/JobSnapshot"
import type * as SchemaAST from "effect/SchemaAST"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import { InputDefault } from "./InputDefault.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { OpDefinition } from "./OpDefinition.ts"
import { ValueCheck } from "./ValueCheck.ts"

const described = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V })

/** Whether values of a schema have a JSON form: not those of any type, nor of a class that says nothing of one. */
const isPortable = ({ annotations, _tag, encoding }: SchemaAST.AST): boolean => {
  if (encoding !== undefined) return true
  if (_tag !== "Declaration") return _tag !== "Any" && _tag !== "Unknown"
  return typeof (annotations?.["toCodecJson"] ?? annotations?.["toCodec"]) === "function"
}

const op = (definition: OpDefinition): OpSnapshot => ({
  name: definition.name,
  ...described("description", definition.description),
  inputs: definition.inputs.map(({ name, schema }) => ({
    name,
    kind: ValueCheck.isNothing(schema) ? "nothing" : "value",
    hasDefault: InputDefault.has(schema)
  })),
  outputs: definition.outputs.map(({ dynamic, io, name, required, schema }) => ({
    name,
    required,
    dynamic,
    ...described("ioManager", io?.key),
    portable: isPortable(schema.ast)
  })),
  ...described("resources", definition.resources === undefined ? undefined : Object.keys(definition.resources)),
  tags: definition.tags,
  ...described("retry", definition.retry),
  ...described("codeVersion", definition.codeVersion),
  ...described("pool", definition.pool)
})

const node = (definition: NodeDefinition): NodeSnapshot => ({
  name: definition.name,
  body: definition.body._tag === "OpDefinition" ? { op: op(definition.body) } : { graph: graph(definition.body) },
  inputs: definition.inputs,
  after: definition.after,
  tags: definition.tags,
  ...described("retry", definition.retry),
  hooks: definition.hooks.map((hook) => hook.name)
})

const graph = (definition: GraphDefinition): GraphSnapshot => ({
  name: definition.name,
  ...described("description", definition.description),
  inputs: definition.inputs,
  outputs: definition.outputs,
  nodes: definition.nodes.map(node)
})

const snapshots = new WeakMap<JobDefinition, JobSnapshot>()

/**
 * Gives a job as data, made once for each job: what the plan, the engine and other processes see of it.
 *
 * @param job - definition of the job
 * @since 0.1.0
 */
export const describe = (job: JobDefinition): JobSnapshot => {
  let snapshot = snapshots.get(job)
  if (snapshot === undefined) {
    snapshot = {
      name: job.name,
      ...described("description", job.description),
      graph: graph(job.graph),
      resources: Object.keys(job.resources),
      tags: job.tags,
      ...described("retry", job.retry)
    }
    snapshots.set(job, snapshot)
  }
  return snapshot
}
