/** Finds the program of a worker from the place of the user's module. Plain Node: Effect and Heddle are not loaded yet. */
import { readFileSync, realpathSync } from "node:fs"
import { findPackageJSON } from "node:module"
import { dirname, extname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const OURS = "@heddle/executor-multiprocess"
/** Packages that depend on ours, or on Effect: by way of them a module finds what it does not depend on itself. */
const WAYS = ["heddle", "@heddle/definitions"]
/** What the job and the worker must share. */
const SHARED = ["effect", "@heddle/definitions"]

/** One installed copy of a package. */
interface Copy {
  /** Path of its folder, without links. */
  readonly folder: string
  readonly version: string
  /** URL of its main module. */
  readonly index: string
}

/** The path that a package's exports give for its main module: a string, or conditions. */
const targetOf = (exports: unknown): string | undefined => {
  if (typeof exports === "string") return exports
  if (typeof exports !== "object" || exports === null) return undefined
  const { ".": main, import: imported, default: byDefault } = exports as { readonly [key: string]: unknown }
  return targetOf(main ?? imported ?? byDefault)
}

/** The copy of a package that an import of it in a module would load, if there is one. */
const directly = (from: string, name: string): Copy | undefined => {
  try {
    // Not `require.resolve`, which looks in the folders of NODE_PATH, too: imports do not.
    const file = findPackageJSON(name, from)
    if (file === undefined) return undefined
    const folder = dirname(realpathSync(file))
    const { exports, version } = JSON.parse(readFileSync(file, "utf8")) as {
      readonly exports?: unknown
      readonly version?: string
    }
    const index = pathToFileURL(join(folder, targetOf(exports) ?? "index.js")).href
    return { folder, version: version ?? "of no version", index }
  } catch {
    return undefined
  }
}

/** As `directly`, and else by way of packages that the module finds. */
const seenFrom = (from: string, name: string): Copy | undefined => {
  for (const way of [undefined, ...WAYS]) {
    const start = way === undefined ? from : directly(from, way)?.index
    const found = start === undefined ? undefined : directly(start, name)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Finds the worker's program that shares its Effect and its Heddle with the user's module: that of the copy of this
 * package which the module finds, itself or by way of the umbrella, or else the one beside this module.
 *
 * @param moduleUrl - the user's module
 * @param beside - URL of this copy's index
 * @returns the URL of the program, or why there is none: two copies of what must be one
 */
export const findProgram = (
  moduleUrl: string,
  beside: string
): { readonly url: string } | { readonly problem: string } => {
  // Modules that are no files find no packages.
  const isFile = moduleUrl.startsWith("file:")
  const index = (isFile ? seenFrom(moduleUrl, OURS)?.index : undefined) ?? beside
  // From source or built, as the index is.
  const url = new URL(`./internal/worker${extname(fileURLToPath(index))}`, index).href
  const differing = isFile
    ? SHARED.flatMap((name) => {
        const theirs = seenFrom(moduleUrl, name)
        const ours = directly(index, name)
        return theirs === undefined || ours === undefined || theirs.folder === ours.folder
          ? []
          : [{ name, theirs, ours }]
      })
    : []
  if (differing.length === 0) return { url }
  const names = differing.map(({ name }) => name)
  const lines = differing.flatMap(({ name, ours, theirs }) => [
    `  the job's module finds ${name} ${theirs.version} in ${theirs.folder}`,
    `  the worker's program finds ${name} ${ours.version} in ${ours.folder}`
  ])
  return {
    problem: [
      `A job and its worker must share one copy of ${names.join(" and of ")}, and here there are two:`,
      ...lines,
      `The job's module is ${moduleUrl}, the worker's program ${url}.`,
      `Install one copy: give every package that asks for ${names.join(" or ")} the same version, then run "npm dedupe" or "pnpm dedupe"; "npm ls ${names[0]}" or "pnpm why ${names[0]}" shows which package asks for which version`
    ].join("\n")
  }
}
