/**
 * Checks the tables of `docs/contexts-and-results.md` against the code: every public member of a context and every option of
 * `materialize` stands in the page, and every test that the page names is there. A cell names a test by the letter of its file
 * and its title: `M: makes each asset after what it depends on`.
 *
 *     node scripts/member-tables.ts
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Directive, parseSync, type PropertyKey, type Statement, type TSSignature, type TSType } from "oxc-parser"

process.chdir(join(import.meta.dirname, ".."))
const page = "docs/contexts-and-results.md"

/** What the page must tell the members of: types and classes by file. */
const documented: ReadonlyArray<readonly [file: string, types: ReadonlyArray<string>]> = [
  ["packages/definitions/src/OpExecutionContext.ts", ["OpContext"]],
  ["packages/definitions/src/AssetExecutionContext.ts", ["AssetMembers"]],
  ["packages/definitions/src/DirectContext.ts", ["DirectContextOptions", "DirectContext"]],
  ["packages/definitions/src/IOManager.ts", ["InputContext", "OutputContext"]],
  ["packages/execution/src/materialize.ts", ["MaterializeOptions"]],
  ["packages/execution/src/RunOptions.ts", ["RunOptions"]]
]
/** Members that only the code of Heddle itself calls. */
const own = new Set(["bind", "release", "options"])

const nameOf = (key: PropertyKey): ReadonlyArray<string> => (key.type === "Identifier" ? [key.name] : [])
const ofSignatures = (members: ReadonlyArray<TSSignature>): ReadonlyArray<string> =>
  members.flatMap((member) => ("key" in member ? nameOf(member.key) : []))
const ofType = (type: TSType): ReadonlyArray<string> => {
  if (type.type === "TSTypeLiteral") return ofSignatures(type.members)
  if (type.type === "TSParenthesizedType") return ofType(type.typeAnnotation)
  if (type.type === "TSIntersectionType") return type.types.flatMap(ofType)
  return type.type === "TSConditionalType" ? [type.trueType, type.falseType].flatMap(ofType) : []
}

/** The name of what a statement exports, and its public members. */
const read = (
  statement: Statement | Directive
): readonly [name: string, members: ReadonlyArray<string>] | undefined => {
  if (statement.type !== "ExportNamedDeclaration") return undefined
  const { declaration } = statement
  if (declaration?.type === "TSInterfaceDeclaration") return [declaration.id.name, ofSignatures(declaration.body.body)]
  if (declaration?.type === "TSTypeAliasDeclaration") return [declaration.id.name, ofType(declaration.typeAnnotation)]
  if (declaration?.type !== "ClassDeclaration" || declaration.id === null) return undefined
  const members = declaration.body.body.flatMap((member) =>
    "key" in member && !("kind" in member && member.kind === "constructor") ? nameOf(member.key) : []
  )
  return [declaration.id.name, members]
}

const text = readFileSync(page, "utf8")
const words = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, code]) => code!.match(/[A-Za-z]\w*/g) ?? []))
const problems: Array<string> = []
let memberCount = 0
for (const [file, types] of documented) {
  const { program } = parseSync(file, readFileSync(file, "utf8"))
  const found = new Map(program.body.map(read).filter((exported) => exported !== undefined))
  for (const type of types) {
    const members = found.get(type)
    if (members === undefined || members.length === 0) problems.push(`${file}: it has no members of "${type}"`)
    for (const member of members ?? []) {
      memberCount += 1
      if (!own.has(member) && !words.has(member)) problems.push(`${page}: member "${member}" of ${type} is not in it`)
    }
  }
}

const files = new Map(
  [...text.matchAll(/^- \*\*([A-Z])\*\* `([^`]+)`(?: in `([^`]+)`)?$/gm)].map(([, letter, file, folder]) => [
    letter!,
    file!.includes("/") ? file! : join(folder ?? "packages/execution/test", file!)
  ])
)
const named = [...text.matchAll(/(?:\| |\()([A-Z]): ([^|)]+?)(?= *\||\))/g)]
for (const [, letter, wrapped] of named) {
  const title = wrapped!.replaceAll("\n", " ")
  const file = files.get(letter!)
  if (file === undefined) problems.push(`${page}: no file has the letter ${letter}`)
  else if (!readFileSync(file, "utf8").includes(`"${title}"`)) problems.push(`${file}: it has no test "${title}"`)
}

for (const problem of problems) console.error(problem)
console.log(
  problems.length === 0
    ? `member tables: ${page} has all ${memberCount} members, and the ${named.length} tests that it names are there`
    : `member tables: ${problems.length} problems`
)
process.exitCode = problems.length === 0 ? 0 : 1
