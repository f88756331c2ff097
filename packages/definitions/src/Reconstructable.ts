import { DefinitionError, type DefinitionProblem } from "./DefinitionError.ts"
import type { GraphDefinition } from "./GraphDefinition.ts"
import { type AnyJob, Job } from "./Job.ts"
import type { MissingServices } from "./Missing.ts"
import type { Provides, ResourceNeeds } from "./Resource.ts"

type Open<J> =
  J extends Job<infer Name, any, any, any, any, infer R, any, infer Rs>
    ? [Exclude<R | ResourceNeeds<Rs>, Provides<Rs>>] extends [never]
      ? never
      : MissingServices<Name, Exclude<R | ResourceNeeds<Rs>, Provides<Rs>>>
    : never
/**
 * Nothing where jobs are closed, which is to need nothing that their own resources do not provide, and otherwise what the
 * compiler shows. Only closed jobs cross a process.
 */
export type Closed<J> = [Open<J>] extends [never] ? [] : Open<J>

/**
 * A job that another process can load by its module and export.
 *
 * @since 0.1.0
 * @source Dagster ReconstructableJob
 */
export interface Reconstructable<J> {
  readonly _tag: "Reconstructable"
  readonly moduleUrl: string
  readonly exportName: string
  readonly job: J
}

/** Describes the value that was passed instead of a job, and how to fix it. */
const notAJob = (value: unknown): string => {
  if (value === undefined) return "it is undefined: this line runs before the job is defined, so move it below the job"
  const definition: unknown =
    (typeof value === "function" || typeof value === "object") && value !== null && "definition" in value
      ? value.definition
      : undefined
  const tag =
    typeof definition === "object" && definition !== null && "_tag" in definition ? definition._tag : undefined
  if (tag === "OpDefinition") return "it is an op: use it in a job with Job.make(…), and pass the job"
  if (tag === "GraphDefinition") return "it is a graph: pass the job that Job.fromGraph(…) returns"
  if (typeof value === "object" && value !== null && "_tag" in value && value._tag === "Definitions") {
    return "it is a Definitions object: pass the job itself, and the name under which the module exports it or its definitions"
  }
  return `it is ${value === null ? "null" : `of type ${typeof value}`}: pass the result of Job.make(…) or Job.fromGraph(…)`
}

/** The services that ops and outputs name, with who needs each. */
const named = (graph: GraphDefinition, path: string): ReadonlyArray<readonly [place: string, service: string]> =>
  graph.nodes.flatMap(({ body, name }) => {
    if (body._tag === "GraphDefinition") return named(body, `${path}${name}.`)
    const place = `op "${path}${name}"`
    return [
      ...Object.values(body.resources ?? {}).map((tag) => [place, tag.key] as const),
      ...body.outputs.flatMap((output) =>
        output.io === undefined ? [] : [[`${place} › output "${output.name}"`, output.io.key] as const]
      )
    ]
  })

/** What can be known of a missing service once types are erased: a job without resources provides none. */
const missingServices = (job: AnyJob): ReadonlyArray<DefinitionProblem> =>
  Object.keys(job.resources).length > 0
    ? []
    : named(job.definition.graph, "").map(([place, service]) => ({
        place,
        message: `it needs the service "${service}", and layers of a call do not reach other processes: bind it in the job, Job.make(name, { resources: { … } }, …)`
      }))

/**
 * Names the place from which another process can load a job. Whether the module, which may still be loading, exports the
 * job under that name is looked at when it is executed.
 *
 * @param moduleUrl - URL of the module, `import.meta.url`
 * @param exportName - name under which the module exports the job
 * @param job - the job itself, which must be closed
 * @throws DefinitionError when the place is none, when `job` is no job, and when it needs services and has no resources
 * @since 0.1.0
 * @source Dagster reconstructable
 */
export const reconstructable = <J extends AnyJob>(
  moduleUrl: string,
  exportName: string,
  job: J,
  ..._missing: Closed<J>
): Reconstructable<J> => {
  // What the types rule out is looked at too, for callers that have none.
  const given: { readonly moduleUrl: unknown; readonly exportName: unknown; readonly job: unknown } = {
    moduleUrl,
    exportName,
    job
  }
  const problems: Array<DefinitionProblem> = []
  if (typeof given.moduleUrl !== "string" || !/^file:\/\/./.test(given.moduleUrl)) {
    const shown = typeof given.moduleUrl === "string" ? `"${given.moduleUrl}"` : String(given.moduleUrl)
    problems.push({
      place: "the module",
      message: `${shown} is not the URL of a file: in the module that exports the job write import.meta.url, elsewhere new URL("./jobs.ts", import.meta.url).href`
    })
  }
  if (typeof given.exportName !== "string" || given.exportName === "") {
    problems.push({
      place: "the export",
      message: `${given.exportName === "" ? "it is empty" : `${String(given.exportName)} is not a name`}: give the name under which the module exports the job, or "default"`
    })
  }
  if (Job.is(given.job)) problems.push(...missingServices(given.job))
  else problems.push({ place: "the job", message: notAJob(given.job) })
  if (problems.length > 0) {
    const subject = Job.is(given.job) ? `reconstructable job "${given.job.name}"` : "reconstructable job"
    throw new DefinitionError({ subject, problems })
  }
  return { _tag: "Reconstructable", moduleUrl, exportName, job }
}
