import { ConfigEnvironment } from "@heddle/config/ConfigEnvironment"
import { ConfigNode } from "@heddle/config/ConfigNode"
import { ConfigSchema } from "@heddle/config/ConfigSchema"
import { ConfigSecrets } from "@heddle/config/ConfigSecrets"
import { RunConfigError } from "@heddle/config/RunConfigError"
import { validate } from "@heddle/config/validate"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { ExecutorDeclaration, type OfferedExecutors } from "./ExecutorDeclaration.ts"
import type { GraphDefinition, NodeDefinition } from "./GraphDefinition.ts"
import { checkLoadable } from "./internal/checkLoadable.ts"
import { InputDefault } from "./InputDefault.ts"
import { InputManager } from "./InputManager.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import { JobNeeds } from "./JobNeeds.ts"
import { JobLoggers } from "./JobLoggers.ts"
import { ValueCheck } from "./ValueCheck.ts"

/** What of a run is given at the call, so that its run config does not ask for it. */
export interface GivenAtCall {
  /** Keys of resources that are replaced. */
  readonly resources?: ReadonlyArray<string>
  /** Names of job inputs that have a value. */
  readonly inputs?: ReadonlyArray<string>
  /** Executors of a job that names none, the default one first; without them any name with any config is accepted. */
  readonly executors?: OfferedExecutors | undefined
}

type Section = { readonly [name: string]: unknown }

/** Config of an executor: what every executor takes, decoded, and its own fields. */
export type ExecutionFields = typeof ExecutorDeclaration.common.Type & Section

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

/** What a section takes as `config`; without a schema of its own it is anything. */
const configField = (schema: Schema.Top | undefined): { readonly config: ConfigNode } => ({
  config: schema === undefined ? ConfigNode.open : ConfigNode.value(schema)
})

