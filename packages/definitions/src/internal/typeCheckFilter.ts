import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import type { TypeCheckContext, TypeCheckFunction, TypeCheckResult } from "../TypeCheckContext.ts"

/** The results of the type checks inside one value during its check. */
export interface Said {
  readonly context: TypeCheckContext
  /** The result of the first check that failed. */
  failed: TypeCheckResult | undefined
  /** The error of the first check that threw. */
  raised: { readonly error: unknown } | undefined
  /** The last result of each check that passed. */
  readonly passed: Map<Run, TypeCheckResult>
}

type Run = SchemaAST.Filter<unknown>["run"]

/** The value that is being checked. Checks are synchronous, and only run during a check. */
let current: Said | undefined

const runs = new WeakSet<Run>()

const read = (found: unknown): TypeCheckResult => {
  if (typeof found === "boolean") return { passed: found }
  if (typeof found === "object" && found !== null && "passed" in found && typeof found.passed === "boolean") {
    return found as TypeCheckResult
  }
  throw new TypeError("a type check must return true, false, or a result with `passed`")
}

/** The schema filter for a type check. Outside of a check, it accepts everything. */
export const typeCheckFilter = (check: TypeCheckFunction<unknown>): SchemaAST.Filter<unknown> => {
  const run: Run = (value, _ast, options) => {
    const said = current
    if (said === undefined || said.raised !== undefined) return undefined
    try {
      const result = read(check(value, said.context))
      if (result.passed) {
        said.passed.set(run, result)
        return undefined
      }
      said.failed ??= result
      return new SchemaIssue.InvalidValue({ message: result.description ?? "the type check failed" }, value, options)
    } catch (error) {
      said.raised = { error }
      return new SchemaIssue.InvalidValue({ message: "the type check threw" }, value, options)
    }
  }
  runs.add(run)
  return new SchemaAST.Filter(run, undefined, true)
}

/** Checks a value, and returns the results of the type checks inside it. */
export const listening = (context: TypeCheckContext, check: () => void): Said => {
  const before = current
  const said: Said = { context, failed: undefined, raised: undefined, passed: new Map() }
  current = said
  try {
    check()
  } finally {
    current = before
  }
  return said
}

const ofChecks = (checks: ReadonlyArray<SchemaAST.Check<any>> | undefined): ReadonlyArray<Run> =>
  (checks ?? []).flatMap((check) =>
    check._tag === "FilterGroup" ? ofChecks(check.checks) : runs.has(check.run) ? [check.run] : []
  )

/** The type checks of a whole value: those of its schema, or of a member of a union. */
export const outerTypeChecks = (ast: SchemaAST.AST): ReadonlyArray<Run> => [
  ...(ast._tag === "Union" ? ast.types.flatMap(outerTypeChecks) : []),
  ...ofChecks(ast.checks)
]

const inner = (ast: SchemaAST.AST): ReadonlyArray<SchemaAST.AST> => {
  switch (ast._tag) {
    case "Union":
      return ast.types
    case "Arrays":
      return [...ast.elements, ...ast.rest]
    case "Objects":
      return [
        ...ast.propertySignatures.map(({ type }) => type),
        ...ast.indexSignatures.flatMap(({ parameter, type }) => [parameter, type])
      ]
    case "Declaration":
      return ast.typeParameters
    case "Suspend":
      return [ast.thunk()]
    default:
      return []
  }
}

/** Tells whether a schema contains a type check anywhere. */
export const hasTypeChecks = (ast: SchemaAST.AST, seen = new Set<SchemaAST.AST>()): boolean => {
  if (seen.has(ast)) return false
  seen.add(ast)
  return ofChecks(ast.checks).length > 0 || inner(ast).some((one) => hasTypeChecks(one, seen))
}
