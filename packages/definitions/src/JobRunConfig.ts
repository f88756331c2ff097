import { ConfigNode } from "@heddle/config/ConfigNode"
import { RunConfigError } from "@heddle/config/RunConfigError"
import { validate } from "@heddle/config/validate"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import type { JobDefinition } from "./JobDefinition.ts"

/** Config of the in-process executor. */
const InProcess = Schema.Struct({
  maxConcurrent: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
})

/** Config of the multiprocess executor. */
const Multiprocess = Schema.Struct({
  maxConcurrent: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0)))
})

/** What of a run is given at the call, so that its run config does not ask for it. */
export interface GivenAtCall {
  /** Keys of resources that are replaced. */
  readonly resources?: ReadonlyArray<string>
  /** Names of job inputs that have a value. */
  readonly inputs?: ReadonlyArray<string>
}

type Section = { readonly [name: string]: unknown }

const openInputs = (node: NodeDefinition): ReadonlyArray<string> =>
  (node.body._tag === "OpDefinition" ? node.body.inputs.map(({ name }) => name) : node.body.inputs).filter(
    (input) => node.inputs[input] === undefined
  )

/** Schema of an input of a graph: that of the inner input which it feeds. */
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

const nodeFields = (node: NodeDefinition): { [name: string]: ConfigNode } => {
  const fields: { [name: string]: ConfigNode } = {}
  const { body } = node
  if (body._tag === "OpDefinition") {
    if (body.config !== undefined) fields["config"] = ConfigNode.value(body.config)
  } else {
    const ops = opsSection(body)
    if (Object.keys(ops).length > 0) fields["ops"] = ConfigNode.section(ops)
  }
  const inputs: { [name: string]: ConfigNode } = {}
  for (const input of openInputs(node)) {
    const schema =
      body._tag === "OpDefinition"
        ? body.inputs.find(({ name }) => name === input)?.schema
        : graphInputSchema(body, input)
    if (schema !== undefined && schema.ast._tag !== "Void") inputs[input] = ConfigNode.valueForm(schema)
  }
  if (Object.keys(inputs).length > 0) fields["inputs"] = ConfigNode.section(inputs)
  return fields
}

const opsSection = (graph: GraphDefinition): { readonly [name: string]: ConfigNode } => {
  const ops: { [name: string]: ConfigNode } = {}
  for (const node of graph.nodes) {
    const fields = nodeFields(node)
    if (Object.keys(fields).length > 0) ops[node.name] = ConfigNode.section(fields)
  }
  return ops
}

/** Sections of each job's run config, made once for each job. */
const sections = new WeakMap<
  JobDefinition,
  { readonly ops: ConfigNode; readonly resources: Record<string, ConfigNode> }
>()

const sectionsOf = (job: JobDefinition) => {
  let made = sections.get(job)
  if (made === undefined) {
    const resources: Record<string, ConfigNode> = {}
    for (const [key, { definition }] of Object.entries(job.resources)) {
      if (definition.config === undefined) continue
      resources[key] = ConfigNode.section({ config: ConfigNode.value(definition.config) })
    }
    made = { ops: ConfigNode.section(opsSection(job.graph)), resources }
    sections.set(job, made)
  }
  return made
}

const schemaOf = (job: JobDefinition, given: GivenAtCall): ConfigNode => {
  const { ops, resources } = sectionsOf(job)
  const inputs: Record<string, ConfigNode> = {}
  for (const [input, schema] of Object.entries(job.inputs)) {
    if (Object.hasOwn(job.inputValues, input) || given.inputs?.includes(input) === true) continue
    inputs[input] = ConfigNode.valueForm(schema)
  }
  return ConfigNode.section({
    execution: ConfigNode.section({
      config: ConfigNode.value(InProcess),
      inProcess: ConfigNode.section({ config: ConfigNode.value(InProcess) }),
      multiprocess: ConfigNode.section({ config: ConfigNode.value(Multiprocess) })
    }),
    loggers: ConfigNode.each(ConfigNode.section({ config: ConfigNode.open })),
    resources: ConfigNode.section(
      Object.fromEntries(Object.entries(resources).filter(([key]) => given.resources?.includes(key) !== true))
    ),
    inputs: ConfigNode.section(inputs),
    ops
  })
}

const section = (value: unknown, name: string): Section => {
  const inner = typeof value === "object" && value !== null ? (value as Section)[name] : undefined
  return typeof inner === "object" && inner !== null ? (inner as Section) : {}
}

/**
 * The run config of a job after validation: values decoded, defaults filled in.
 *
 * @since 0.1.0
 */
export class JobRunConfig {
  readonly resolved: Section

  constructor(resolved: Section) {
    this.resolved = resolved
  }

  /** The section of a node, `{ config?, inputs?, ops? }`, by the names on the way to it. */
  node(path: ReadonlyArray<string>): { readonly config?: unknown; readonly inputs: Section } {
    let at: Section = this.resolved
    for (const name of path) at = section(at["ops"] === undefined ? {} : at["ops"], name)
    return { config: at["config"], inputs: section(at, "inputs") }
  }

  /** The config of a resource. */
  resource(key: string): unknown {
    return section(this.resolved["resources"], key)["config"]
  }

  /** The values of the job's inputs that run config gives. */
  get inputs(): Section {
    return section(this.resolved, "inputs")
  }

  /** How many steps may run at once, if run config says so. */
  get maxConcurrent(): number | undefined {
    const execution = section(this.resolved, "execution")
    const of = (config: Section) => config["maxConcurrent"] as number | undefined
    return (
      of(section(section(execution, "inProcess"), "config")) ??
      of(section(section(execution, "multiprocess"), "config")) ??
      of(section(execution, "config"))
    )
  }

  /** The shape of a job's run config, less what the call gives. */
  static readonly schema = (job: JobDefinition, given: GivenAtCall = {}): ConfigNode => schemaOf(job, given)

  /**
   * Checks run config against a job.
   *
   * @param job - definition of the job
   * @param config - run config as it was read; `undefined` for none
   * @param given - what the call gives, so that run config need not
   * @returns the resolved config; fails with `RunConfigError`, which holds every problem
   */
  static readonly validate = (
    job: JobDefinition,
    config: unknown,
    given: GivenAtCall = {}
  ): Effect.Effect<JobRunConfig, RunConfigError> =>
    Effect.suspend(() => {
      const result = validate(schemaOf(job, given), config)
      return result._tag === "Valid"
        ? Effect.succeed(new JobRunConfig(result.value as Section))
        : Effect.fail(new RunConfigError({ jobName: job.name, problems: result.problems }))
    })
}
