/** Finds the program of a worker from the user's module. It uses only Node, because Effect and Heddle are not loaded yet. */
import { readFileSync, realpathSync } from "node:fs"
import { findPackageJSON } from "node:module"
import { dirname, extname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const OURS = "@heddle/executor-multiprocess"
/**
 * Packages that depend on this one or on Effect. Modules that do not depend on these themselves find them through such a
 * package.
 */
const WAYS = ["heddle", "@heddle/definitions"]
/** Packages that the job and the worker must share. */
const SHARED = ["effect", "@heddle/definitions"]

/** One installed copy of a package. */
interface Copy {
  /** The path of its folder, without symbolic links. */
  readonly folder: string
  readonly version: string
  /** The URL of its main module. */
  readonly index: string
}

/** The path of the main module in the `exports` of a package: a string, or conditions. */
const targetOf = (exports: unknown): string | undefined => {
  if (typeof exports === "string") return exports
  if (typeof exports !== "object" || exports === null) return undefined
  const { ".": main, import: imported, default: byDefault } = exports as { readonly [key: string]: unknown }
  return targetOf(main ?? imported ?? byDefault)
}

/** The copy of a package that a module would import, if any. */
const directly = (from: string, name: string): Copy | undefined => {
  try {
    // Not `require.resolve`, which also searches NODE_PATH. Imports do not.
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

/** Like `directly`, but also through packages that the module finds. */
const seenFrom = (from: string, name: string): Copy | undefined => {
  for (const way of [undefined, ...WAYS]) {
    const start = way === undefined ? from : directly(from, way)?.index
    const found = start === undefined ? undefined : directly(start, name)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * Finds the worker program that shares its copies of Effect and Heddle with the user's module. It belongs to the copy of this
 * package that the module finds, directly or through the umbrella package, or else to this copy.
 *
 * @param moduleUrl - the user's module
 * @param beside - URL of this copy's index
 * @returns the URL of the program, or the packages of which there are two copies
 */
export const findProgram = (
  moduleUrl: string,
  beside: string
): { readonly url: string } | { readonly problem: string } => {
  // Modules that are not files find no packages.
  const isFile = moduleUrl.startsWith("file:")
  const index = (isFile ? seenFrom(moduleUrl, OURS)?.index : undefined) ?? beside
  // In source or built, like the index.
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
