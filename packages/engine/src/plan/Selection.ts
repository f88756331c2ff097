import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { type GraphSnapshot, type JobSnapshot, Wire } from "@heddle/events/JobSnapshot"
import type { KnownStep } from "@heddle/events/KnownStep"
import * as Result from "effect/Result"
import type { ExecutionPlan } from "./ExecutionPlan.ts"
import { resolvedSteps, type Selectable } from "./ResolvedSteps.ts"
import { SelectionError, type SelectionProblem, StepNotFound } from "./SelectionError.ts"

/** A clause: a name, and how many levels above and below it are selected with it. */
interface Clause {
  readonly text: string
  readonly name: string
  readonly up: number
  readonly down: number
}

const CLAUSE = /^(\*?\+*)([A-Za-z0-9_.[\]?-]+)(\+*\*?)$/

const levels = (operators: string): number => (operators.includes("*") ? Number.POSITIVE_INFINITY : operators.length)

const parse = (text: string): Clause | undefined => {
  const match = CLAUSE.exec(text.trim())
  if (match === null) return undefined
  return { text, name: match[2]!, up: levels(match[1]!), down: levels(match[3]!) }
}

const quoted = (names: ReadonlyArray<string>): string => {
  const shown = names.slice(0, 8).map((name) => `"${name}"`)
  return names.length > shown.length ? `${shown.join(", ")} and ${names.length - shown.length} more` : shown.join(", ")
}

/** Suggests existing names in place of an unknown one. */
const instead = (name: string, names: ReadonlyArray<string>): string => {
  const nearest = ConfigProblem.nearest(name, names)
  if (nearest !== undefined) return `; did you mean "${nearest}"?`
  return names.length === 0 ? "" : `; there ${names.length === 1 ? "is" : "are"} ${quoted(names)}`
}

/** Names within some levels of a start. */
const within = (start: string, depth: number, next: (name: string) => ReadonlyArray<string>): ReadonlySet<string> => {
  const found = new Set([start])
  let level = [start]
  for (let i = 0; i < depth && level.length > 0; i++) {
    level = [...new Set(level.flatMap(next))].filter((name) => !found.has(name))
    for (const name of level) found.add(name)
  }
  return found
}

interface Resolved {
  readonly names: ReadonlySet<string>
  readonly malformed: ReadonlyArray<SelectionProblem>
  readonly unknown: ReadonlyArray<SelectionProblem>
}

const resolve = (
  clauses: ReadonlyArray<string>,
  all: ReadonlyArray<Selectable>,
  unknownMessage: (name: string) => string
): Resolved => {
  const upstream = new Map(all.map((one) => [one.name, one.upstream]))
  const downstream = new Map<string, Array<string>>()
  for (const { name, upstream: above } of all) {
    for (const other of above) {
      const list = downstream.get(other)
      if (list === undefined) downstream.set(other, [name])
      else list.push(name)
    }
  }
  const names = new Set<string>()
  const malformed: Array<SelectionProblem> = []
  const unknown: Array<SelectionProblem> = []
  for (const text of clauses) {
    if (text.trim() === "*") {
      for (const { name } of all) names.add(name)
      continue
    }
    const clause = parse(text)
    if (clause === undefined) {
      malformed.push({
        clause: text,
        message:
          'it is not a valid clause: write a name, with "+" for each level or "*" for all levels before or after it'
      })
    } else if (!upstream.has(clause.name)) {
      unknown.push({ clause: text, message: unknownMessage(clause.name) })
    } else {
      for (const name of within(clause.name, clause.up, (at) => upstream.get(at) ?? [])) names.add(name)
      for (const name of within(clause.name, clause.down, (at) => downstream.get(at) ?? [])) names.add(name)
    }
  }
  return { names, malformed, unknown }
}

/** Paths of all nodes below a graph. */
const pathsIn = (graph: GraphSnapshot, prefix = ""): ReadonlyArray<string> =>
  graph.nodes.flatMap(({ body, name }) => {
    const path = prefix + name
    return "graph" in body ? [path, ...pathsIn(body.graph, `${path}.`)] : [path]
  })

/**
 * Reads selections: clauses such as `load`, `+load` (and one level above it), `load++` (two below), `*load` (all above)
 * and `load*` (all below). What several clauses select is selected together.
 *
 * @since 0.1.0
 * @source Dagster op_selection and step_selection
 */
export const Selection = {
  /**
   * Selects nodes of a job.
   *
   * As soon as one clause has a dot, all are paths of nodes, `graph.op`, and have no operators.
   *
   * @param job - the job as data
   * @param clauses - the selection; an empty one selects all
   * @returns paths of the selected nodes, or the error with every clause that selects nothing
   */
  ofOps: (job: JobSnapshot, clauses: ReadonlyArray<string>): Result.Result<ReadonlyArray<string>, SelectionError> => {
    const { nodes } = job.graph
    if (clauses.length === 0) return Result.succeed(nodes.map(({ name }) => name))
    const subject = `job "${job.name}"`
    const paths = pathsIn(job.graph)
    if (clauses.some((clause) => clause.includes("."))) {
      const problems = clauses.flatMap((clause) =>
        paths.includes(clause)
          ? []
          : [
              {
                clause,
                message: /[*+]/.test(clause)
                  ? "when one clause contains a dot, every clause must be the path of a node, without + or *"
                  : `there is no such node${instead(clause, paths)}`
              }
            ]
      )
      return problems.length > 0
        ? Result.fail(new SelectionError({ subject, problems }))
        : Result.succeed([...new Set(clauses)])
    }
    const { malformed, names, unknown } = resolve(
      clauses,
      nodes.map((node) => ({
        name: node.name,
        upstream: [...new Set([...Object.values(node.inputs), ...node.after].flatMap(Wire.nodes))]
      })),
      (name) => {
        const inside = paths.filter((path) => path.endsWith(`.${name}`))
        return inside.length > 0
          ? `it is inside a graph: write ${inside.map((path) => `"${path}"`).join(" or ")}`
          : `there is no such node${instead(
              name,
              nodes.map((node) => node.name)
            )}`
      }
    )
    const problems = [...malformed, ...unknown]
    return problems.length > 0
      ? Result.fail(new SelectionError({ subject, problems }))
      : Result.succeed(nodes.filter((node) => names.has(node.name)).map((node) => node.name))
  },

  /**
   * Selects steps of a run: its plan, with mapped steps as its ancestors have made them (`size_of[a]`), and those that are
   * still to be made under one name (`size_of[?]`).
   *
   * @param subject - what is selected from, for the error
   * @param plan - the plan
   * @param known - what the run and its ancestors have executed
   * @param clauses - the selection
   * @returns keys of the selected steps, or the error with every clause that selects nothing
   */
  ofSteps: (
    subject: string,
    plan: ExecutionPlan,
    known: ReadonlyArray<KnownStep>,
    clauses: ReadonlyArray<string>
  ): Result.Result<ReadonlySet<string>, SelectionError | StepNotFound> => {
    const steps = resolvedSteps(plan, known)
    const keys = steps.map(({ name }) => name)
    const { malformed, names, unknown } = resolve(
      clauses,
      steps,
      (name) => `there is no such step${instead(name, keys)}`
    )
    if (malformed.length > 0) {
      return Result.fail(new SelectionError({ subject, problems: [...malformed, ...unknown] }))
    }
    return unknown.length > 0 ? Result.fail(new StepNotFound({ subject, problems: unknown })) : Result.succeed(names)
  }
}
