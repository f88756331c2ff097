import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { JobRunConfig } from "@heddle/definitions/JobRunConfig"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { CommandExit } from "../CommandExit.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { ExitCode } from "../ExitCode.ts"
import { Output } from "../Output.ts"
import { ProblemView } from "../ProblemView.ts"
import { UsageError } from "../UsageError.ts"
import { EXECUTORS } from "../executors.ts"
import { JobFlags } from "./JobFlags.ts"
import { RunFlags } from "./RunFlags.ts"

/**
 * `heddle config validate`: checks a run config without running the job.
 *
 * @since 0.1.0
 */
export const ConfigValidate = Command.make(
  "validate",
  {
    ...JobFlags,
    config: RunFlags.config,
    configJson: RunFlags.configJson,
    json: Flag.Boolean("json").pipe(Flag.withDescription("Print the problems as JSON"), Flag.withDefault(false))
  },
  Effect.fnUntraced(function* ({ config, configJson, file, job: name, json }) {
    const found = yield* CodeLocation.load(file).pipe(
      Effect.flatMap((location) => CodeLocation.job(location, Option.getOrUndefined(name))),
      Effect.result
    )
    const read = yield* Effect.result(ConfigFiles.load(config, Option.getOrUndefined(configJson)))
    const problem = UsageError.together([found, read])
    if (problem !== undefined) return yield* problem
    const { definition } = yield* Effect.fromResult(found)
    const { locate, value } = yield* Effect.fromResult(read)
    const result = yield* Effect.result(JobRunConfig.validate(definition, value, { executors: EXECUTORS }))
    const problems = Result.isFailure(result) ? result.failure.problems : []
    if (json) {
      yield* Output.json({
        job: definition.name,
        valid: problems.length === 0,
        problems: problems.map((one) => ({
          ...one,
          text: ConfigProblem.describe(one),
          at: [...new Set(ConfigProblem.places(one).flatMap((path) => locate(path) ?? []))]
        }))
      })
    } else if (Result.isFailure(result)) {
      const view = { paint: yield* Output.errorPaint, debug: false }
      yield* Output.errorLines(ProblemView.runConfig(result.failure, locate, view))
    } else {
      const paint = yield* Output.paint
      yield* Output.lines([`${paint("green", "✓")} The run config is valid for job "${definition.name}"`])
    }
    if (problems.length > 0) return yield* new CommandExit({ code: ExitCode.usage })
  })
).pipe(
  Command.withDescription(
    "Check a run config without running the job. Reports all problems at once, each with its file, line and column, and exits with code 2 if there are any. Reads the environment variables that the config refers to"
  ),
  Command.withShortDescription("Check a run config without running the job"),
  Command.withExamples([
    { command: "heddle config validate -f src/definitions.ts -j etl -c run.yaml", description: "Check a file" },
    {
      command: "heddle config validate -f src/definitions.ts -j etl -c base.yaml -c night.yaml",
      description: "Check several files merged in order"
    }
  ])
)
