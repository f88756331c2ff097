/**
 * Checks every import in `packages/*` against the tables in `docs/ARCHITECTURE.md`, and every manifest against the
 * imports:
 *
 * - A room (a package, or a folder of one) imports only what its row lists. Node's modules are allowed only where listed.
 * - Only rooms marked for it import Effect's unstable modules.
 * - Inside `src`, other packages and Effect are imported by module, and modules of the same package by path.
 * - Modules do not import each other in a circle, not even for types.
 * - Packages do not depend on each other in a circle, not even through devDependencies.
 * - `dependencies` and `peerDependencies` match what `src` imports. Tests, benches and type tests import only what their
 *   package or the root lists. `references` in `tsconfig.json` list each package that `src` imports.
 *
 *     node scripts/imports.ts
 */
import { existsSync, globSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { parseSync, Visitor } from "oxc-parser"

const root = join(import.meta.dirname, "..")
const page = "docs/ARCHITECTURE.md"
process.chdir(root)

const problems: Array<string> = []
const problem = (place: string, message: string) => problems.push(`${place}: ${message}`)
const quoted = (names: Iterable<string>): string => [...names].map((name) => `"${name}"`).join(", ") || "nothing"

// ---------------------------------------------------------------- the tables

interface Room {
  /** Names of the rooms that it may import. */
  readonly imports: ReadonlySet<string>
  readonly libraries: ReadonlySet<string>
  readonly unstable: boolean
  readonly line: number
}

/** Rows of the table whose first column has this title, with the line of each, from 1. */
const table = (title: string): ReadonlyArray<{ readonly cells: ReadonlyArray<string>; readonly line: number }> => {
  const lines = readFileSync(page, "utf8").split("\n")
  const head = lines.findIndex((text) => new RegExp(`^\\| *${title} *\\|`).test(text))
  if (head === -1) throw new Error(`${page} has no table whose first column is "${title}"`)
  const end = lines.findIndex((text, i) => i > head && !text.startsWith("|"))
  return lines.slice(head + 2, end === -1 ? undefined : end).map((text, i) => ({
    cells: text
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
    line: head + 3 + i
  }))
}
const words = (cell: string | undefined): ReadonlyArray<string> =>
  [...(cell ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1]!)

const rows = table("Room")
const names = rows.map(({ cells }) => words(cells[0])[0]!)
const rooms = new Map<string, Room>(
  rows.map(({ cells, line }, i) => [
    names[i]!,
    {
      imports: new Set(
        words(cells[1]).flatMap((name) => {
          if (name.endsWith("/*")) return names.filter((other) => other.startsWith(name.slice(0, -1)))
          if (!names.includes(name)) problem(`${page}:${line}`, `room "${name}" does not exist`)
          return [name]
        })
      ),
      libraries: new Set(words(cells[2])),
      unstable: cells[3] === "yes",
      line
    }
  ])
)
const node = new Map(
  table("Room or module").map(({ cells }) => [
    words(cells[0])[0]!,
    cells[1] === "any" ? ("any" as const) : new Set(words(cells[1]))
  ])
)

/** The most specific of the candidates that contains a module: `engine/run` for `engine/run/RunLoop`. */
const within = (module: string, candidates: Iterable<string>): string | undefined =>
  [...candidates]
    .filter((name) => module === name || module.startsWith(`${name}/`))
    .toSorted((a, b) => b.length - a.length)[0]

// ---------------------------------------------------------------- the modules

interface Import {
  readonly specifier: string
  readonly line: number
}

const importsOf = (file: string): ReadonlyArray<Import> => {
  const text = readFileSync(file, "utf8")
  const { errors, program } = parseSync(file, text)
  if (errors.length > 0) problem(file, `cannot parse the file: ${errors[0]!.message}`)
  const found: Array<Import> = []
  const add = (source: { readonly type: string; readonly value?: unknown; readonly start: number } | null) => {
    if (source === null || typeof source.value !== "string") return
    found.push({ specifier: source.value, line: text.slice(0, source.start).split("\n").length })
  }
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source)
  }).visit(program)
  return found
}

/** The package that a specifier names: `@heddle/events` of `@heddle/events/RunStatus`. */
const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

interface Manifest {
  readonly name: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly devDependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
  readonly optionalDependencies?: { readonly [name: string]: string }
}
const manifestOf = (file: string): Manifest => JSON.parse(readFileSync(file, "utf8")) as Manifest

/** The folder of each package, by its name. */
const folders = new Map(
  globSync("packages/*/package.json").map((file) => [manifestOf(file).name, basename(dirname(file))])
)

