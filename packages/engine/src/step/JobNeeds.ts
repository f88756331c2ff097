import { describe } from "@heddle/definitions/describe"
import { InputManager } from "@heddle/definitions/InputManager"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import type { OutputDefinition } from "@heddle/definitions/OpDefinition"
import type { Tags } from "@heddle/definitions/OpExecutionContext"
import type * as Context from "effect/Context"
import { makePlan } from "../plan/makePlan.ts"
import { SourcePart } from "../plan/SourcePart.ts"
import { type StepEntry, StepTable } from "./StepTable.ts"

/** The key under which a job binds the IO manager of outputs that name none; events tell of it by this name too. */
export const DEFAULT_IO = "io_manager"

/** One service that something in a job reads. */
export interface Need {
  /** What reads it: `op "load"`. */
  readonly place: string
  readonly kind: "resource" | "IO manager" | "input manager"
  /** The key by which it is asked for; an IO manager is asked for by the key of its service. */
  readonly key: string
  readonly tag: Context.Key<any, any>
}

/** What the steps of a job need of what surrounds them. */
export interface JobNeeds {
  readonly named: ReadonlyArray<Need>
  /** Whether something names none of what it reads, and so may read any. */
  readonly any: boolean
  /** Whether a value is kept by the IO manager of outputs that name none. */
  readonly defaultIO: boolean
}

const ofTags = (place: string, tags: Tags): ReadonlyArray<Need> =>
  Object.entries(tags).map(([key, tag]) => ({ place, kind: "resource", key, tag }))

const ofOutputs = (place: string, { op }: StepEntry): ReadonlyArray<Need> =>
  op.outputs.flatMap(({ io, name }) =>
    io === undefined ? [] : [{ place: `${place} › output "${name}"`, kind: "IO manager", key: io.key, tag: io }]
  )

const ofInputs = (place: string, { op }: StepEntry): ReadonlyArray<Need> =>
  op.inputs.flatMap(({ name, schema }) => {
    const tag = InputManager.of(schema)?.tag
    return tag === undefined ? [] : [{ place: `${place} › input "${name}"`, kind: "input manager", key: tag.key, tag }]
  })

const storesByDefault = ({ op }: StepEntry): boolean => op.outputs.some(({ io }) => io === undefined)

const withOutputs = (entry: StepEntry, keep: (output: OutputDefinition) => boolean): StepEntry => ({
  ...entry,
  op: { ...entry.op, outputs: entry.op.outputs.filter(keep) }
})

/** The outputs that some steps read, each as `<node path> <output>`. */
const outputsReadBy = (job: JobDefinition, executes: ReadonlySet<string>): ReadonlySet<string> => {
  const plan = makePlan(describe(job))
  const read = new Set<string>()
  for (const { inputs, nodePath } of plan.steps) {
    if (!executes.has(nodePath)) continue
    for (const { output, step } of inputs.flatMap(({ source }) => SourcePart.of(source))) {
      read.add(`${plan.steps[step]!.nodePath} ${output}`)
    }
  }
  return read
}

const read = (job: JobDefinition, executes: ReadonlySet<string> | undefined): JobNeeds => {
  const outputs = executes === undefined ? undefined : outputsReadBy(job, executes)
  const named: Array<Need> = []
  let any = false
  let defaultIO = false
  for (const [path, whole] of StepTable.of(job)) {
    const place = `op "${path}"`
    const isExecuted = executes?.has(path) !== false
    const entry = isExecuted ? whole : withOutputs(whole, ({ name }) => outputs?.has(`${path} ${name}`) === true)
    named.push(...ofOutputs(place, entry))
    defaultIO ||= storesByDefault(entry)
    if (!isExecuted) continue
    named.push(...ofInputs(place, entry))
    if (entry.op.resources === undefined) any = true
    else named.push(...ofTags(place, entry.op.resources))
    for (const hook of entry.hooks) {
      if (hook.resources === undefined) any = true
      else named.push(...ofTags(`hook "${hook.name}" of ${place}`, hook.resources))
    }
  }
  return { named, any, defaultIO }
}

/** What all steps of a job need, read once for each job. */
const ofWhole = new WeakMap<JobDefinition, JobNeeds>()

/**
 * Reads what a job's steps need of what surrounds them.
 *
 * @since 0.1.0
 */
export const JobNeeds = {
  /**
   * What the steps of a job need.
   *
   * @param executes - node paths of the steps that are executed, all without it; of the others only values are read
   */
  of: (job: JobDefinition, executes?: ReadonlyArray<string>): JobNeeds => {
    if (executes !== undefined) return read(job, new Set(executes))
    let needs = ofWhole.get(job)
    if (needs === undefined) ofWhole.set(job, (needs = read(job, undefined)))
    return needs
  },

  /** What reading stored outputs of a job needs: the IO managers of them all. */
  ofStored: (job: JobDefinition): JobNeeds => {
    const entries = [...StepTable.of(job)]
    return {
      named: entries.flatMap(([path, entry]) => ofOutputs(`op "${path}"`, entry)),
      any: false,
      defaultIO: entries.some(([, entry]) => storesByDefault(entry))
    }
  },

  /** What the resources that a job binds say that they need, but for those that are replaced. */
  ofResources: (job: JobDefinition, isReplaced: (key: string) => boolean): ReadonlyArray<Need> =>
    Object.entries(job.resources).flatMap(([key, { definition }]) =>
      isReplaced(key) ? [] : ofTags(`resource "${key}"`, definition.needs)
    ),

  /** The key under which a need is bound: the key that asks for it, or that of its service. */
  boundAs: ({ key, tag }: Pick<Need, "key" | "tag">, bound: ReadonlySet<string>): string | undefined =>
    bound.has(key) ? key : bound.has(tag.key) ? tag.key : undefined
}
