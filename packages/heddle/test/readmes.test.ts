import { execFile } from "node:child_process"
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
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
})
  .toSorted()
  .map((page) => ({ page, programs: programsOf(readFileSync(join(root, page), "utf8")) }))
  .filter(({ programs }) => programs.length > 0)

// The umbrella depends on every library, so programs may use packages that the page's own package must not depend on.
const umbrella = join(root, "packages/heddle")

for (const { page, programs } of pages) {
  describe(`programs of ${page}`, () => {
    for (const { expected, line, text } of programs) {
      it(`prints what the program in line ${line} says`, async () => {
        assert.isNotEmpty(expected, "a program shows what it prints, by a comment // => …")
        assert.deepStrictEqual(await run(text, umbrella), expected)
      })
    }
  })
}

/** A project with each program as a module, in which the packages are installed that the umbrella has. */
const project = (folder: string): void => {
  const installed = join(folder, "node_modules")
  mkdirSync(installed)
  symlinkSync(umbrella, join(installed, "heddle"))
  for (const name of readdirSync(join(umbrella, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(umbrella, "node_modules", name), join(installed, name))
  }
  const config = {
    extends: join(root, "tsconfig.base.json"),
    include: ["*.mts"],
    compilerOptions: {
      rootDir: "/",
      typeRoots: [join(root, "node_modules/@types")],
      composite: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      noEmit: true,
      // A program may show a definition that it does not use.
      noUnusedLocals: false,
      plugins: [{ name: "@effect/language-service", diagnostics: false }]
    }
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
  for (const { page, programs } of pages) {
    for (const { line, text } of programs) {
      // As many lines before it as in the page, so that the compiler names the line of the page.
      const name = `${page.replaceAll("/", "·")}·${line}.mts`
      writeFileSync(join(folder, name), "\n".repeat(line - 1) + text)
    }
  }
}

describe("all programs of pages", () => {
  it("have no type errors", async () => {
    const folder = mkdtempSync(join(tmpdir(), "heddle-readmes-"))
    try {
      project(folder)
      const compiler = join(root, "node_modules/.bin/tsc")
      // It tells errors on its output, and then ends with another code than 0.
      const { stdout } = await promisify(execFile)(compiler, ["-p", folder, "--pretty", "false"], {
        cwd: folder
      }).catch((error: { readonly stdout: string }) => error)
      assert.strictEqual(stdout, "")
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 60_000)
})
