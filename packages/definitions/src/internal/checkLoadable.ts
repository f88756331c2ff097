import { ConfigSchema } from "@heddle/config/ConfigSchema"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import type { GraphDefinition } from "../GraphDefinition.ts"
import { InputDefault } from "../InputDefault.ts"
import { InputManager } from "../InputManager.ts"

const problemsIn = (graph: GraphDefinition, path: string): ReadonlyArray<DefinitionProblem> =>
  graph.nodes.flatMap((node) => {
    const at = path + node.name
    if (node.body._tag === "GraphDefinition") return problemsIn(node.body, `${at}.`)
    return node.body.inputs
      .filter(
        ({ name, schema }) =>
          node.inputs[name] === undefined &&
          !InputDefault.has(schema) &&
          InputManager.of(schema) === undefined &&
          !ConfigSchema.isLoadable(schema)
      )
      .map(({ name }) => ({
        place: `op "${at}" › input "${name}"`,
        message: "nothing is wired to it, and run config cannot give values of its type: wire a handle to it"
      }))
  })

/**
 * Checks that run config can give every input that has no other source.
 *
 * @throws DefinitionError with every input that cannot be given
 */
export const checkLoadable = (graph: GraphDefinition, subject: string): void => {
  const problems = problemsIn(graph, "")
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
}
