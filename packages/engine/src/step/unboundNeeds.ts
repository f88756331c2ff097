import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { DefinitionError, type DefinitionProblem } from "@heddle/definitions/DefinitionError"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { JobNeeds, type Need } from "@heddle/definitions/JobNeeds"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

/** What of a job's surroundings is given beside its resources. */
export interface GivenServices {
  /** Services that are there already. */
  readonly context: Context.Context<never>
  /** Resources that are replaced, by key. */
  readonly replaced: { readonly [key: string]: unknown }
}

/** Returns whether a service is provided; a reference has a default and always is. */
export const hasService = (context: Context.Context<never>, tag: Context.Key<any, any>): boolean =>
  Context.getOrUndefined(context as Context.Context<unknown>, tag) !== undefined

const list = (keys: ReadonlyArray<string>): string => keys.map((key) => `"${key}"`).join(", ")

const problem = ({ key, kind, place, tag }: Need, bound: ReadonlyArray<string>): DefinitionProblem => {
  const service = tag.key === key ? "" : ` (service "${tag.key}")`
  const nearest = ConfigProblem.nearest(key, bound)
  const there =
    bound.length === 0
      ? "the job binds no resources"
      : `the job binds ${list(bound)}${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`
  const verb = kind === "resource" ? "needs" : kind === "IO manager" ? "is stored by" : "is loaded by"
  const what = `${verb} ${kind} "${key}"`
  return { place, message: `it ${what}${service}, which is not bound: ${there}` }
}

/** The error that lists all needs that nothing provides, each once. */
export const unboundError = (
  job: JobDefinition,
  needs: ReadonlyArray<Need>,
  { replaced }: Pick<GivenServices, "replaced">
): DefinitionError => {
  const bound = [...new Set([...Object.keys(job.resources), ...Object.keys(replaced)])].toSorted()
  const problems = new Map(needs.map((need) => [`${need.place} ${need.key}`, problem(need, bound)]))
  return new DefinitionError({ subject: `job "${job.name}"`, problems: [...problems.values()] })
}

/** One circle of resources that say that they need each other, if there is one. */
const findCircle = (job: JobDefinition, bound: ReadonlySet<string>): ReadonlyArray<string> | undefined => {
  const done = new Set<string>()
  const visit = (key: string, path: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key]
    if (done.has(key)) return undefined
    done.add(key)
    for (const [name, tag] of Object.entries(job.resources[key]?.definition.needs ?? {})) {
      const needed = JobNeeds.boundAs({ key: name, tag }, bound)
      const circle = needed === undefined ? undefined : visit(needed, [...path, key])
      if (circle !== undefined) return circle
    }
    return undefined
  }
  for (const key of Object.keys(job.resources)) {
    const circle = visit(key, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

/**
 * What ops, outputs, hooks and resources of a job name and nothing gives: all of it at once, before anything runs.
 *
 * Which services a layer gives is known only to the compiler. So where it has seen the job, and the job binds resources
 * under other keys, one of those may give what is missing; in a graph that was made of data the keys decide.
 *
 * @param job - definition of the job
 * @param given - services that are there already, and resources that are replaced
 * @returns the error, or `undefined` where nothing is known to be missing
 * @since 0.1.0
 */
export const unboundNeeds = (job: JobDefinition, given: GivenServices): DefinitionError | undefined => {
  const isReplaced = (key: string) => Object.hasOwn(given.replaced, key)
  const bound = new Set([...Object.keys(job.resources), ...Object.keys(given.replaced)])
  const circle = findCircle(job, bound)
  // Which resource of a job provides the service that an op needs is known to the compiler alone. What resources need of each
  // other goes by their keys.
  const ofOps = bound.size === 0 || job.graph.fromData === true ? JobNeeds.of(job).named : []
  const missing = [...ofOps, ...JobNeeds.ofResources(job, isReplaced)].filter(
    (need) => JobNeeds.boundAs(need, bound) === undefined && !hasService(given.context, need.tag)
  )
  if (circle === undefined && missing.length === 0) return undefined
  const { problems, subject } = unboundError(job, missing, given)
  if (circle === undefined) return new DefinitionError({ subject, problems })
  const keys = circle.map((key) => `"${key}"`).join(" → ")
  const inCircle = { place: "", message: `its resources need each other in a cycle: ${keys}` }
  return new DefinitionError({ subject, problems: [...problems, inCircle] })
}

/** Fails with `DefinitionError` where `unboundNeeds` finds something. */
export const requireBound = (job: JobDefinition, given: GivenServices): Effect.Effect<void, DefinitionError> =>
  Effect.suspend(() => {
    const error = unboundNeeds(job, given)
    return error === undefined ? Effect.void : Effect.fail(error)
  })
