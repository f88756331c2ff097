import type { DefinitionProblem } from "../DefinitionError.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "../ExecutorDeclaration.ts"

const isExecutor = (value: unknown): value is ExecutorDeclaration =>
  typeof value === "object" && value !== null && "_tag" in value && value._tag === "ExecutorDefinition"

const isSeveral = (executor: ExecutorDeclaration | OfferedExecutors): executor is OfferedExecutors =>
  Array.isArray(executor)

/** The executors that a job offers, and their problems. */
export const offeredExecutors = (
  executor: ExecutorDeclaration | OfferedExecutors | undefined
): { readonly executors?: OfferedExecutors; readonly wrong: ReadonlyArray<DefinitionProblem> } => {
  if (executor === undefined) return { wrong: [] }
  const executors = isSeveral(executor) ? executor : ([executor] as const)
  const names = executors.map((one) => (isExecutor(one) ? one.name : undefined))
  const wrong = names.flatMap((name, i) => {
    const place = names.length === 1 ? "executor" : `executor › ${i + 1}`
    if (name === undefined) return [{ place, message: "it is not an executor: make one with ExecutorDefinition.make" }]
    return names.indexOf(name) === i
      ? []
      : [{ place, message: `another executor is named "${name}" too: run config chooses executors by name` }]
  })
  return executors.length === 0
    ? { wrong: [{ place: "executor", message: "the list is empty: name at least one executor, or leave it out" }] }
    : { executors, wrong }
}
