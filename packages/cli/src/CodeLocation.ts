import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { Definitions } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import * as Effect from "effect/Effect"
import { readdirSync, statSync } from "node:fs"
import { basename, dirname, extname, join, relative, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { PlainText } from "./PlainText.ts"
import { UsageError } from "./UsageError.ts"

/**
 * A module that offers jobs to the command line.
 *
 * @since 0.1.0
 */
export interface CodeLocation {
  /** Path as it was given. */
  readonly file: string
  readonly jobs: ReadonlyArray<AnyJob>
}

const list = (names: ReadonlyArray<string>): string => names.map((name) => `"${name}"`).join(", ")

const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (typeof value === "object" && "_tag" in value && typeof value._tag === "string") return value._tag
  if (typeof value === "function" && "definition" in value) return "op or graph"
  return Array.isArray(value) ? "list" : typeof value
}

/** A file near the one that is missing: the same name with another ending, or a name that differs little. */
const nearestFile = (path: string): string | undefined => {
  try {
    const names = readdirSync(dirname(path))
    const wanted = basename(path)
    const stem = basename(path, extname(path))
    const found =
      names.find((name) => /\.[cm]?[jt]s$/.test(name) && basename(name, extname(name)) === stem) ??
      ConfigProblem.nearest(wanted, names)
    return found === undefined ? undefined : relative(process.cwd(), join(dirname(path), found))
  } catch {
    return undefined
  }
}

/** The first frame of a stack that stands in the user's code. */
const placeOf = (error: Error): string | undefined => {
  const frame = error.stack
    ?.split("\n")
    .find((line) => /^\s*at .*file:\/\//.test(line) && !line.includes("node_modules"))
  const url = /(file:\/\/[^\s)]+?):(\d+):(\d+)\)?$/.exec(frame ?? "")
  return url === null ? undefined : `${relative(process.cwd(), fileURLToPath(url[1]!))}:${url[2]}:${url[3]}`
}

const importProblem = (file: string, error: unknown): UsageError => {
  const thrown = error instanceof Error ? error : new Error(String(error))
  const name = "_tag" in thrown ? String(thrown._tag) : thrown.name
  const place = placeOf(thrown)
  // A syntax error names its place in the lines before its name.
  const syntax = thrown instanceof SyntaxError ? thrown.stack?.split("\n").slice(0, 4) : undefined
  const at =
    syntax === undefined ? (place === undefined ? [] : [`    at ${place}`]) : syntax.map((line) => `    ${line}`)
  return new UsageError({
    problems: [[`Cannot load module "${file}": ${name}: ${PlainText.lines(thrown.message)}`, ...at].join("\n")],
    hint: "Mend the module; --log-level debug shows the whole stack",
    cause: error
  })
}

/**
 * Loads modules and finds the jobs that they offer.
 *
 * @since 0.1.0
 */
export const CodeLocation = {
  /**
   * Loads a module: its jobs are those of every exported `Definitions`, and every job that it exports itself. Fails with
   * `UsageError` when there is no such file, when it cannot be loaded, or when it offers no job.
   *
   * @param file - path of the module, relative to the working directory
   */
  load: (file: string): Effect.Effect<CodeLocation, UsageError> =>
    Effect.gen(function* () {
      const path = resolve(file)
      const stat = statSync(path, { throwIfNoEntry: false })
      if (stat === undefined) {
        const near = nearestFile(path)
        return yield* new UsageError({
          problems: [
            `There is no module "${file}" in ${process.cwd()}${near === undefined ? "" : ` - did you mean "${near}"?`}`
          ],
          hint: "Name the module that exports your Definitions with -f"
        })
      }
      if (stat.isDirectory()) {
        return yield* new UsageError({
          problems: [`"${file}" is a folder, not a module`],
          hint: "Name the file that exports your Definitions with -f"
        })
      }
      const exports = yield* Effect.tryPromise({
        try: (): Promise<{ readonly [name: string]: unknown }> => import(pathToFileURL(path).href),
        catch: (error) => importProblem(file, error)
      })
      const jobs = new Set<AnyJob>()
      for (const value of Object.values(exports)) {
        if (Definitions.is(value)) for (const job of value.jobs) jobs.add(job)
        else if (Job.is(value)) jobs.add(value)
      }
      if (jobs.size > 0) return { file, jobs: [...jobs] }
      const found = Object.entries(exports).map(([name, value]) => `"${name}" (${kindOf(value)})`)
      return yield* new UsageError({
        problems: [
          found.length === 0
            ? `Module "${file}" exports nothing`
            : `Module "${file}" exports neither Definitions nor a job, but ${found.slice(0, 12).join(", ")}${found.length > 12 ? ` and ${found.length - 12} more` : ""}`
        ],
        hint: "Add `export default Definitions.make({ jobs: [yourJob] })` to it"
      })
    }),

  /**
   * Finds a job by its name. Fails with `UsageError` that names the nearest one and lists all.
   *
   * @param location - the loaded module
   * @param name - name of the job; without it the only one
   */
  job: (location: CodeLocation, name: string | undefined): Effect.Effect<AnyJob, UsageError> => {
    const names = location.jobs.map((job) => String(job.name))
    if (name === undefined) {
      return location.jobs.length === 1
        ? Effect.succeed(location.jobs[0]!)
        : Effect.fail(
            new UsageError({
              problems: [`Module "${location.file}" has ${names.length} jobs: ${list(names)}`],
              hint: "Choose one with -j"
            })
          )
    }
    const found = location.jobs.filter((job) => job.name === name)
    if (found.length === 1) return Effect.succeed(found[0]!)
    if (found.length > 1) {
      return Effect.fail(
        new UsageError({ problems: [`Module "${location.file}" exports ${found.length} jobs with the name "${name}"`] })
      )
    }
    const near = ConfigProblem.nearest(name, names)
    return Effect.fail(
      new UsageError({
        problems: [
          `There is no job "${name}" in "${location.file}"${near === undefined ? "" : ` - did you mean "${near}"?`}`
        ],
        hint: `It has ${names.length === 1 ? "the job" : "the jobs"} ${list(names)}`
      })
    )
  }
}
