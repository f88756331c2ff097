import { chmodSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * Gives a test run a temporary folder of its own, which the tests and all their processes use, and removes it at the end.
 */
const setup = (): (() => void) => {
  const outside = tmpdir()
  const folder = mkdtempSync(join(outside, "heddle-tests-"))
  // As open as the folder around it: some tests start programs as another user.
  chmodSync(folder, 0o1777)
  // Windows reads TEMP. The compile cache of Node stays where it is, or each test run would start cold.
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder })
  process.env["NODE_COMPILE_CACHE"] ??= join(outside, "node-compile-cache")
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

export default setup
