import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { ASSET_JOB, Definitions } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import { ErrorInfo } from "@heddle/events/ErrorInfo"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type { PlatformError } from "effect/PlatformError"
import { relative } from "node:path"
import { setImmediate } from "node:timers/promises"
import { fileURLToPath, pathToFileURL } from "node:url"
import { ExitCode } from "./ExitCode.ts"
import { PlainText } from "./PlainText.ts"
import { UsageError } from "./UsageError.ts"

/**
 * A loaded module with the jobs it exports.
 *
 * @since 0.1.0
 */
export interface CodeLocation {
  /** Path as the user wrote it. */
  readonly file: string
  readonly jobs: ReadonlyArray<AnyJob>
  /** The job of all assets of the definitions; nothing without assets. */
  readonly assetJob: AnyJob | undefined
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

/** An existing file with a similar name: the same name with another extension, or a small typo away. */
const nearestFile = (path: string): Effect.Effect<string | undefined, never, FileSystem.FileSystem | Path.Path> =>
  Effect.gen(function* () {
    const { basename, dirname, extname, join, relative } = yield* Path.Path
    const files = yield* FileSystem.FileSystem
    const names = yield* Effect.orElseSucceed(files.readDirectory(dirname(path)), () => [])
    const wanted = basename(path)
    const stem = basename(path, extname(path))
    const found =
      names.find((name) => /\.[cm]?[jt]s$/.test(name) && basename(name, extname(name)) === stem) ??
      ConfigProblem.nearest(wanted, names)
    return found === undefined ? undefined : relative(process.cwd(), join(dirname(path), found))
  })

/** Why a module cannot be read. */
const notRead = Effect.fnUntraced(function* (file: string, path: string, { reason }: PlatformError) {
  const hint = "Use -f to name the module that exports your Definitions"
  const cause = reason.cause ?? reason
  if (reason._tag !== "NotFound" && !(cause instanceof Error && "code" in cause && cause.code === "ENOTDIR")) {
    const problems = [`Cannot read module "${file}": ${ErrorInfo.fromUnknown(cause).message}`]
    return new UsageError({ problems, hint, cause })
  }
  const near = yield* nearestFile(path)
  const meant = near === undefined ? "" : ` - did you mean "${near}"?`
  return new UsageError({ problems: [`Module "${file}" does not exist in ${process.cwd()}${meant}`], hint })
})

/** The first stack frame in the user's code. */
const placeOf = (stack: string | undefined): string | undefined => {
  const frame = stack?.split("\n").find((line) => /^\s*at .*file:\/\//.test(line) && !line.includes("node_modules"))
  const url = /(file:\/\/[^\s)]+?):(\d+):(\d+)\)?$/.exec(frame ?? "")
  return url === null ? undefined : `${relative(process.cwd(), fileURLToPath(url[1]!))}:${url[2]}:${url[3]}`
}

const importProblem = (file: string, error: unknown): UsageError => {
  const { message, name, stack } = ErrorInfo.fromUnknown(error)
  const said = error instanceof Error ? `${name}: ${PlainText.lines(message)}` : `it threw ${PlainText.lines(message)}`
  const place = placeOf(stack)
  // The stack of a syntax error begins with the file and the line.
  const syntax = name === "SyntaxError" ? stack?.split("\n").slice(0, 3) : undefined
  const at =
    syntax === undefined ? (place === undefined ? [] : [`    at ${place}`]) : syntax.map((line) => `    ${line}`)
  return new UsageError({
    problems: [[`Cannot load module "${file}": ${said}`, ...at].join("\n")],
    hint: "Fix the module, then run the command again; --log-level debug prints the full stack trace",
    cause: error
  })
}

