import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { CodeLocation } from "../CodeLocation.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { Home } from "../Home.ts"
import { Lifeline } from "../Lifeline.ts"
import { UsageError } from "../UsageError.ts"
import { JobFlags } from "./JobFlags.ts"
import { PartitionFlags, readPartitions } from "./PartitionFlags.ts"
import { RunFlags } from "./RunFlags.ts"
import { runPartitions } from "./runPartitions.ts"
import { clausesOf, selectFlag } from "./SelectFlag.ts"

/**
 * `heddle job execute`: runs a job and shows its progress.
 *
 * @since 0.1.0
 */
export const JobExecute = Command.make(
  "execute",
  {
    ...JobFlags,
    ...RunFlags,
    ...PartitionFlags,
    select: selectFlag(
      "op-selection",
      "Run only these ops, separated by commas: `load`; `+load` adds the ops directly upstream and `load+` those directly downstream; `*load` and `load*` add all levels; `graph.op` selects an op inside a graph. Inputs from ops that are left out must be set in run config"
    )
  },
  Effect.fnUntraced(function* ({
    config,
    configJson,
    executor,
    file,
    job: name,
    json,
    maxConcurrent,
    runId,
    select,
    tags,
    ...given
  }) {
    Lifeline.hold()
    // Check everything before reporting, so that all problems are reported at once.
    const job = yield* CodeLocation.load(file).pipe(
      Effect.flatMap((location) => CodeLocation.job(location, Option.getOrUndefined(name))),
      Effect.result
    )
    const read = yield* Effect.result(ConfigFiles.load(config, Option.getOrUndefined(configJson)))
    const clauses = clausesOf(select)
    const instance = yield* Effect.result(Layer.build(Home.layer))
    const chosen = readPartitions({ ...given, runId })
    const problem = UsageError.together([job, read, clauses, chosen, instance])
    if (problem !== undefined) return yield* problem
    const { locate, value: runConfig } = yield* Effect.fromResult(read)
    const options = {
      runConfig,
      locate,
      tags,
      file,
      executor: Option.getOrUndefined(executor),
      maxConcurrent: Option.getOrUndefined(maxConcurrent),
      opSelection: yield* Effect.fromResult(clauses),
      json
    }
    const definition = yield* Effect.fromResult(job)
    yield* runPartitions(definition, options, yield* Effect.fromResult(chosen), Option.getOrUndefined(runId)).pipe(
      Effect.provideContext(yield* Effect.fromResult(instance))
    )
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Run a job and show its progress: a live view in a terminal, plain lines in a pipe. Ctrl-C cancels the run and lets running steps clean up; a second Ctrl-C kills it. Exit codes: 0 the run succeeded, 1 it failed, 2 invalid usage or run config, 130 cancelled"
  ),
  Command.withShortDescription("Run a job"),
  Command.withExamples([
    { command: "heddle job execute -f src/definitions.ts -j etl", description: "Run a job" },
    {
      command: "heddle job execute -f src/definitions.ts -j etl -c run.yaml -c secrets.yaml",
      description: "With run config from two files; the second overrides the first"
    },
    {
      command: `heddle job execute -f src/definitions.ts -j etl --config-json '{"ops":{"load":{"config":{"limit":10}}}}'`,
      description: "With run config as JSON on the command line"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --select 'clean*'",
      description: "Only one op and everything downstream of it"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --partition-range 2026-01-01...2026-01-31",
      description: "A run for each partition; Ctrl-C says how to resume"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --json | jq -c 'select(._tag==\"STEP_FAILURE\")'",
      description: "Print failures as JSON"
    }
  ])
)
