import { ConfigProblem } from "@heddle/config/ConfigProblem"
import type { ConfigNode } from "@heddle/config/ConfigNode"
import { validate } from "@heddle/config/validate"
import { DefinitionError } from "../DefinitionError.ts"

/**
 * Checks the constant of a config mapping against the config that it replaces. Environment variables are only read by the run.
 *
 * @param subject - the subject, such as `op "load"`
 * @param node - shape of the config that the constant replaces
 * @param mapping - the config mapping; without a constant, it passes
 * @throws DefinitionError with every problem and its place in the constant
 */
export const checkConstant = (subject: string, node: ConfigNode, mapping: object): void => {
  if (!("constant" in mapping)) return
  const result = validate(node, mapping.constant)
  if (result._tag === "Valid") return
  const problems = result.problems
    .filter(({ reason }) => reason !== "FAILED_POST_PROCESSING")
    .map((problem) => ({
      place: "",
      message: ConfigProblem.describe({ ...problem, path: ["constant", ...problem.path] })
    }))
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
}
