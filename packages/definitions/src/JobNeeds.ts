import type { AssetSpec } from "./AssetNode.ts"
import { InputManager } from "./InputManager.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { OutputDefinition } from "./OpDefinition.ts"
import type { Tags } from "./OpExecutionContext.ts"
import type * as Context from "effect/Context"
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
  op.outputs.flatMap(({ asset, io, name }) => {
    if (io === undefined) return []
    const what = asset === undefined ? `${place} › output "${name}"` : `asset "${asset.key}"`
    return [{ place: what, kind: "IO manager", key: io.key, tag: io }]
  })

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

/** The assets that no step makes and that nodes of a job load, with the paths of the steps below the node. */
const ofLoads = (job: JobDefinition, executes: ReadonlySet<string> | undefined): ReadonlyArray<AssetSpec> => {
  if (job.assets === undefined) return []
  const { assets } = job.assets.graph
  const isExecuted = (name: string) =>
    executes === undefined || executes.has(name) || [...executes].some((path) => path.startsWith(`${name}.`))
  return job.graph.nodes.flatMap(({ inputs, name }) =>
    Object.values(inputs).flatMap((wire) => {
      const spec = "asset" in wire ? assets.get(wire.asset)?.spec : undefined
      return spec !== undefined && isExecuted(name) ? [spec] : []
    })
  )
}

/** A part of the steps of a job. */
export interface JobPart {
  /** Node paths of the steps that are executed. */
  readonly executes: ReadonlySet<string>
  /** The outputs of other steps that they read, each as `<node path> <output>`. */
  readonly reads: ReadonlySet<string>
}

/** Where the resources of a run come from. */
export interface ResourceBindings {
  /** The keys under which resources are bound. */
  readonly keys: ReadonlySet<string>
  /** The services that the resource of a key needs, by key. */
  readonly needsOf: (key: string) => Tags
  /** Whether a service is provided without a resource. */
  readonly hasService: (tag: Context.Key<any, any>) => boolean
}

const read = (job: JobDefinition, part: JobPart | undefined): JobNeeds => {
  const named: Array<Need> = []
  let any = false
  let defaultIO = false
  for (const [path, whole] of StepTable.of(job)) {
    const place = `op "${path}"`
    const isExecuted = part?.executes.has(path) !== false
    const entry = isExecuted ? whole : withOutputs(whole, ({ name }) => part?.reads.has(`${path} ${name}`) === true)
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
  for (const { io, key } of ofLoads(job, part?.executes)) {
    if (io === undefined) defaultIO = true
    else named.push({ place: `asset "${key}"`, kind: "IO manager", key: io.key, tag: io })
  }
  return { named, any, defaultIO }
}

/** The key under which a need is bound: the key that asks for it, or that of its service. */
const boundAs = ({ key, tag }: Pick<Need, "key" | "tag">, bound: ReadonlySet<string>): string | undefined =>
  bound.has(key) ? key : bound.has(tag.key) ? tag.key : undefined

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
   * @param part - the steps that are executed, by default all steps of the job; of the others, only values are read
   */
  of: (job: JobDefinition, part?: JobPart): JobNeeds => {
    if (part !== undefined) return read(job, part)
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

  /**
   * The resources that the needs of steps call for: those that ops, hooks, outputs and the resources among them name. They
   * are all resources if something that names none may read any, or if a service is bound under a key that is not known
   * for it.
   *
   * @param needs - what the steps need
   * @param bindings - the resources that are bound, and what else is provided
   * @returns the keys of the resources, sorted
   */
  resources: (needs: JobNeeds, bindings: ResourceBindings): ReadonlyArray<string> => {
    const all = [...bindings.keys].toSorted()
    if (needs.any) return all
    const keys = new Set<string>()
    if (needs.defaultIO && bindings.keys.has(DEFAULT_IO)) keys.add(DEFAULT_IO)
    for (const need of needs.named) {
      const key = boundAs(need, bindings.keys)
      if (key !== undefined) keys.add(key)
      else if (bindings.keys.size > 0 && !bindings.hasService(need.tag)) return all
    }
    // A set gives what is added to it while it is gone through.
    for (const key of keys) {
      for (const [name, tag] of Object.entries(bindings.needsOf(key))) {
        const needed = boundAs({ key: name, tag }, bindings.keys)
        if (needed !== undefined) keys.add(needed)
      }
    }
    return [...keys].toSorted()
  },

  boundAs
}
