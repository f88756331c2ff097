import * as Flag from "effect/cli/Flag"

/** Flags of the commands that run a job. */
export const RunFlags = {
  config: Flag.String("config").pipe(
    Flag.withAlias("c"),
    Flag.withMetavar("<run.yaml>"),
    Flag.withDescription("Run config file in YAML or JSON; repeatable, later files override earlier ones"),
    Flag.atLeast(0)
  ),
  configJson: Flag.String("config-json").pipe(
    Flag.withMetavar("<json>"),
    Flag.withDescription("Run config as JSON text; overrides all files"),
    Flag.optional
  ),
  tags: Flag.KeyValuePair("tag").pipe(
    Flag.withMetavar("<key=value>"),
    Flag.withDescription("Tag of the run; repeatable"),
    Flag.withDefault({})
  ),
  executor: Flag.String("executor").pipe(
    Flag.withMetavar("<name>"),
    Flag.withDescription(
      "Executor that runs the steps: inProcess, multiprocess, or another that the job defines; overrides run config"
    ),
    Flag.optional
  ),
  maxConcurrent: Flag.Int("max-concurrent").pipe(
    Flag.filter(
      (n) => n >= 1,
      () => "Expected a whole number of at least 1"
    ),
    Flag.withMetavar("<n>"),
    Flag.withDescription(
      "Maximum number of steps to run at once (default: 16 in process; one per CPU with worker processes)"
    ),
    Flag.optional
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Print one JSON event per line and nothing else to standard output"),
    Flag.withDefault(false)
  ),
  runId: Flag.String("run-id").pipe(
    Flag.withMetavar("<id>"),
    Flag.withDescription("Id of the run (default: random)"),
    Flag.optional
  )
}
