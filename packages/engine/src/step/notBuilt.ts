import type { GraphDefinition } from "@heddle/definitions/GraphDefinition"
import type { JobDefinition } from "@heddle/definitions/JobDefinition"
import { NotBuilt } from "@heddle/definitions/NotBuilt"

const inGraph = (graph: GraphDefinition, path: string): NotBuilt | undefined => {
  for (const { body, name } of graph.nodes) {
    const place = `${body._tag === "OpDefinition" ? "op" : "graph"} "${path}${name}"`
    if (body._tag === "GraphDefinition") {
      const inside = inGraph(body, `${path}${name}.`)
      if (inside !== undefined) return inside
    } else if (body.timeouts.length > 0) {
      return new NotBuilt({ feature: body.timeouts.join(" and "), place })
    }
  }
  return undefined
}

/**
 * The first thing that a job asks for and this version does not run, so that nothing is left out in silence.
 *
 * @since 0.1.0
 */
export const notBuilt = (job: JobDefinition): NotBuilt | undefined => {
  for (const [key, { definition }] of Object.entries(job.resources)) {
    if (definition.scope !== "run") {
      return new NotBuilt({ feature: `the scope "${definition.scope}"`, place: `resource "${key}"` })
    }
  }
  return inGraph(job.graph, "")
}
