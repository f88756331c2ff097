import type { Difference } from "./compare.ts"
import type { Verdict } from "./runCase.ts"

const short = (value: unknown): string => {
  const text = value === undefined ? "nothing" : JSON.stringify(value)
  return text.length > 600 ? `${text.slice(0, 600)}…` : text
}

const differenceLines = ({ actual, expected, path }: Difference): ReadonlyArray<string> => [
  `    ${path}`,
  `      expected ${short(expected)}`,
  `      actual   ${short(actual)}`
]

/** The lines that tell of a case. */
export const linesOf = (id: string, verdict: Verdict, reason: string | undefined): ReadonlyArray<string> => {
  const head = reason === undefined ? `FAIL ${id}` : `DIFFERS ${id}: ${reason}`
  switch (verdict._tag) {
    case "Passed":
      return [`PASS ${id}`]
    case "Unsupported":
      return [`FAIL ${id} unsupported: ${verdict.words.join(", ")}`]
    case "Lacking":
      return [`FAIL ${id} error: ${verdict.message}`]
    case "Error":
      return [`FAIL ${id} error: ${verdict.error}`]
    case "Differs":
      return [head, ...verdict.differences.flatMap(differenceLines)]
  }
}

/** A table of passed and all cases by category. */
export const summaryLines = (
  cases: ReadonlyArray<{ readonly category: string; readonly passed: boolean }>
): ReadonlyArray<string> => {
  const rows = new Map<string, { passed: number; all: number }>()
  for (const { category, passed } of cases) {
    const row = rows.get(category) ?? { passed: 0, all: 0 }
    rows.set(category, { passed: row.passed + (passed ? 1 : 0), all: row.all + 1 })
  }
  return [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([category, { all, passed }]) => `  ${category.padEnd(16)} ${passed}/${all}`)
}
