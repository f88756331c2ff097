/** The `execution` section of run config: it follows the executors that the job offers. */
import { executeInProcess, executeJob, ExecutorDefinition, Job, inProcessExecutor, launch, multiOrInProcessExecutor, multiprocessExecutor, Op, reconstructable, ReexecutionOptions, type RunConfigOfJob } from "heddle"
import { executeJob as executeJobPromise, launch as launchPromise } from "heddle/promise"
import { Effect, Schema } from "effect"

const closed = <A, E>(effect: Effect.Effect<A, E>) => effect
const one = Op.make("one", { output: Schema.Number, run: () => 1 })
const sized = Op.make("sized", { config: Schema.Struct({ size: Schema.Number }), output: Schema.Number, run: (_, { config }) => config.size })
const never = () => Effect.never
const queueExecutor = ExecutorDefinition.make({ name: "queue", config: { queue: Schema.String, wait: Schema.optionalKey(Schema.Number) }, open: never })
const plainExecutor = ExecutorDefinition.make({ name: "plain", open: never })

// ================================================================ several executors, none of which requires config
const several = Job.make("several", { executor: multiOrInProcessExecutor }, function* () { return yield* one() })
closed(executeInProcess(several))
closed(executeInProcess(several, { runConfig: {} }))
closed(executeInProcess(several, { runConfig: { execution: {} } }))
closed(executeInProcess(several, { runConfig: { execution: { config: { maxConcurrent: 2, retries: { disabled: {} } } } } }))
closed(executeInProcess(several, { runConfig: { execution: { multiprocess: {} } } }))
closed(executeInProcess(several, { runConfig: { execution: { multiprocess: { config: { isolation: "step", maxConcurrent: 2 } } } } }))
closed(executeInProcess(several, { runConfig: { execution: { config: { maxConcurrent: 2 }, multiprocess: { config: { isolation: "step" } } } } }))
// @ts-expect-error the name is misspelt
executeInProcess(several, { runConfig: { execution: { multiproces: {} } } })
// @ts-expect-error a run has one executor
executeInProcess(several, { runConfig: { execution: { inProcess: {}, multiprocess: {} } } })
// @ts-expect-error no such isolation
executeInProcess(several, { runConfig: { execution: { multiprocess: { config: { isolation: "none" } } } } })
// @ts-expect-error no such field
executeInProcess(several, { runConfig: { execution: { multiprocess: { config: { maxconcurrent: 2 } } } } })
// @ts-expect-error a number of steps is a number
executeInProcess(several, { runConfig: { execution: { config: { maxConcurrent: "2" } } } })
// @ts-expect-error `config` is that of the first executor, which has no isolation
executeInProcess(several, { runConfig: { execution: { config: { isolation: "step" } } } })
// @ts-expect-error config stands under `config`
executeInProcess(several, { runConfig: { execution: { multiprocess: { maxConcurrent: 2 } } } })
// @ts-expect-error retries are enabled or disabled
executeInProcess(several, { runConfig: { execution: { config: { retries: { enabled: {}, disabled: {} } } } } })

// ================================================================ one executor
const single = Job.make("single", { executor: multiprocessExecutor }, function* () { return yield* one() })
closed(executeInProcess(single, { runConfig: { execution: { config: { isolation: "step" } } } }))
closed(executeInProcess(single, { runConfig: { execution: { multiprocess: { config: { isolation: "step" } } } } }))
// @ts-expect-error the job does not offer it
executeInProcess(single, { runConfig: { execution: { inProcess: {} } } })

// ================================================================ an executor of one's own, which requires config
const queued = Job.make("queued", { executor: queueExecutor }, function* () { return yield* one() })
closed(executeInProcess(queued, { runConfig: { execution: { config: { queue: "a" } } } }))
closed(executeInProcess(queued, { runConfig: { execution: { queue: { config: { queue: "a", wait: 1, maxConcurrent: 1 } } } } }))
// @ts-expect-error the queue is missing
executeInProcess(queued)
// @ts-expect-error the queue is missing
executeInProcess(queued, { runConfig: {} })
// @ts-expect-error the queue is missing
executeInProcess(queued, { runConfig: { execution: {} } })
// @ts-expect-error the queue is missing
executeInProcess(queued, { runConfig: { execution: { queue: {} } } })
// @ts-expect-error the queue is missing
executeInProcess(queued, { runConfig: { execution: { config: { wait: 1 } } } })

