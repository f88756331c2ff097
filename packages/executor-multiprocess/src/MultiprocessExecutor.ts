import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { NodeVersion } from "@heddle/events/NodeVersion"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { OptionPresence } from "@heddle/events/OptionPresence"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { availableParallelism } from "node:os"
import { WorkerPool } from "./internal/WorkerPool.ts"
import type { WorkerOptions } from "./MultiprocessOptions.ts"

// Workers use parts of Node that older versions do not have.
NodeVersion.require("@heddle/executor-multiprocess")

const optionNames: OptionPresence<WorkerOptions> = { grace: "optional", heartbeatTimeout: "optional" }

/** Own config of the executor. */
const config = {
  /** What a worker process is for: one attempt after the other, or one attempt only; `worker` by default. */
  isolation: Schema.optionalKey(Schema.Literals(["worker", "step"]))
}

/**
 * Constructor of executors whose steps run in child processes. They are kept warm for the run: each loads the job and
 * starts its resources once, and runs one attempt at a time; with `isolation: "step"` each attempt has a process of its
 * own. A worker that ends in the middle of an attempt fails it, as its retry policy allows; one that does not end its body
 * when asked is killed. When this process dies, its workers die with it.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor, with warm workers
 */
export const MultiprocessExecutor = {
  /**
   * Makes the executor.
   *
   * @param workers - `grace`: how long a body may take to end when it is asked to, before its process is killed, by default
   *   5 seconds; `heartbeatTimeout`: how long a worker may give no sign of life before it is killed, by default 60 seconds
   * @returns the executor; throws `InvalidOptions`
   */
  make: (workers: WorkerOptions = {}) => {
    OptionCheck.read("MultiprocessExecutor.make", workers, optionNames)
      .duration("grace", workers.grace, "any")
      .duration("heartbeatTimeout", workers.heartbeatTimeout, "positive")
      .orThrow()
    return ExecutorDefinition.make({
      name: "multiprocess",
      config,
      maxConcurrent: availableParallelism,
      requirements: { portableValues: true, reconstructableJob: true },
      open: ({ config, location, maxConcurrent, request, sink, values }) =>
        location === undefined || values === undefined
          ? Effect.die(new Error("The multiprocess executor needs the location of the job and a folder for values"))
          : WorkerPool.open({ ...workers, location, values, maxConcurrent, isolation: config.isolation }, request, sink)
    })
  }
}

/**
 * The executor whose steps run in child processes, as many at once as the machine has cores.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor
 */
export const multiprocessExecutor = MultiprocessExecutor.make()
