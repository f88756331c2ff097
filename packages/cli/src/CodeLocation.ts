import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { Definitions } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Effect from "effect/Effect"
import { readdirSync, statSync } from "node:fs"
import { basename, dirname, extname, join, relative, resolve } from "node:path"
import { setImmediate } from "node:timers/promises"
import { fileURLToPath, pathToFileURL } from "node:url"
import { ExitCode } from "./ExitCode.ts"
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
  try {
    if (typeof value === "object" && "_tag" in value && typeof value._tag === "string") return value._tag
    if (typeof value === "function" && "definition" in value) return "op or graph"
  } catch {
    return typeof value
  }
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
const placeOf = (stack: string | undefined): string | undefined => {
  const frame = stack?.split("\n").find((line) => /^\s*at .*file:\/\//.test(line) && !line.includes("node_modules"))
  const url = /(file:\/\/[^\s)]+?):(\d+):(\d+)\)?$/.exec(frame ?? "")
  return url === null ? undefined : `${relative(process.cwd(), fileURLToPath(url[1]!))}:${url[2]}:${url[3]}`
}

const importProblem = (file: string, error: unknown): UsageError => {
  const { message, name, stack } = ErrorInfo.fromUnknown(error)
  const said = error instanceof Error ? `${name}: ${PlainText.lines(message)}` : `it threw ${PlainText.lines(message)}`
  const place = placeOf(stack)
  // A syntax error names its place in the lines before its name.
  const syntax = name === "SyntaxError" ? stack?.split("\n").slice(0, 3) : undefined
  const at =
    syntax === undefined ? (place === undefined ? [] : [`    at ${place}`]) : syntax.map((line) => `    ${line}`)
  return new UsageError({
    problems: [[`Cannot load module "${file}": ${said}`, ...at].join("\n")],
    hint: "Mend the module; --log-level debug shows the whole stack",
    cause: error
  })
}

/** Imports a module, and sees what it throws outside of its own evaluation and when it ends the process. */
const importModule = (file: string, path: string) =>
  Effect.suspend(() => {
    const stray = Promise.withResolvers<never>()
    const exit = (code: number) => {
      process.stderr.write(`Module "${file}" called process.exit(${code}) while it was loaded\n`)
      process.exitCode = ExitCode.usage
    }
    process.on("uncaughtException", stray.reject).on("unhandledRejection", stray.reject).on("exit", exit)
    const loaded = async (): Promise<{ readonly [name: string]: unknown }> => {
      const exports: { readonly [name: string]: unknown } = await import(pathToFileURL(path).href)
      // Node reports a rejection that nothing handles only after the microtasks of the evaluation.
      await setImmediate()
      return exports
    }
    return Effect.tryPromise({
      try: () => Promise.race([loaded(), stray.promise]),
      catch: (error) => importProblem(file, error)
    }).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          process.off("uncaughtException", stray.reject).off("unhandledRejection", stray.reject).off("exit", exit)
        })
      )
    )
  })

/** The jobs of an exported value; none where the value does not even let itself be looked at. */
const jobsOf = (value: unknown): ReadonlyArray<AnyJob> => {
  try {
    if (Definitions.is(value)) return value.jobs
    return Job.is(value) ? [value] : []
  } catch {
    return []
  }
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
      const stat = yield* Effect.try({
        try: () => statSync(path, { throwIfNoEntry: false }),
        catch: (cause) =>
          new UsageError({
            problems: [`Cannot read module "${file}": ${ErrorInfo.fromUnknown(cause).message}`],
            hint: "Name the module that exports your Definitions with -f",
            cause
          })
      })
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
      const exports = yield* importModule(file, path)
      const jobs = new Set<AnyJob>()
      for (const value of Object.values(exports)) for (const job of jobsOf(value)) jobs.add(job)
      if (jobs.size > 0) return { file, jobs: [...jobs] }
      // Node adds this name to what it reads as CommonJS, such as an empty file.
      const named = Object.entries(exports).filter(([name]) => name !== "module.exports")
      const found = named.map(([name, value]) => `"${name}" (${kindOf(value)})`)
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
