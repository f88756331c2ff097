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
 * `heddle config scaffold`: a run config to be filled in.
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
    "Write a run config to be filled in: what must be set, with TODO in place of the value, and in comments what can be, with its default"
  ),
  Command.withShortDescription("Write a run config to be filled in"),
  Command.withExamples([
    { command: "heddle config scaffold -f src/definitions.ts -j etl > run.yaml", description: "Begin a run config" }
  ])
)
