import type { Reporter } from "vitest/node"

/** Ends a run with one plain line, which CI reads: "N passed, N failed, N skipped". */
const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 }
    for (const module of modules) {
      counts.failed += module.errors().length
      for (const test of module.children.allTests()) counts[test.result().state]++
      for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    }
    const skipped = counts.skipped + counts.pending
    console.log(`\n${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
  }
}

export default closingLine
