import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { spawnSync } from "node:child_process"
import { readdirSync, statSync } from "node:fs"
import { basename, dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The path of a module, if it is a file. */
const pathOf = (moduleUrl: string): string | undefined => {
  try {
    return fileURLToPath(moduleUrl)
  } catch {
    return undefined
  }
}

/** A file near the one that is missing: the same name with another ending, or a name that differs little. */
const nearestFile = (path: string): string | undefined => {
  try {
    const names = readdirSync(dirname(path))
    const stem = basename(path, extname(path))
    const found =
      names.find((name) => /\.[cm]?[jt]s$/.test(name) && basename(name, extname(name)) === stem) ??
      ConfigProblem.nearest(basename(path), names)
    return found === undefined ? undefined : join(dirname(path), found)
  } catch {
    return undefined
  }
}

/** What keeps a module from being loaded that can be known without loading it. */
export const missingFile = (moduleUrl: string): string | undefined => {
  const path = pathOf(moduleUrl)
  if (path === undefined) return undefined
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat?.isDirectory() === true) return `"${path}" is a folder: name a file in it`
  if (stat !== undefined) return undefined
  const near = nearestFile(path)
  const meant = near === undefined ? "" : ` - did you mean "${near}"?`
  return `there is no file "${path}"${meant} In the module of the job, import.meta.url is its URL`
}

const place = (url: string, line: string): string => `${pathOf(url) ?? url}:${line}`

/** Where a module does not parse, as Node writes it above its error. */
const syntaxPlace = (text: string): string | undefined => {
  const found = /^(file:\/\/\S+|\/\S+):(\d+)$/m.exec(text)
  return found === null ? undefined : place(found[1]!, found[2]!)
}

/**
 * Where a module does not parse. Node writes it into the stack for TypeScript; for JavaScript only the process that dies
 * of it does, so that one has to.
 */
const placeOfSyntax = (moduleUrl: string, error: SyntaxError): string | undefined => {
  const [first = ""] = error.stack?.split("\n") ?? []
  const path = pathOf(moduleUrl)
  const there = syntaxPlace(first)
  if (there !== undefined || path === undefined) return there
  return syntaxPlace(spawnSync(process.execPath, ["--check", path], { encoding: "utf8", timeout: 10_000 }).stderr)
}

/** Where an error was thrown in the user's code, if its stack shows it. */
const placeOf = (error: Error): string | undefined => {
  const frame = error.stack
    ?.split("\n")
    .find((line) => /^\s*at .*file:\/\//.test(line) && !line.includes("node_modules"))
  const at = /(file:\/\/[^\s)]+?):(\d+):\d+\)?$/.exec(frame ?? "")
  return at === null ? undefined : place(at[1]!, at[2]!)
}

/** Why a module did not load, by what importing it threw. */
export const importProblem = (moduleUrl: string, thrown: unknown): string => {
  if (!(thrown instanceof Error)) return `it throws ${String(thrown)} while it loads`
  const at = thrown instanceof SyntaxError ? placeOfSyntax(moduleUrl, thrown) : placeOf(thrown)
  const where = at === undefined ? "" : ` (${at})`
  if (thrown instanceof SyntaxError) return `it does not parse: ${thrown.message}${where}`
  // Node's own: what it imports is not there, or cannot be read as a module.
  if ("code" in thrown && String(thrown.code).startsWith("ERR_")) return `it does not load: ${thrown.message}`
  const name = "_tag" in thrown ? String(thrown._tag) : thrown.name
  return `it throws while it loads: ${name}: ${thrown.message}${where}`
}
