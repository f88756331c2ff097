import { execFile } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { assert, describe, it } from "vitest"

const root = join(import.meta.dirname, "../../..")

interface Program {
  readonly text: string
  /** Line of its first line in the page, from 1. */
  readonly line: number
  /** What its lines `// => …` say that it prints. */
  readonly expected: ReadonlyArray<string>
}

/** The blocks of a page that are marked `ts run`. */
const programsOf = (page: string): ReadonlyArray<Program> =>
  [...page.matchAll(/^```ts run\n([\s\S]*?)^```$/gm)].map((match) => ({
    text: match[1]!,
    line: page.slice(0, match.index).split("\n").length + 1,
    expected: [...match[1]!.matchAll(/\/\/ => (.*)$/gm)].map((output) => output[1]!)
  }))

/** Runs a program in a package: its imports are those that the package can resolve. */
const run = async (program: string, cwd: string): Promise<ReadonlyArray<string>> => {
  const args = ["--input-type=module-typescript", "--eval", program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd })
  return stdout.split("\n").slice(0, -1)
}

const pages = globSync(["README.md", "docs/**/*.md", "packages/*/README.md"], {
  cwd: root,
  exclude: ["**/node_modules/**"]
}).toSorted()

for (const page of pages) {
  const programs = programsOf(readFileSync(join(root, page), "utf8"))
  if (programs.length === 0) continue
  // The umbrella depends on every library, so programs may use packages that the page's own package must not depend on.
  const cwd = join(root, "packages/heddle")
  describe(`programs of ${page}`, () => {
    for (const { expected, line, text } of programs) {
      it(`prints what the program in line ${line} says`, async () => {
        assert.isNotEmpty(expected, "a program shows what it prints, by a comment // => …")
        assert.deepStrictEqual(await run(text, cwd), expected)
      })
    }
  })
}
