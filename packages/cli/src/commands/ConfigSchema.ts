import { ConfigJsonSchema } from "@heddle/config/ConfigJsonSchema"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { CodeLocation } from "../CodeLocation.ts"
import { Output } from "../Output.ts"
import { EXECUTORS } from "../executors.ts"
import { JobFlags } from "./JobFlags.ts"

/**
 * `heddle config schema`: prints the JSON Schema of a job's run config.
 *
 * @since 0.1.0
 */
export const ConfigSchema = Command.make(
  "schema",
  JobFlags,
  Effect.fnUntraced(function* ({ file, job: name }) {
    const { definition } = yield* Effect.flatMap(CodeLocation.load(file), (location) =>
      CodeLocation.job(location, Option.getOrUndefined(name))
    )
    yield* Output.json(
      ConfigJsonSchema.make(
        JobRunConfig.schema(definition, { executors: EXECUTORS }),
        `Run config of job "${definition.name}"`
      )
    )
  })
).pipe(
  Command.withDescription(
    "Print the JSON Schema (2020-12) of a job's run config, with required fields, defaults and descriptions"
  ),
  Command.withShortDescription("Print the JSON Schema of a job's run config"),
  Command.withExamples([
    {
      command: "heddle config schema -f src/definitions.ts -j etl > etl.schema.json",
      description: "For editor support, start run.yaml with `# yaml-language-server: $schema=etl.schema.json`"
    }
  ])
)