// whoever names another executor need not say what the first one requires
const other = Job.make("other", { executor: ExecutorDefinition.oneOf(queueExecutor, plainExecutor) }, function* () { return yield* one() })
closed(executeInProcess(other, { runConfig: { execution: { plain: {} } } }))
closed(executeInProcess(other, { runConfig: { execution: { config: { queue: "a" } } } }))
// @ts-expect-error neither a queue nor another executor
executeInProcess(other, { runConfig: { execution: {} } })
// @ts-expect-error the executor that is named requires a queue
executeInProcess(other, { runConfig: { execution: { queue: {} } } })

// ================================================================ config of the job itself
const baked = Job.withRunConfig(queued, { execution: { config: { queue: "a" } } })
closed(executeInProcess(baked))
closed(executeInProcess(baked, { runConfig: { execution: { config: { queue: "b" } } } }))
// @ts-expect-error the value is wrong
Job.withRunConfig(queued, { execution: { config: { queue: 1 } } })
// @ts-expect-error the name is misspelt
Job.withRunConfig(several, { execution: { inProces: {} } })
const mapped = Job.configured(several, { config: Schema.Struct({ most: Schema.Number }), to: ({ most }) => ({ execution: { inProcess: { config: { maxConcurrent: most } } } }) })
closed(executeInProcess(mapped, { runConfig: { most: 1 } }))
// @ts-expect-error the mapping gives a wrong value
Job.configured(several, { config: Schema.Struct({ most: Schema.String }), to: ({ most }) => ({ execution: { inProcess: { config: { maxConcurrent: most } } } }) })

// ================================================================ a job that names no executor: the call knows them
const open = Job.make("open", function* () { return yield* one() })
closed(executeInProcess(open, { runConfig: { execution: { queue: { config: { queue: "a" } } } } }))
closed(executeInProcess(open, { runConfig: { execution: { config: { maxConcurrent: 1, region: "eu" } } } }))
// @ts-expect-error every executor takes a number of steps
executeInProcess(open, { runConfig: { execution: { config: { maxConcurrent: "1" } } } })

// ================================================================ executeJob and launch of a reconstructable job
const pointer = reconstructable(import.meta.url, "several", several)
executeJob(pointer)
executeJob(pointer, { runConfig: { execution: { multiprocess: { config: { maxConcurrent: 4 } } } } })
// @ts-expect-error the name is misspelt
executeJob(pointer, { runConfig: { execution: { multiproces: {} } } })
// @ts-expect-error the name is misspelt
launch(pointer, { runConfig: { execution: { multiproces: {} } } })
// @ts-expect-error the name is misspelt
void executeJobPromise(pointer, { home: "h", runConfig: { execution: { multiproces: {} } } })
// @ts-expect-error the name is misspelt
void launchPromise(pointer, { home: "h", runConfig: { execution: { multiproces: {} } } })
// @ts-expect-error the name is misspelt, whatever ops are selected
executeJob(pointer, { opSelection: ["one"], runConfig: { execution: { multiproces: {} } } })

export const configured = Job.make("configured", { executor: inProcessExecutor }, function* () { return yield* sized() })
const sizes = reconstructable(import.meta.url, "configured", configured)
const ops = { sized: { config: { size: 1 } } }
executeJob(sizes, { runConfig: { ops } })
executeJob(sizes, { reexecution: ReexecutionOptions.fromFailure("r") })
executeJob(sizes, { opSelection: ["sized"], runConfig: {} })
void executeJobPromise(sizes, { home: "h", runConfig: { ops } })
// @ts-expect-error the run config is missing
executeJob(sizes)
// @ts-expect-error the run config is missing
executeJob(sizes, { maxConcurrent: 1 })
// @ts-expect-error the size is wrong
executeJob(sizes, { runConfig: { ops: { sized: { config: { size: "1" } } } } })
// @ts-expect-error no such option
executeJob(sizes, { runConfig: { ops }, maxconcurrent: 1 })
// @ts-expect-error the run config is missing
void executeJobPromise(sizes, { home: "h" })
// @ts-expect-error the run config is missing
launch(sizes)
// @ts-expect-error the run config is missing
void launchPromise(sizes, { home: "h" })

// a run config that is put together elsewhere
const elsewhere: RunConfigOfJob<typeof configured> = { ops, execution: { inProcess: {} } }
executeJob(sizes, { runConfig: elsewhere })
// @ts-expect-error no such executor
const wrong: RunConfigOfJob<typeof configured> = { ops, execution: { multiprocess: {} } }
// what has no type is checked when it is there
declare const anything: any
executeJob(sizes, { runConfig: anything })
