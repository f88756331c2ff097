import { ConfigScaffold as Scaffold } from "@heddle/config/ConfigScaffold"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { CodeLocation } from "../CodeLocation.ts"
import { Output } from "../Output.ts"
import { EXECUTORS } from "../executors.ts"
import { JobFlags } from "./JobFlags.ts"

/**
 * `heddle config scaffold`: prints a run config template.
 *
 * @since 0.1.0
 */
export const ConfigScaffold = Command.make(
  "scaffold",
  JobFlags,
  Effect.fnUntraced(function* ({ file, job: name }) {
    const { definition } = yield* Effect.flatMap(CodeLocation.load(file), (location) =>
      CodeLocation.job(location, Option.getOrUndefined(name))
    )
    yield* Output.text(
      Scaffold.yaml(JobRunConfig.schema(definition, { executors: EXECUTORS }), `Run config of job "${definition.name}"`)
    )
  })
).pipe(
  Command.withDescription(
    "Print a run config template. Required fields hold TODO; optional fields are commented out and show their defaults"
  ),
  Command.withShortDescription("Print a run config template"),
  Command.withExamples([
    { command: "heddle config scaffold -f src/definitions.ts -j etl > run.yaml", description: "Create a run config" }
  ])
)
