/**
 * Checks that every name exported by `packages/*` has a docstring before its declaration. Index files only re-export, and
 * `internal/` is not public. A name that is both a type and a value needs one docstring.
 *
 *     node scripts/docs.ts
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Directive, parseSync, type Statement } from "oxc-parser"

process.chdir(join(import.meta.dirname, ".."))

/** The exported names that a statement declares. */
const namesOf = (statement: Statement | Directive): ReadonlyArray<string> => {
  if (statement.type === "ExportDefaultDeclaration") return ["default"]
  if (statement.type !== "ExportNamedDeclaration" || statement.declaration === null) return []
  const { declaration } = statement
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []))
  }
  return "id" in declaration && declaration.id?.type === "Identifier" ? [declaration.id.name] : []
}

const missing: Array<string> = []
let count = 0
const files = globSync("packages/*/src/**/*.ts", {
  exclude: ["**/internal/**", "**/migrations/**", "**/index.ts"]
}).toSorted()
for (const file of files) {
  const text = readFileSync(file, "utf8")
  const { comments, program } = parseSync(file, text)
  /** Offsets after each docstring and the white space that follows it. */
  const documented = new Set(
    comments
      .filter(({ type, value }) => type === "Block" && value.startsWith("*") && /\w/.test(value))
      .map(({ end }) => end + /^\s*/.exec(text.slice(end))![0].length)
  )
  /** First line of each exported name, or `undefined` once one of its declarations has a docstring. */
  const names = new Map<string, number | undefined>()
  for (const statement of program.body) {
    for (const name of namesOf(statement)) {
      const line = text.slice(0, statement.start).split("\n").length
      if (documented.has(statement.start)) names.set(name, undefined)
      else if (!names.has(name)) names.set(name, line)
    }
  }
  count += names.size
  for (const [name, line] of names) {
    if (line !== undefined) missing.push(`${file}:${line}: "${name}" is exported and has no docstring`)
  }
}

for (const line of missing) console.error(line)
console.log(
  missing.length === 0
    ? `docs: all ${count} exported names of ${files.length} modules have a docstring`
    : `docs: ${missing.length} of ${count} exported names have no docstring`
)
process.exitCode = missing.length === 0 ? 0 : 1
