import type { Reporter, TestCase } from "vitest/node"
import { leftovers } from "./temporary-folder.ts"

/** CI allows a skipped test only if it gives a reason, with `skip("the platform lacks …")`. */
const mayBeSkipped = (test: TestCase): boolean => {
  const result = test.result()
  return result.state === "skipped" && result.note?.startsWith("the platform lacks") === true
}

/** Prints the last line of a test run, which CI reads: "N passed, N failed, N skipped". In CI a skipped test fails the run. */
const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    const skipped: Array<string> = []
    for (const module of modules) {
      counts.failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        counts[state]++
        if (state === "skipped" && !mayBeSkipped(test)) skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
      }
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    }
    if (process.env["CI"] !== undefined && skipped.length > 0) {
      console.log(`\nSkipped in CI, which fails the run:\n${skipped.map((name) => `  ${name}`).join("\n")}`)
      process.exitCode = 1
    }
    const left = leftovers()
    if (left.length > 0)
      console.log(`\nTests left in their temporary folder, which goes with the run: ${left.join(", ")}`)
    const all = counts.skipped + counts.pending
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${all > 0 ? `, ${all} skipped` : ""}`)
  }
}

export default closingLine