/** Tells whether Effect marks a module as unstable, with a tag at its top. */
const stability = new Map<string, boolean>()
const isUnstable = (specifier: string): boolean => {
  let unstable = stability.get(specifier)
  if (unstable === undefined) {
    const path = join("node_modules/effect/src", specifier.slice("effect/".length))
    const file = [`${path}.ts`, join(path, "index.ts")].find((candidate) => existsSync(candidate))
    const tag = file === undefined ? undefined : /@stability (\w+)/.exec(readFileSync(file, "utf8"))?.[1]
    unstable = tag !== "stable"
    stability.set(specifier, unstable)
  }
  return unstable
}

const sources = globSync("packages/*/src/**/*.ts").toSorted()
/** The modules that each module imports. */
const graph = new Map<string, ReadonlyArray<{ readonly file: string; readonly line: number }>>()

const check = (file: string): void => {
  const [, folder, , ...rest] = file.split("/") as [string, string, string, ...Array<string>]
  const module = `${folder}/${rest.join("/").replace(/\.ts$/, "")}`
  const isIndex = basename(file) === "index.ts"
  const name = within(module, rooms.keys())
  const room = name === undefined ? undefined : rooms.get(name)
  if (name === undefined || room === undefined) {
    problem(file, `the table in ${page} has no row for "${folder}"`)
    return
  }
  const own = manifestOf(`packages/${folder}/package.json`).name
  const edges: Array<{ file: string; line: number }> = []

  const toModule = (line: number, specifier: string, target: string) => {
    const targetFile = `packages/${target.split("/")[0]}/src/${target.split("/").slice(1).join("/")}.ts`
    if (!existsSync(targetFile)) {
      problem(`${file}:${line}`, `module "${specifier}" does not exist`)
      return
    }
    edges.push({ file: targetFile, line })
    const targetRoom = within(target, rooms.keys())
    if (targetRoom === undefined || targetRoom === name || room.imports.has(targetRoom)) return
    problem(
      `${file}:${line}`,
      `room "${name}" must not import room "${targetRoom}" ("${specifier}"); it may import ${quoted(room.imports)} (${page}:${room.line})`
    )
  }

  for (const { line, specifier } of importsOf(file)) {
    const place = `${file}:${line}`
    if (specifier.startsWith(".")) {
      const target = relative("packages", join(dirname(file), specifier)).split("/")
      if (target[0] !== folder || target[1] !== "src") {
        problem(place, `"${specifier}" is in another package: import it by package name`)
      } else if (!specifier.endsWith(".ts")) {
        problem(place, `"${specifier}" must end with the .ts file name`)
      } else {
        toModule(line, specifier, [folder, ...target.slice(2)].join("/").replace(/\.ts$/, ""))
      }
    } else if (specifier.startsWith("node:")) {
      const listed = within(module, node.keys())
      const allowed = listed === undefined ? undefined : node.get(listed)
      if (allowed !== "any" && allowed?.has(specifier.slice("node:".length)) !== true) {
        const where = [...node].flatMap(([where, what]) =>
          what === "any" || what.has(specifier.slice("node:".length)) ? [where] : []
        )
        problem(place, `"${specifier}" cannot be imported here, only in ${quoted(where)} (see ${page})`)
      }
    } else if (packageOf(specifier) === own) {
      problem(place, `"${specifier}" is this package: import the module by its path`)
    } else if (folders.has(packageOf(specifier))) {
      const path = specifier.split("/").slice(packageOf(specifier).split("/").length)
      if (path.length === 0 && !isIndex && folder !== "heddle") {
        problem(place, `"${specifier}" is an index: import a module, "${specifier}/…"`)
      } else if (path.includes("internal")) {
        problem(place, `"${specifier}" is internal to its package`)
      } else {
        const target = [folders.get(packageOf(specifier))!, ...(path.length === 0 ? ["index"] : path)].join("/")
        toModule(line, specifier, target)
      }
    } else if (packageOf(specifier) === "effect") {
      if (specifier === "effect" && !isIndex && folder !== "heddle") {
        problem(place, `"effect" is an index: import a module, "effect/…"`)
      } else if (specifier !== "effect" && isUnstable(specifier) && !room.unstable) {
        const where = [...rooms].flatMap(([where, { unstable }]) => (unstable ? [where] : []))
        problem(place, `"${specifier}" is an unstable Effect module: only ${quoted(where)} may import it (see ${page})`)
      }
    } else if (!room.libraries.has(packageOf(specifier))) {
      problem(
        place,
        `room "${name}" must not import "${specifier}"; of libraries it may import ${quoted(room.libraries)} (${page}:${room.line})`
      )
    }
  }
  graph.set(file, edges)
}
for (const file of sources) check(file)

// ---------------------------------------------------------------- circles

