/**
 * Mutation tests for the decisions of the engine. Changes one token at a time and checks whether an engine test fails: each
 * operator, literal, `!`, `break` and `continue` in `transition` and its modules.
 *
 *     node scripts/mutants.ts [file...]
 *
 * Takes a few minutes. Run it by hand after a change in the engine; CI does not. It lists the mutants that no test caught,
 * and exits with 1 if the tests caught fewer than nine in ten.
 */
import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { parseSync, Visitor } from "oxc-parser"

const root = join(import.meta.dirname, "..")
process.chdir(root)

/** The modules that `transition` is made of. */
const FILES = ["transition", "decide", "settle", "launch", "ReadyOrder", "Draft", "RunState", "TagLimits"].map(
  (name) => `packages/engine/src/run/${name}.ts`
)
const TESTS = [
  "packages/engine/test/transition.test.ts",
  "packages/engine/test/decisions.test.ts",
  "packages/engine/test/simulation.test.ts"
]
/** A mutant that makes a test run forever also counts as caught. */
const PATIENCE = 60_000
const WANTED = 0.9

interface Mutant {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

const OPERATORS: { readonly [operator: string]: string } = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+=": "-=",
  "-=": "+="
}

const mutantsOf = (file: string): ReadonlyArray<Mutant> => {
  const source = readFileSync(file, "utf8")
  const { program } = parseSync(file, source)
  const found: Array<Mutant> = []
  const add = (start: number, end: number, text: string) => found.push({ file, start, end, text })
  const between = (from: number, to: number, operator: string) => {
    const other = OPERATORS[operator]
    const at = source.indexOf(operator, from)
    if (other !== undefined && at !== -1 && at < to) add(at, at + operator.length, other)
  }
  const binary = (node: {
    readonly left: { end: number }
    readonly right: { start: number }
    readonly operator: string
  }) => between(node.left.end, node.right.start, node.operator)
  new Visitor({
    BinaryExpression: binary,
    LogicalExpression: binary,
    AssignmentExpression: binary,
    UnaryExpression: ({ argument, operator, start }) => {
      if (operator === "!") add(start, argument.start, "")
    },
    UpdateExpression: ({ operator, start, end, prefix }) => {
      const at = prefix ? start : end - 2
      add(at, at + 2, operator === "++" ? "--" : "++")
    },
    Literal: ({ start, end, value }) => {
      // The name of a module is not a decision.
      if (/(?:from|import)\s*$/.test(source.slice(0, start))) return
      if (typeof value === "number") add(start, end, String(value + 1))
      if (typeof value === "boolean") add(start, end, String(!value))
      if (typeof value === "string") add(start, end, '"mutant"')
    },
    BreakStatement: ({ start, end }) => add(start, end, ";"),
    ContinueStatement: ({ start, end }) => add(start, end, ";")
  }).visit(program)
  // Changes in types have no effect at run time.
  return found.filter(({ start }) => !isInType(program, start))
}

const isInType = (program: Parameters<Visitor["visit"]>[0], at: number): boolean => {
  let inside = false
  const look = (node: { readonly start: number; readonly end: number }) => {
    if (node.start <= at && at < node.end) inside = true
  }
  new Visitor({
    TSTypeAnnotation: look,
    TSTypeAliasDeclaration: look,
    TSInterfaceDeclaration: look,
    TSLiteralType: look
  }).visit(program)
  return inside
}

/** The location of a mutant, in the format of editors. */
const place = ({ file, start }: Mutant): string => {
  const before = readFileSync(file, "utf8").slice(0, start).split("\n")
  return `${file}:${before.length}:${before.at(-1)!.length + 1}`
}

/** Runs the tests of the engine with one change, and tells whether one failed. */
const isCaught = (mutant: Mutant): Promise<boolean> =>
  new Promise((resolve) => {
    const args = ["run", "--bail", "1", "--config", "scripts/mutants/vitest.config.ts", ...TESTS]
    const child = spawn(process.execPath, ["node_modules/vitest/vitest.mjs", ...args], {
      stdio: "ignore",
      env: { ...process.env, HEDDLE_MUTANT: JSON.stringify(mutant), HEDDLE_RUNS: "600" },
      detached: true
    })
    const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), PATIENCE)
    child.on("close", (code) => {
      clearTimeout(timer)
      resolve(code !== 0)
    })
  })

const named = process.argv.slice(2)
const files = FILES.filter((file) => named.length === 0 || named.some((name) => file.endsWith(`/${name}.ts`)))
const mutants = files.flatMap(mutantsOf)
if (await isCaught({ file: "", start: 0, end: 0, text: "" }))
  throw new Error("the engine tests fail without any mutation: fix them first")
const survivors: Array<Mutant> = []
let done = 0
const queue = mutants.values()
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (const mutant of queue) {
      if (!(await isCaught(mutant))) {
        survivors.push(mutant)
        const was = readFileSync(mutant.file, "utf8").slice(mutant.start, mutant.end)
        console.log(`survived: ${place(mutant)} ${JSON.stringify(was)} → ${JSON.stringify(mutant.text)}`)
      }
      if (++done % 25 === 0) console.log(`${done} of ${mutants.length}, ${survivors.length} survived`)
    }
  })
)
const caught = 1 - survivors.length / mutants.length
console.log(`mutants: ${mutants.length}, caught ${(caught * 100).toFixed(1)} %, ${survivors.length} survived`)
if (caught < WANTED) process.exitCode = 1
