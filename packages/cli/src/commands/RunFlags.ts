import * as Flag from "effect/cli/Flag"

/** Flags by which the commands that run a job say how. */
export const RunFlags = {
  config: Flag.String("config").pipe(
    Flag.withAlias("c"),
    Flag.withMetavar("<run.yaml>"),
    Flag.withDescription("Run config in YAML or JSON; given several times, later files are merged over earlier ones"),
    Flag.atLeast(0)
  ),
  configJson: Flag.String("config-json").pipe(
    Flag.withMetavar("<json>"),
    Flag.withDescription("Run config as JSON text, merged over all files"),
    Flag.optional
  ),
  tags: Flag.KeyValuePair("tag").pipe(
    Flag.withMetavar("<key=value>"),
    Flag.withDescription("Tag of the run; can be given several times"),
    Flag.withDefault({})
  ),
  executor: Flag.String("executor").pipe(
    Flag.withMetavar("<name>"),
    Flag.withDescription(
      "Executor that runs the steps, over what run config says: inProcess, multiprocess, or one that the job names"
    ),
    Flag.optional
  ),
  maxConcurrent: Flag.Int("max-concurrent").pipe(
    Flag.filter(
      (n) => n >= 1,
      () => "Expected a number of at least 1"
    ),
    Flag.withMetavar("<n>"),
    Flag.withDescription("How many steps may run at once (default: 16, or a worker for each processor)"),
    Flag.optional
  ),
  json: Flag.Boolean("json").pipe(
    Flag.withDescription("Write one event a line as JSON, and nothing else, to standard output"),
    Flag.withDefault(false)
  )
}
