import { ExecutorDefinition } from "@heddle/engine/executor/ExecutorDefinition"
import { NodeVersion } from "@heddle/events/NodeVersion"
import { OptionCheck } from "@heddle/events/OptionCheck"
import type { OptionPresence } from "@heddle/events/OptionPresence"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { availableParallelism } from "node:os"
import { WorkerPool } from "./internal/WorkerPool.ts"
import type { WorkerOptions } from "./MultiprocessOptions.ts"

// Workers use features that older versions of Node do not have.
NodeVersion.require("@heddle/executor-multiprocess")

const optionNames: OptionPresence<WorkerOptions> = { grace: "optional", heartbeatTimeout: "optional" }

/** The executor's own config. */
const config = {
  /** Whether a worker process runs many attempts, one after another, or only one. `worker` by default. */
  isolation: Schema.optionalKey(Schema.Literals(["worker", "step"]))
}

/**
 * Makes executors that run steps in child processes. Workers are kept for the run: each loads the job and starts its resources
 * once, and then runs one attempt at a time. With `isolation: "step"`, each attempt has its own process. If a worker ends
 * during an attempt, the attempt fails, and may be retried. A worker that does not stop a body when asked is killed. When this
 * process dies, its workers die too.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor, with warm workers
 */
export const MultiprocessExecutor = {
  /**
   * Makes the executor.
   *
   * @param workers - `grace`: how long a body may take to stop when asked, before its process is killed, by default 5 seconds;
   *   `heartbeatTimeout`: how long a worker may not answer before it is killed, by default 60 seconds
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
 * The executor that runs steps in child processes, as many at once as the machine has cores.
 *
 * @since 0.1.0
 * @source Dagster multiprocess_executor
 */
export const multiprocessExecutor = MultiprocessExecutor.make()
