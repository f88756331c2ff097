import type { GraphSnapshot, JobSnapshot, NodeSnapshot, OpSnapshot } from "@heddle/events/JobSnapshot"
import type * as SchemaAST from "effect/SchemaAST"
import * as Struct from "effect/Struct"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import { InputDefault } from "./InputDefault.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { OpDefinition } from "./OpDefinition.ts"
import { ValueCheck } from "./ValueCheck.ts"

/** Whether values of a schema have a JSON form: not those of any type, nor of a class that says nothing of one. */
const isPortable = ({ annotations, _tag, encoding }: SchemaAST.AST): boolean => {
  if (encoding !== undefined) return true
  if (_tag !== "Declaration") return _tag !== "Any" && _tag !== "Unknown"
  return typeof (annotations?.["toCodecJson"] ?? annotations?.["toCodec"]) === "function"
}

const describeOp = (definition: OpDefinition): OpSnapshot => ({
  name: definition.name,
  ...definition.settings,
  inputs: definition.inputs.map(({ name, schema }) => ({
    name,
    kind: ValueCheck.isNothing(schema) ? "nothing" : "value",
    hasDefault: InputDefault.has(schema)
  })),
  outputs: definition.outputs.map(({ asset, check, dynamic, io, name, required, schema }) => ({
    name,
    kind: ValueCheck.isNothing(schema) ? "nothing" : "value",
    required,
    dynamic,
    ...(io === undefined ? {} : { ioManager: io.key }),
    // What a check found, or an observation, is told in an event and never stored.
    portable: check !== undefined || asset?.kind === "observation" || isPortable(schema.ast),
    ...(asset === undefined
      ? {}
      : {
          asset: {
            key: asset.key,
            kind: asset.kind,
            upstream: asset.deps.map((dep) => dep.asset),
            isPartitioned: asset.partitions !== undefined
          }
        }),
    ...(check === undefined ? {} : { check })
  })),
  ...(definition.resources === undefined ? {} : { resources: Object.keys(definition.resources) })
})

const ops = new WeakMap<OpDefinition, OpSnapshot>()

/** An op as data, made once for all of its uses. */
const op = (definition: OpDefinition): OpSnapshot => {
  let snapshot = ops.get(definition)
  if (snapshot === undefined) ops.set(definition, (snapshot = describeOp(definition)))
  return snapshot
}

const node = ({ body, hooks, ...data }: NodeDefinition): NodeSnapshot => ({
  ...data,
  body: body._tag === "OpDefinition" ? { op: op(body) } : { graph: graph(body) },
  hooks: hooks.map((hook) => hook.name)
})

const graph = (definition: GraphDefinition): GraphSnapshot => ({
  ...Struct.pick(definition, ["name", "description", "inputs", "outputs"]),
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
      ...Struct.pick(job, ["name", "description", "tags", "retry"]),
      graph: graph(job.graph),
      resources: Object.keys(job.resources)
    }
    snapshots.set(job, snapshot)
  }
  return snapshot
}
