import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { Definitions } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { importProblem, missingFile } from "./importProblem.ts"

const schema = Schema.Struct({
  /** URL of the module, of TypeScript source or built JavaScript. */
  moduleUrl: Schema.String,
  jobName: Schema.String,
  /** The export that is the job, or definitions that hold it; every export is looked at without it. */
  exportName: Schema.optionalKey(Schema.String)
})

/**
 * Where a process finds a job: a module, and the job's name in it. Plain data that crosses processes.
 *
 * @since 0.1.0
 * @source Dagster ReconstructableJob, as module specifier and name
 */
export interface JobLocation extends Schema.Schema.Type<typeof schema> {}

/**
 * A job that a process cannot load.
 *
 * @since 0.1.0
 */
export class JobNotLoaded extends Schema.TaggedError<JobNotLoaded>()("JobNotLoaded", {
  moduleUrl: Schema.String,
  jobName: Schema.String,
  problem: Schema.String,
  cause: Schema.optionalKey(Schema.Defect())
}) {
  override get message(): string {
    return `Cannot load job "${this.jobName}" from "${this.moduleUrl}": ${this.problem}`
  }
}

type Exports = { readonly [name: string]: unknown }

const quoted = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

const jobsOf = (exported: unknown): ReadonlyArray<AnyJob> =>
  Job.is(exported) ? [exported] : Definitions.is(exported) ? Definitions.allJobs(exported) : []

/** The value of an export; a module that is still being evaluated may not have it yet. */
const valueOf = (module: Exports, name: string): unknown => {
  try {
    return module[name]
  } catch {
    return undefined
  }
}

/** What an export is, in words that fit behind "is". */
const kindOf = (value: unknown): string => {
  if (Job.is(value)) return `the job "${value.name}"`
  if (Definitions.is(value)) {
    const names: ReadonlyArray<string> = value.jobs.map(({ name }) => String(name))
    return names.length === 0 ? "definitions without a job" : `definitions of the jobs ${quoted(names)}`
  }
  if (value === undefined || value === null) return String(value)
  const definition = typeof value === "function" && "definition" in value ? value.definition : undefined
  if (typeof definition === "object" && definition !== null && "_tag" in definition) {
    return definition._tag === "OpDefinition"
      ? "an op: use it in a job"
      : "a graph: make a job of it with Job.fromGraph"
  }
  if (typeof value === "object" && "_tag" in value) return `a ${String(value._tag)}`
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`
}

const meant = (near: string | undefined): string => (near === undefined ? "" : ` - did you mean "${near}"?`)

/** Why a module does not hold a job where it should. */
const notHeld = (module: Exports, { exportName, jobName }: JobLocation): string => {
  const names = Object.keys(module)
  if (names.length === 0) return `it exports nothing. Write "export const ${exportName ?? jobName} = …"`
  const home = names.find((name) => jobsOf(valueOf(module, name)).some(({ name }) => name === jobName))
  if (exportName === undefined) {
    const jobs = [...new Set(names.flatMap((name) => jobsOf(valueOf(module, name)).map(({ name }) => String(name))))]
    const held = jobs.length === 0 ? "" : `; its jobs are ${quoted(jobs)}`
    const near = meant(ConfigProblem.nearest(jobName, jobs))
    return `none of its exports is that job, or definitions that contain it${held}${near}`
  }
  if (Object.hasOwn(module, exportName)) {
    const there = home === undefined ? "" : `; the job is its export "${home}"`
    return `its export "${exportName}" is neither that job nor definitions that contain it, but ${kindOf(valueOf(module, exportName))}${there}`
  }
  const near = meant(home ?? ConfigProblem.nearest(exportName, names))
  return `it has no export "${exportName}"; it exports ${quoted(names)}${near} Write "export const ${exportName} = …"`
}

const load = (location: JobLocation): Effect.Effect<AnyJob, JobNotLoaded> =>
  Effect.gen(function* () {
    const { exportName, jobName, moduleUrl } = location
    const missing = missingFile(moduleUrl)
    if (missing !== undefined) return yield* new JobNotLoaded({ moduleUrl, jobName, problem: missing })
    const module = yield* Effect.tryPromise({
      try: () => import(moduleUrl) as Promise<Exports>,
      catch: (cause) => new JobNotLoaded({ moduleUrl, jobName, problem: importProblem(moduleUrl, cause), cause })
    })
    const names = exportName === undefined ? Object.keys(module) : [exportName]
    const job = names.flatMap((name) => jobsOf(valueOf(module, name))).find(({ name }) => name === jobName)
    return job ?? (yield* new JobNotLoaded({ moduleUrl, jobName, problem: notHeld(module, location) }))
  })

/** Schema of locations, and how jobs are loaded from them. */
export const JobLocation = {
  schema,

  /** Loads the module of a job and returns the job. Fails with `JobNotLoaded`, which says how to fix it. */
  load
}