const nodeFields = (node: NodeDefinition): { [name: string]: ConfigNode } => {
  const fields: { [name: string]: ConfigNode } = {}
  const { body } = node
  if (body._tag === "OpDefinition") {
    Object.assign(fields, configField(body.config))
  } else if (body.configMapping !== undefined) {
    Object.assign(fields, configField(body.configMapping.config))
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
    if (schema === undefined || schema.ast._tag === "Void" || InputManager.of(schema) !== undefined) continue
    // What has a default, and cannot be read from config, has no place in it.
    if (!ConfigSchema.isLoadable(schema)) continue
    const given = ConfigNode.valueForm(schema)
    inputs[input] = InputDefault.has(schema) ? ConfigNode.optional(given) : given
  }
  // An input manager takes config of its own for an input, wired or not.
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

const opsSection = (graph: GraphDefinition): { readonly [name: string]: ConfigNode } => {
  const ops: { [name: string]: ConfigNode } = {}
  for (const node of graph.nodes) {
    const section = ConfigNode.section(nodeFields(node))
    const { body } = node
    ops[node.name] =
      body._tag === "GraphDefinition" && body.configMapping !== undefined
        ? ConfigNode.mapped(section, ConfigNode.section(opsSection(body)), "ops", body.configMapping.to)
        : section
  }
  return ops
}

/** The keys of the resources that a run of a job may start. */
const resourcesOf = (job: JobDefinition): ReadonlySet<string> =>
  new Set(
    JobNeeds.resources(JobNeeds.of(job), {
      keys: new Set(Object.keys(job.resources)),
      needsOf: (key) => job.resources[key]?.definition.needs ?? {},
      // What a call provides is not known here.
      hasService: () => false
    })
  )

/** Sections of each job's run config, made once for each job. */
const sections = new WeakMap<
  JobDefinition,
  { readonly ops: ConfigNode; readonly resources: Record<string, ConfigNode>; readonly loggers: ConfigNode }
>()

const sectionsOf = (job: JobDefinition) => {
  let made = sections.get(job)
  if (made === undefined) {
    // A part of a job leaves more inputs to run config than the whole.
    checkLoadable(job.graph, `job "${job.name}"`)
    const resources: Record<string, ConfigNode> = {}
    const needed = resourcesOf(job)
    for (const [key, { definition }] of Object.entries(job.resources)) {
      const config = ConfigNode.section(configField(definition.config))
      // What nothing reads is not started: what is said of it is checked, and not asked for.
      resources[key] = needed.has(key) ? config : ConfigNode.optional(config)
    }
    made = { ops: opsOf(job), resources, loggers: loggersSection(job) }
    sections.set(job, made)
  }
  return made
}

/** What may be said of a node that was not selected: it is checked, and not asked for. */
const ignored = (node: NodeDefinition): { readonly [name: string]: ConfigNode } => {
  const { inputs, ...fields } = nodeFields({ ...node, inputs: {} })
  const open =
    inputs?._tag === "Section"
      ? Object.entries(inputs.fields).map(([name, inner]) => [name, ConfigNode.optional(inner)] as const)
      : []
  if (open.length > 0) fields["inputs"] = ConfigNode.section(Object.fromEntries(open))
  return { [node.name]: ConfigNode.optional(ConfigNode.section(fields)) }
}

/** The `ops` section of a job, or of a part of one. */
const opsOf = ({ graph, unselected = [] }: JobDefinition): ConfigNode => {
  const others: { readonly [name: string]: ConfigNode } = Object.assign({}, ...unselected.map(ignored))
  return ConfigNode.section({ ...others, ...opsSection(graph) })
}

/** Only loggers that are named run, so that none must be; one that is named must have the config that it takes. */
const loggersSection = (job: JobDefinition): ConfigNode =>
  ConfigNode.section(
    Object.fromEntries(
      Object.entries(JobLoggers.of(job)).map(([name, { definition }]) => [
        name,
        ConfigNode.optional(ConfigNode.section(configField(definition.config)))
      ])
    )
  )

const schemaOf = (job: JobDefinition, given: GivenAtCall, namesExecutor = false): ConfigNode => {
  const { config: own } = job
  const sections = sectionsSchema(job, given, namesExecutor)
  if (own?._tag !== "Mapped") return sections
  return ConfigNode.mapped(ConfigNode.value(own.config), sections, undefined, own.to)
}

/** What a job's own config says of an entry stands unless the run config has that entry. */
const withDefaults = (job: JobDefinition, given: GivenAtCall, config: unknown): unknown => {
  if (job.config?._tag !== "Defaults" || (config !== undefined && !isSection(config))) return config
  const merged: Record<string, unknown> = { ...config }
  for (const [name, entries] of Object.entries(job.config.runConfig)) {
    const own = merged[name]
    if (!isSection(entries) || (own !== undefined && own !== null && !isSection(own))) continue
    // What the call gives is not asked for, and so has no place in run config.
    const gone = name === "resources" ? given.resources : name === "inputs" ? given.inputs : undefined
    merged[name] = {
      ...Object.fromEntries(Object.entries(entries).filter(([entry]) => gone?.includes(entry) !== true)),
      ...own
    }
  }
  return merged
}

/** The `execution` section: config of the default executor, or one executor by its name. */
const executionSection = (executors: OfferedExecutors | undefined, namesExecutor: boolean): ConfigNode => {
  if (executors === undefined) {
    return {
      _tag: "Section",
      fields: { config: ConfigNode.value(ExecutorDeclaration.common) },
      rest: ConfigNode.open,
      mayBeNull: true
    }
  }
  const config = ConfigNode.value(executors[0].config)
  return ConfigNode.section({
    // Whoever names an executor need not say what the default one requires.
    config: namesExecutor ? ConfigNode.optional(config) : config,
    ...Object.fromEntries(
      executors.map(({ config, name }) => [
        name,
        ConfigNode.optional(ConfigNode.section({ config: ConfigNode.value(config) }))
      ])
    )
  })
}

const sectionsSchema = (job: JobDefinition, given: GivenAtCall, namesExecutor: boolean): ConfigNode => {
  const { loggers, ops, resources } = sectionsOf(job)
  const inputs: Record<string, ConfigNode> = {}
  for (const [input, schema] of Object.entries(job.inputs)) {
    if (Object.hasOwn(job.inputValues, input) || given.inputs?.includes(input) === true) continue
    if (ValueCheck.isNothing(schema)) continue
    const form = ConfigNode.valueForm(schema)
    inputs[input] = InputDefault.has(schema) ? ConfigNode.optional(form) : form
  }
  return ConfigNode.section({
    execution: executionSection(job.executors ?? given.executors, namesExecutor),
    loggers,
    resources: ConfigNode.section(
      Object.fromEntries(Object.entries(resources).filter(([key]) => given.resources?.includes(key) !== true))
    ),
    // Without an input that is left to it, run config has no such section.
    ...(Object.keys(inputs).length === 0 ? {} : { inputs: ConfigNode.section(inputs) }),
    ops
  })
}

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Entries that the job's own config gives, as what need not be given. */
const baked = (job: JobDefinition, node: ConfigNode): ConfigNode => {
  if (job.config?._tag !== "Defaults" || node._tag !== "Section") return node
  const fields: Record<string, ConfigNode> = { ...node.fields }
  for (const [name, entries] of Object.entries(job.config.runConfig)) {
    const inner = fields[name]
    if (!isSection(entries) || inner?._tag !== "Section") continue
    const filled = Object.entries(entries).flatMap(([entry, input]) => {
      const field = inner.fields[entry]
      return field === undefined ? [] : [[entry, ConfigNode.optional(field, { input })] as const]
    })
    fields[name] = { ...inner, fields: { ...inner.fields, ...Object.fromEntries(filled) } }
  }
  return { ...node, fields }
}

/** Schemas of jobs of which a call gives nothing, made once for each job and the executors that it may run with. */
const plain = new WeakMap<
  JobDefinition,
  { readonly executors: OfferedExecutors | undefined; readonly node: ConfigNode }
>()
const plainSchema = (job: JobDefinition, given: GivenAtCall): ConfigNode => {
  if ((given.resources?.length ?? 0) + (given.inputs?.length ?? 0) > 0) return schemaOf(job, given)
  const { executors } = given
  let made = plain.get(job)
  if (made === undefined || made.executors !== executors) {
    plain.set(job, (made = { executors, node: schemaOf(job, { executors }) }))
  }
  return made.node
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

  /** The config of each logger that run config chooses, by name. */
  get loggers(): Section {
    const loggers = section(this.resolved, "loggers")
    return Object.fromEntries(Object.keys(loggers).map((name) => [name, section(loggers, name)["config"]]))
  }

  /** The values of the job's inputs that run config gives. */
  get inputs(): Section {
    return section(this.resolved, "inputs")
  }

  /** Name of the executor that run config chooses. The run config can be given, the job's own, or returned by a config mapping. */
  get executor(): string | undefined {
    return Object.keys(section(this.resolved, "execution")).find((name) => name !== "config")
  }

  /** Config of the executor: what stands under its name, over what stands under `execution.config`. */
  get execution(): ExecutionFields {
    const execution = section(this.resolved, "execution")
    const named = this.executor === undefined ? {} : section(section(execution, this.executor), "config")
    return { ...section(execution, "config"), ...named }
  }

  /** Whether failed attempts are retried, if run config says so. */
  get retries(): "enabled" | "disabled" | undefined {
    const { retries } = this.execution
    return retries === undefined ? undefined : "disabled" in retries ? "disabled" : "enabled"
  }

  /** The shape of a job's run config, less what the call gives; what the job's own config says need not be given. */
  static readonly schema = (job: JobDefinition, given: GivenAtCall = {}): ConfigNode => baked(job, schemaOf(job, given))

  /**
   * Run config as it can be kept with a run or shown: values of secrets are replaced, names of environment variables stay.
   *
   * @param job - definition of the job
   * @param config - run config as it was read
   * @param given - `executors` of a job that names none
   */
  static readonly withoutSecrets = (
    job: JobDefinition,
    config: unknown,
    given: Pick<GivenAtCall, "executors"> = {}
  ): unknown => ConfigSecrets.hide(plainSchema(job, given), config)

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
    Effect.flatMap(Effect.service(ConfigEnvironment), (variables) => {
      const merged = withDefaults(job, given, config)
      const executors = job.executors ?? given.executors
      const namesOther =
        executors !== undefined &&
        Object.keys(section(merged, "execution")).some((name) => name !== "config") &&
        ConfigNode.isRequired(ConfigNode.value(executors[0].config))
      const schema = namesOther ? schemaOf(job, given, true) : plainSchema(job, given)
      const result = validate(schema, merged, { variables })
      return result._tag === "Valid"
        ? Effect.succeed(new JobRunConfig(result.value as Section))
        : Effect.fail(new RunConfigError({ jobName: job.name, problems: result.problems }))
    })
}
