import type { GraphDefinition } from "../GraphDefinition.ts"
import type { Hook } from "../Hook.ts"
import { InputManager } from "../InputManager.ts"
import type { JobDefinition } from "../JobDefinition.ts"
import type { Tags } from "../OpExecutionContext.ts"

/** The key under which a job binds the IO manager of outputs that name none. */
const DEFAULT_IO = "io_manager"

/** What something names that it reads, by key and by key of the service; `undefined` where something names nothing. */
type Named = ReadonlyArray<readonly [key: string, service: string]> | undefined

const ofTags = (tags: Tags | undefined): Named =>
  tags === undefined ? undefined : Object.entries(tags).map(([key, tag]) => [key, tag.key] as const)

const joined = (parts: ReadonlyArray<Named>): Named => {
  const all: Array<readonly [string, string]> = []
  for (const part of parts) {
    if (part === undefined) return undefined
    all.push(...part)
  }
  return all
}

const ofHooks = (hooks: ReadonlyArray<Hook<any>>): Named => joined(hooks.map(({ resources }) => ofTags(resources)))

const ofGraph = (graph: GraphDefinition): Named =>
  joined(
    graph.nodes.flatMap(({ body, hooks }) => {
      if (body._tag === "GraphDefinition") return [ofHooks(hooks), ofGraph(body)]
      const managers = [
        ...body.inputs.map(({ schema }) => InputManager.of(schema)?.tag.key),
        ...body.outputs.map(({ io }) => io?.key)
      ].flatMap((key) => (key === undefined ? [] : [[key, key] as const]))
      return [ofHooks(hooks), ofTags(body.resources), managers]
    })
  )

/**
 * The keys of the resources that a run of a job may start: those that its ops, hooks, inputs, outputs and the resources
 * among them name; all of the job's where something names nothing, or a service that is not bound under its key.
 */
export const mayBeNeeded = (job: JobDefinition): ReadonlySet<string> => {
  const all = new Set(Object.keys(job.resources))
  const named = joined([ofHooks(job.hooks), ofGraph(job.graph)])
  if (named === undefined) return all
  const keys = new Set<string>([DEFAULT_IO])
  const follow = (needs: Named): boolean =>
    needs !== undefined &&
    needs.every(([key, service]) => {
      const bound = all.has(key) ? key : all.has(service) ? service : undefined
      if (bound !== undefined) keys.add(bound)
      return bound !== undefined
    })
  if (!follow(named)) return all
  // A set gives what is added to it while it is gone through.
  for (const key of keys) {
    if (all.has(key) && !follow(ofTags(job.resources[key]!.definition.needs))) return all
  }
  return keys
}
