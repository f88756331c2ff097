import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"

/** Start of the name of the folder. */
const PREFIX = "heddle-tests-"

/** What tests have left in the temporary folder of their run, by the names before their random ends: `12 heddle-cli-…`. */
export const leftovers = (): ReadonlyArray<string> => {
  const counts = new Map<string, number>()
  // The setup has made it the temporary folder of this process too.
  const folder = tmpdir()
  for (const name of basename(folder).startsWith(PREFIX) ? readdirSync(folder) : []) {
    const kind = name.replace(/-[A-Za-z0-9]{6}$/, "-…")
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${count} ${kind}`)
}

/**
 * Gives a test run a temporary folder of its own, which the tests and all their processes use, and removes it at the end.
 * The reporter (`closing-line.ts`) names what they left in it.
 */
const setup = (): (() => void) => {
  const outside = tmpdir()
  const own = mkdtempSync(join(outside, PREFIX))
  // As open as the folder around it: some tests start programs as another user.
  chmodSync(own, 0o1777)
  // Windows reads TEMP. The compile cache of Node stays where it is, or each test run would start cold.
  Object.assign(process.env, { TMPDIR: own, TEMP: own })
  process.env["NODE_COMPILE_CACHE"] ??= join(outside, "node-compile-cache")
  return () => rmSync(own, { recursive: true, force: true, maxRetries: 5 })
}

export default setup
