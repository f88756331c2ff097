/**
 * What the cases have words for and the product has nothing for yet. A case that uses one fails with what is needed, so
 * that nothing is left out in silence; a word goes from here when it is connected.
 */

export const MISSING = {
  assets: "runs of assets: materialize, materializeToMemory, plans of asset graphs, checks in bodies",
  "call.add_dynamic_partitions": "dynamic partitions kept in the instance",
  "call.asset_selection": "a selection of assets at a call",
  "call.op_selection": "a selection of ops at a call",
  "call.partition_key": "a partition key at a call",
  "call.reexecute.steps": "re-execution of selected steps (ReexecutionOptions with a step selection)",
  "call.run_config.executor": "an executor of the job beside the one that run config names",
  "config.aliases": "aliases of config fields",
  "config.env": "config values that are read from environment variables",
  config_mapping: "graphs and jobs with a config mapping",
  "ctx.is_reexecution": "whether a run is a re-execution, in a body's context",
  "ctx.partition": "partitions in a body's context",
  "ctx.selected": "selected outputs and assets in a body's context",
  "do.add_output_metadata": "output metadata through a body's context",
  "do.interrupt": "an entry point that listens to SIGINT: executeJob does not",
  "do.log_event": "events logged through a body's context",
  "do.mark_canceling": "a cancel asked for through the instance",
  "do.raise_failure": "Failure, with description, metadata and whether retries are allowed",
  "do.request_retry": "RetryRequested, raised by a body",
  "do.yield_event": "events yielded by a streaming body",
  "do.yield_output.metadata": "metadata of an emission",
  "executor.retries": "an executor's choice to disable retries",
  "executor.step_dependency": "steps that start before all of their upstream steps have ended",
  "executor.tag_concurrency_limits": "limits by tag of the steps that run at once",
  "call.raise_on_error": "raiseOnError: the run ends at its first failure, whose error the call fails with",
  "hook.ctx.hook_outputs": "a step's outputs in a hook's context",
  "in.default": "default values of inputs",
  "in.input_manager": "input managers",
  "instance.pools": "limits of concurrency pools",
  "invoke.yielded": "what a streaming body gave before it raised, in a direct invocation",
  "invoke.asset": "direct invocation of an asset",
  "job.config": "run config baked into a job",
  "job.loggers": "loggers of a job",
  "job.partitions": "partitions of a job, and partitioned config",
  "job.run_tags": "run tags of a job beside its tags",
  "op.pool": "the pool of an op",
  "out.stored": "an output that is optional or dynamic and names its IO manager",
  "hook.log": "a log in a hook's context",
  "result.node_events": "a result's events of a node",
  "result.node_flags": "a result's flags of a node",
  "result.output": "asking a result for an output by name, which fails for one that is not there",
  "type.loader": "types that are loaded from run config",
  "type.metadata": "a type check with a description and metadata of its own, also when it passes, or one that raises"
} as const

export type Missing = keyof typeof MISSING

/** A case uses words that the product has nothing for. */
export class ProductLacks extends Error {
  override readonly name = "ProductLacks"
  readonly words: ReadonlyArray<Missing>
  constructor(words: ReadonlyArray<Missing>) {
    super(words.map((word) => `the product has no ${word}: ${MISSING[word]}`).join("; "))
    this.words = words
  }
}

/** Refuses a word that the product has nothing for; most are found by `lackingWords` before anything runs. */
export const missing = (word: Missing): never => {
  throw new ProductLacks([word])
}
