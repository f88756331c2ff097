/**
 * Checks that every name exported by `packages/*` has a docstring before its declaration. Index files only re-export, and
 * `internal/` is not public. A name that is both a type and a value needs one docstring.
 *
 * Each member of an exported `…Options` interface or type needs a docstring too, and that of an optional member names its default
 * with `@default`. The modules of the command line are not written against, and are left out of this.
 *
 *     node scripts/docs.ts
 */
import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type Directive, parseSync, type Statement, type TSSignature, type TSType } from "oxc-parser"

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

/** The members that are written out in a type. */
const membersOf = (type: TSType): ReadonlyArray<TSSignature> => {
  if (type.type === "TSTypeLiteral") return type.members
  if (type.type === "TSParenthesizedType") return membersOf(type.typeAnnotation)
  if (type.type === "TSIntersectionType") return type.types.flatMap(membersOf)
  return type.type === "TSConditionalType" ? [type.trueType, type.falseType].flatMap(membersOf) : []
}

/** The options that a statement exports: the members of an interface or type that is named `…Options`. */
const optionsOf = (
  statement: Statement | Directive
): ReadonlyArray<{ readonly name: string; readonly member: TSSignature }> => {
  if (statement.type !== "ExportNamedDeclaration") return []
  const { declaration } = statement
  if (declaration?.type !== "TSInterfaceDeclaration" && declaration?.type !== "TSTypeAliasDeclaration") return []
  const { name } = declaration.id
  if (!name.endsWith("Options")) return []
  const members =
    declaration.type === "TSInterfaceDeclaration" ? declaration.body.body : membersOf(declaration.typeAnnotation)
  return members.map((member) => ({ name, member }))
}

const missing: Array<string> = []
let optionCount = 0
let count = 0
const files = globSync("packages/*/src/**/*.ts", {
  exclude: ["**/internal/**", "**/migrations/**", "**/index.ts"]
}).toSorted()
for (const file of files) {
  const text = readFileSync(file, "utf8")
  const { comments, program } = parseSync(file, text)
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length
  /** Each docstring by the offset after it and the white space that follows. */
  const documented = new Map(
    comments
      .filter(({ type, value }) => type === "Block" && value.startsWith("*") && /\w/.test(value))
      .map(({ end, value }) => [end + /^\s*/.exec(text.slice(end))![0].length, value])
  )
  /** First line of each exported name, or `undefined` once one of its declarations has a docstring. */
  const names = new Map<string, number | undefined>()
  for (const statement of program.body) {
    for (const name of namesOf(statement)) {
      const line = lineAt(statement.start)
      if (documented.has(statement.start)) names.set(name, undefined)
      else if (!names.has(name)) names.set(name, line)
    }
  }
  const options = file.startsWith("packages/cli/") ? [] : program.body.flatMap(optionsOf)
  for (const { member, name } of options) {
    if (member.type !== "TSPropertySignature" || member.key.type !== "Identifier") continue
    optionCount += 1
    const docstring = documented.get(member.start)
    const hasDefault = docstring?.includes("@default") === true
    if (docstring !== undefined && (hasDefault || !member.optional)) continue
    const problem = docstring === undefined ? "has no docstring" : "is optional, and its docstring has no @default"
    missing.push(`${file}:${lineAt(member.start)}: option "${name}.${member.key.name}" ${problem}`)
  }
  count += names.size
  for (const [name, line] of names) {
    if (line !== undefined) missing.push(`${file}:${line}: "${name}" is exported and has no docstring`)
  }
}

for (const line of missing) console.error(line)
console.log(
  missing.length === 0
    ? `docs: all ${count} exported names of ${files.length} modules have a docstring, and all ${optionCount} options`
    : `docs: ${missing.length} of ${count} exported names and ${optionCount} options have no docstring or default`
)
process.exitCode = missing.length === 0 ? 0 : 1
