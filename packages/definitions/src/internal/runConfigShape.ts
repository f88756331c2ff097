import { ConfigNode } from "@heddle/config/ConfigNode"
import { ExecutorDeclaration, type OfferedExecutors } from "../ExecutorDeclaration.ts"
import type { GivenAtCall } from "../GivenAtCall.ts"
import { InputDefault } from "../InputDefault.ts"
import * as Schema from "effect/Schema"
import type { JobDefinition } from "../JobDefinition.ts"
import { JobLoggers } from "../JobLoggers.ts"
import { JobNeeds } from "../JobNeeds.ts"
import { ValueCheck } from "../ValueCheck.ts"
import { checkLoadable } from "./checkLoadable.ts"
import { configField } from "./configField.ts"
import { opsShape } from "./opsShape.ts"

/** The keys of the resources that a run of a job may start. */
const resourcesOf = (job: JobDefinition): ReadonlySet<string> =>
  new Set(
    JobNeeds.resources(JobNeeds.of(job), {
      keys: new Set(Object.keys(job.resources)),
      needsOf: (key) => job.resources[key]?.definition.needs ?? {},
      // The services that a call provides are not known here.
      hasService: () => false
    })
  )

/** The sections of the run config of a job, made once for each job. */
const sections = new WeakMap<
  JobDefinition,
  { readonly ops: ConfigNode; readonly resources: Record<string, ConfigNode>; readonly loggers: ConfigNode }
>()

const sectionsOf = (job: JobDefinition) => {
  let made = sections.get(job)
  if (made === undefined) {
    // In a part of a job, run config may have to give more inputs than in the whole.
    checkLoadable(job.graph, `job "${job.name}"`)
    const resources: Record<string, ConfigNode> = {}
    const needed = resourcesOf(job)
    for (const [key, { definition }] of Object.entries(job.resources)) {
      const config = ConfigNode.section(configField(definition.config))
      // A resource that nothing uses does not start. Its config is checked if given, but not required.
      resources[key] = needed.has(key) ? config : ConfigNode.optional(config)
    }
    made = { ops: opsShape(job), resources, loggers: loggersSection(job) }
    sections.set(job, made)
  }
  return made
}

/** Only the loggers that run config names are used, so none is required. A named logger needs its config. */
const loggersSection = (job: JobDefinition): ConfigNode =>
  ConfigNode.section(
    Object.fromEntries(
      Object.entries(JobLoggers.of(job)).map(([name, { definition }]) => [
        name,
        ConfigNode.optional(ConfigNode.section(configField(definition.config)))
      ])
    )
  )

/** A run has one executor. */
const namesOneExecutor = Schema.Record(Schema.String, Schema.Unknown).check(
  Schema.makeFilter((execution) => {
    const names = Object.keys(execution).filter((name) => name !== "config")
    return names.length < 2 || `name one executor, got ${names.map((name) => `"${name}"`).join(", ")}`
  })
)

/** The `execution` section: the config of the default executor, or one executor by name. */
const executionSection = (executors: OfferedExecutors | undefined, namesExecutor: boolean): ConfigNode => {
  if (executors === undefined) {
    return {
      _tag: "Section",
      fields: { config: ConfigNode.value(ExecutorDeclaration.common) },
      rest: ConfigNode.open,
      checks: namesOneExecutor,
      mayBeNull: true
    }
  }
  const config = ConfigNode.value(executors[0].config)
  return {
    _tag: "Section",
    fields: {
      // If run config names an executor, the config of the default one is not required.
      config: namesExecutor ? ConfigNode.optional(config) : config,
      ...Object.fromEntries(
        executors.map(({ config, name }) => [
          name,
          ConfigNode.optional(ConfigNode.section({ config: ConfigNode.value(config) }))
        ])
      )
    },
    checks: namesOneExecutor,
    mayBeNull: true
  }
}

const sectionsShape = (job: JobDefinition, given: GivenAtCall, namesExecutor: boolean): ConfigNode => {
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
    // Run config has this section only if it can give an input.
    ...(Object.keys(inputs).length === 0 ? {} : { inputs: ConfigNode.section(inputs) }),
    ops
  })
}

/**
 * The shape of the run config of a job.
 *
 * @param job - definition of the job
 * @param given - what the call gives, which run config then does not need
 * @param namesExecutor - whether run config names an executor, so that the config of the default one is not required
 */
export const runConfigShape = (job: JobDefinition, given: GivenAtCall, namesExecutor = false): ConfigNode => {
  const { config: own } = job
  const sections = sectionsShape(job, given, namesExecutor)
  if (own?._tag !== "Mapped") return sections
  return ConfigNode.mapped(ConfigNode.value(own.config), sections, undefined, own.to)
}

/** The shapes for calls that give nothing, made once for each job and its executors. */
const plain = new WeakMap<
  JobDefinition,
  { readonly executors: OfferedExecutors | undefined; readonly node: ConfigNode }
>()

/** The shape of the run config of a job, cached for calls that give nothing. */
export const keptRunConfigShape = (job: JobDefinition, given: GivenAtCall): ConfigNode => {
  if ((given.resources?.length ?? 0) + (given.inputs?.length ?? 0) > 0) return runConfigShape(job, given)
  const { executors } = given
  let made = plain.get(job)
  if (made === undefined || made.executors !== executors) {
    plain.set(job, (made = { executors, node: runConfigShape(job, { executors }) }))
  }
  return made.node
}