/** Imports a module; also fails on errors that it throws asynchronously, and reports when it exits the process. */
const importModule = (file: string, path: string) =>
  Effect.suspend(() => {
    const stray = Promise.withResolvers<never>()
    const exit = (code: number) => {
      process.stderr.write(`Module "${file}" called process.exit(${code}) while it was being loaded\n`)
      process.exitCode = ExitCode.usage
    }
    process.on("uncaughtException", stray.reject).on("unhandledRejection", stray.reject).on("exit", exit)
    const loaded = async (): Promise<{ readonly [name: string]: unknown }> => {
      const exports: { readonly [name: string]: unknown } = await import(pathToFileURL(path).href)
      // Node reports unhandled rejections only after the microtasks of the evaluation.
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

/** The jobs in an exported value; none if reading the value throws. */
const jobsOf = (value: unknown): ReadonlyArray<AnyJob> => {
  try {
    if (Definitions.is(value)) return Definitions.allJobs(value)
    return Job.is(value) ? [value] : []
  } catch {
    return []
  }
}

/**
 * Loads modules and finds their jobs.
 *
 * @since 0.1.0
 */
export const CodeLocation = {
  /**
   * Loads a module. Its jobs are those in every exported `Definitions`, and every job that it exports directly. Fails with
   * `UsageError` if the file does not exist, cannot be loaded or exports no job.
   *
   * @param file - path of the module, relative to the working directory
   */
  load: (file: string): Effect.Effect<CodeLocation, UsageError, FileSystem.FileSystem | Path.Path> =>
    Effect.gen(function* () {
      const { resolve } = yield* Path.Path
      const path = resolve(file)
      const { type } = yield* FileSystem.FileSystem.use((files) => files.stat(path)).pipe(
        Effect.catch((error) => Effect.flatMap(notRead(file, path, error), Effect.fail))
      )
      if (type === "Directory") {
        return yield* new UsageError({
          problems: [`"${file}" is a folder, not a module`],
          hint: "Use -f to name the file that exports your Definitions"
        })
      }
      const exports = yield* importModule(file, path)
      // A job that is exported by itself too is one job, as its definitions offer it.
      const jobs = new Map<AnyJob, AnyJob>()
      for (const value of Object.values(exports)) {
        for (const job of jobsOf(value)) {
          if (Definitions.is(value)) jobs.set(job, Definitions.offer(value, job))
          else if (!jobs.has(job)) jobs.set(job, job)
        }
      }
      const isOfAll = (job: AnyJob) => job.name === ASSET_JOB
      const all = [...jobs.values()]
      if (jobs.size > 0) return { file, jobs: all.filter((job) => !isOfAll(job)), assetJob: all.find(isOfAll) }
      // Node adds this name to CommonJS modules, and it reads an empty file as one.
      const named = Object.entries(exports).filter(([name]) => name !== "module.exports")
      const found = named.map(([name, value]) => `"${name}" (${kindOf(value)})`)
      return yield* new UsageError({
        problems: [
          found.length === 0
            ? `Module "${file}" exports nothing`
            : `Module "${file}" exports no Definitions and no job, only ${found.slice(0, 12).join(", ")}${found.length > 12 ? ` and ${found.length - 12} more` : ""}`
        ],
        hint: "Add `export default Definitions.make({ jobs: [yourJob], assets: [yourAsset] })` to the module"
      })
    }),

  /**
   * Finds a job by name. Fails with a `UsageError` that suggests the closest name and lists all jobs.
   *
   * @param location - the loaded module
   * @param name - name of the job; may be omitted if the module has only one
   */
  job: (location: CodeLocation, name: string | undefined): Effect.Effect<AnyJob, UsageError> => {
    // The job of a run of `asset materialize`, which is listed nowhere else.
    if (name === ASSET_JOB && location.assetJob !== undefined) return Effect.succeed(location.assetJob)
    const names = location.jobs.map((job) => String(job.name))
    if (names.length === 0) {
      const problems = [`Module "${location.file}" has no jobs, only assets`]
      return Effect.fail(
        new UsageError({ problems, hint: `Use "heddle asset materialize -f ${location.file}" to make them` })
      )
    }
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
        new UsageError({ problems: [`Module "${location.file}" exports ${found.length} jobs named "${name}"`] })
      )
    }
    const near = ConfigProblem.nearest(name, names)
    return Effect.fail(
      new UsageError({
        problems: [
          `Module "${location.file}" has no job "${name}"${near === undefined ? "" : ` - did you mean "${near}"?`}`
        ],
        hint: `Available ${names.length === 1 ? "job" : "jobs"}: ${list(names)}`
      })
    )
  }
}
