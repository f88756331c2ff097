/**
 * Checks the first line of the compile error for each mistake in `packages/heddle/typetest/mistakes`. Users read that line,
 * so it must name the op, the resource or the field within 200 characters.
 *
 * A mistake is a statement below a comment `// mistake: <title> | names: <words>`. Each word must appear in the first line
 * of the message, or in the source at the position of the message. If TypeScript allows no better line, add
 * `| known: <reason>`; that line may then fail. The script exits with 1 if any other line fails, if a mistake compiles, or if
 * a known line now passes (remove its `known: …`).
 *
 *     node scripts/error-lines.ts [--markdown]
 */
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

const limit = 200
const root = join(import.meta.dirname, "..")
const folder = "packages/heddle/typetest/mistakes"

interface Mistake {
  readonly title: string
  readonly names: ReadonlyArray<string>
  readonly known: string | undefined
  readonly file: string
  /** Line of its comment, from 1. */
  readonly line: number
}

interface Diagnostic {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly code: string
  readonly message: string
}

const sources = new Map(
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [`${folder}/${name}`, readFileSync(join(root, folder, name), "utf8").split("\n")])
)

const mistakesOf = (file: string, lines: ReadonlyArray<string>): ReadonlyArray<Mistake> =>
  lines.flatMap((text, i) => {
    const match = /^\/\/ mistake: (.*?) \| names: (.*?)(?: \| known: (.*))?$/.exec(text)
    if (match === null) return []
    return [{ title: match[1]!, names: match[2]!.split(", "), known: match[3], file, line: i + 1 }]
  })

const mistakes = [...sources].flatMap(([file, lines]) => mistakesOf(file, lines))

const compiled = spawnSync(
  join(root, "node_modules/.bin/tsc"),
  ["-p", `${folder}/tsconfig.json`, "--pretty", "false"],
  { cwd: root, encoding: "utf8" }
)
const diagnostics = compiled.stdout.split("\n").flatMap((text): ReadonlyArray<Diagnostic> => {
  const match = /^(.*?)\((\d+),(\d+)\): error (TS\d+): (.*)$/.exec(text)
  if (match === null) return []
  const [, file, line, column, code, message] = match as unknown as [string, string, string, string, string, string]
  return [{ file, line: Number(line), column: Number(column), code, message }]
})

/** The first diagnostic between the comment of a mistake and that of the next. */
const firstOf = (mistake: Mistake): Diagnostic | undefined => {
  const next = mistakes.find(({ file, line }) => file === mistake.file && line > mistake.line)?.line ?? Infinity
  return diagnostics.find(({ file, line }) => file === mistake.file && line > mistake.line && line < next)
}

const has = (text: string, word: string): boolean =>
  new RegExp(`(?<!\\w)${word.replaceAll(/\W/g, "\\$&")}(?!\\w)`).test(text)

type Verdict = "message" | "place" | "too long" | "unnamed" | "compiles"

const judge = (mistake: Mistake, diagnostic: Diagnostic | undefined): Verdict => {
  if (diagnostic === undefined) return "compiles"
  if (diagnostic.message.length > limit) return "too long"
  if (mistake.names.every((word) => has(diagnostic.message, word))) return "message"
  const at = sources.get(diagnostic.file)?.[diagnostic.line - 1]?.slice(diagnostic.column - 1) ?? ""
  const token = /^["']?(\w+)/.exec(at)?.[1]
  return mistake.names.every((word) => word === token) ? "place" : "unnamed"
}

const rows = mistakes.map((mistake) => {
  const diagnostic = firstOf(mistake)
  const verdict = judge(mistake, diagnostic)
  const good = verdict === "message" || verdict === "place"
  return { mistake, diagnostic, verdict, good, surprise: good === (mistake.known !== undefined) }
})

const markdown = process.argv.includes("--markdown")
for (const { diagnostic, mistake, surprise, verdict } of rows) {
  const message = diagnostic === undefined ? "" : `${diagnostic.code}: ${diagnostic.message}`
  const length = diagnostic?.message.length ?? 0
  if (markdown) {
    console.log(`| ${mistake.title} | \`${message.replaceAll("|", "\\|")}\` | ${length} | ${verdict} |`)
  } else {
    console.log(`${surprise ? "✗" : mistake.known === undefined ? "✓" : "–"} ${mistake.title} [${verdict}, ${length}]`)
    console.log(`    ${message}`)
  }
}

const strays = diagnostics.filter(({ file, line }) => !mistakes.some((m) => m.file === file && m.line < line))
for (const { column, file, line, message } of strays) console.log(`✗ ${file}(${line},${column}): ${message}`)

const surprises = rows.filter(({ surprise }) => surprise)
const good = rows.filter(({ good }) => good).length
console.log(
  `\n${good} of ${rows.length} first lines name what is wrong; ${surprises.length + strays.length} unexpected`
)
process.exitCode = surprises.length + strays.length > 0 ? 1 : 0
