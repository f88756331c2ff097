import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { CodeLocation } from "../CodeLocation.ts"
import { ConfigFiles } from "../ConfigFiles.ts"
import { Home } from "../Home.ts"
import { Lifeline } from "../Lifeline.ts"
import { LiveRun } from "../LiveRun.ts"
import { UsageError } from "../UsageError.ts"
import { JobFlags } from "./JobFlags.ts"
import { RunFlags } from "./RunFlags.ts"
import { clausesOf, selectFlag } from "./SelectFlag.ts"

/**
 * `heddle job execute`: runs a job and shows how it goes.
 *
 * @since 0.1.0
 */
export const JobExecute = Command.make(
  "execute",
  {
    ...JobFlags,
    ...RunFlags,
    select: selectFlag(
      "op-selection",
      "Only these ops, with commas between them: `load`, `+load` and one level above it, `load+` below it, `*load` and `load*` all levels, or paths, `graph.op`; what they need of other ops comes from run config"
    ),
    runId: Flag.String("run-id").pipe(
      Flag.withMetavar("<id>"),
      Flag.withDescription("Id of the run (default: a random one)"),
      Flag.optional
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
    tags
  }) {
    Lifeline.hold()
    // Everything that can be wrong is looked at before anything is said.
    const job = yield* CodeLocation.load(file).pipe(
      Effect.flatMap((location) => CodeLocation.job(location, Option.getOrUndefined(name))),
      Effect.result
    )
    const read = yield* Effect.result(ConfigFiles.load(config, Option.getOrUndefined(configJson)))
    const clauses = clausesOf(select)
    const instance = yield* Effect.result(Layer.build(Home.layer))
    const problem = UsageError.together([job, read, clauses, instance])
    if (problem !== undefined) return yield* problem
    const { locate, value: runConfig } = yield* Effect.fromResult(read)
    yield* LiveRun.execute(yield* Effect.fromResult(job), {
      runConfig,
      locate,
      tags,
      file,
      executor: Option.getOrUndefined(executor),
      maxConcurrent: Option.getOrUndefined(maxConcurrent),
      runId: Option.getOrUndefined(runId),
      opSelection: yield* Effect.fromResult(clauses),
      json
    }).pipe(Effect.provideContext(yield* Effect.fromResult(instance)))
  }, Effect.scoped)
).pipe(
  Command.withDescription(
    "Run a job in this process and show how it goes: a live view in a terminal, lines in a pipe. Ctrl-C cancels the run and lets its steps clean up; pressed again it kills. Exit codes: 0 success, 1 the run failed, 2 bad usage or run config, 130 cancelled"
  ),
  Command.withShortDescription("Run a job"),
  Command.withExamples([
    { command: "heddle job execute -f src/definitions.ts -j etl", description: "Run a job" },
    {
      command: "heddle job execute -f src/definitions.ts -j etl -c run.yaml -c secrets.yaml",
      description: "With run config from two files, the second merged over the first"
    },
    {
      command: `heddle job execute -f src/definitions.ts -j etl --config-json '{"ops":{"load":{"config":{"limit":10}}}}'`,
      description: "With run config on the command line"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --select 'clean*'",
      description: "Only one op and all that comes after it"
    },
    {
      command: "heddle job execute -f src/definitions.ts -j etl --json | jq -c 'select(._tag==\"STEP_FAILURE\")'",
      description: "Events for other programs"
    }
  ])
)