const done = new Set<string>()
const visit = (file: string, path: ReadonlyArray<{ readonly file: string; readonly line: number }>): void => {
  for (const edge of graph.get(file) ?? []) {
    const here = [...path, { file, line: edge.line }]
    const start = here.findIndex((step) => step.file === edge.file)
    if (start !== -1) {
      const circle = here.slice(start)
      problem(
        `${circle[0]!.file}:${circle[0]!.line}`,
        `a circle of modules: ${[...circle.map((step) => step.file), edge.file].join(" → ")}`
      )
    } else if (!done.has(edge.file)) {
      visit(edge.file, here)
    }
  }
  done.add(file)
}
for (const file of sources) if (!done.has(file)) visit(file, [])

// ---------------------------------------------------------------- manifests

/** Specifiers that the runtime provides, and that need no entry in a manifest. */
const isBuiltIn = (specifier: string): boolean => specifier.startsWith("node:") || specifier.startsWith(".")

const rootManifest = manifestOf("package.json")
for (const [own, folder] of folders) {
  const file = `packages/${folder}/package.json`
  const manifest = manifestOf(file)
  const dependencies = Object.keys(manifest.dependencies ?? {})
  const peers = Object.keys(manifest.peerDependencies ?? {})
  const used = new Map<string, string>()
  for (const source of sources.filter((source) => source.startsWith(`packages/${folder}/src/`))) {
    for (const { line, specifier } of importsOf(source)) {
      if (!isBuiltIn(specifier) && !used.has(packageOf(specifier))) used.set(packageOf(specifier), `${source}:${line}`)
    }
  }
  for (const [name, place] of used) {
    if (name !== own && !dependencies.includes(name) && !peers.includes(name)) {
      problem(place, `"${name}" is imported, but is not in the dependencies of ${file}`)
    }
  }
  for (const name of [...dependencies, ...peers]) {
    // Effect is a peer of every package, because the types of other packages use it.
    if (!used.has(name) && name !== "effect") problem(file, `"${name}" is a dependency, but src does not import it`)
  }
  if (dependencies.includes("effect") || !peers.includes("effect")) {
    problem(file, '"effect" must be a peer dependency, so that a project has one copy')
  }

  const readme = `packages/${folder}/README.md`
  const [, section = ""] = /^## Imports\n(.*?)(?=^## |$(?![^]))/ms.exec(readFileSync(readme, "utf8")) ?? []
  const told = new Set([...section.matchAll(/`(@[\w-]+\/[\w-]+|[a-z][\w-]*)`/g)].map(([, name = ""]) => name))
  const actual = new Set([...used.keys(), "effect"].filter((name) => name !== own))
  for (const name of actual) if (!told.has(name)) problem(readme, `"${name}" is missing from the list of imports`)
  for (const name of told)
    if (!actual.has(name)) problem(readme, `"${name}" is in the list of imports, but src does not import it`)

  const references = /"references":[^\]]*/.exec(readFileSync(`packages/${folder}/tsconfig.json`, "utf8"))?.[0] ?? ""
  for (const name of used.keys()) {
    const other = folders.get(name)
    if (other === undefined || other === folder || references.includes(`"../${other}"`)) continue
    problem(`packages/${folder}/tsconfig.json`, `"../${other}" is missing from the references; src imports "${name}"`)
  }

  const listed = new Set([
    ...dependencies,
    ...peers,
    ...Object.keys(manifest.devDependencies ?? {}),
    ...Object.keys(rootManifest.devDependencies ?? {}),
    own
  ])
  for (const test of globSync(`packages/${folder}/{test,typetest,bench}/**/*.ts`)) {
    for (const { line, specifier } of importsOf(test)) {
      if (isBuiltIn(specifier) || listed.has(packageOf(specifier))) continue
      problem(`${test}:${line}`, `"${packageOf(specifier)}" is neither in ${file} nor in the root's devDependencies`)
    }
  }
}

const needs = new Map(
  [...folders].map(([name, folder]) => {
    const { dependencies, devDependencies } = manifestOf(`packages/${folder}/package.json`)
    return [name, Object.keys({ ...dependencies, ...devDependencies }).filter((other) => folders.has(other))] as const
  })
)
const settled = new Set<string>()
const follow = (name: string, path: ReadonlyArray<string>): void => {
  if (path.includes(name)) {
    const circle = [...path.slice(path.indexOf(name)), name].join(" → ")
    problem(`packages/${folders.get(name)}/package.json`, `packages depend on each other in a circle: ${circle}`)
  } else if (!settled.has(name)) {
    for (const other of needs.get(name)!) follow(other, [...path, name])
    settled.add(name)
  }
}
for (const name of needs.keys()) follow(name, [])

for (const line of new Set(problems)) console.error(line)
const edges = [...graph.values()].reduce((sum, list) => sum + list.length, 0)
console.log(
  problems.length === 0
    ? `imports: ${sources.length} modules and ${edges} imports between them keep to ${rooms.size} rows of ${page}; no circle; ${folders.size} manifests list what is imported`
    : `imports: ${new Set(problems).size} problems`
)
process.exitCode = problems.length === 0 ? 0 : 1
