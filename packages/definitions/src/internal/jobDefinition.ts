import { DefinitionError } from "../DefinitionError.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "../ExecutorDeclaration.ts"
import type { Hook } from "../Hook.ts"
import type { JobDefinition } from "../JobDefinition.ts"
import type { Loggers } from "../Logger.ts"
import type { Resources } from "../Resource.ts"
import type { RetryPolicy } from "../RetryPolicy.ts"
import type { Fields } from "../Wiring.ts"
import { checkLoadable } from "./checkLoadable.ts"
import { offeredExecutors } from "./offeredExecutors.ts"
import { retrySnapshot } from "./retrySnapshot.ts"
import { wrongDefaults, wrongValues } from "./wrongDefaults.ts"

/** The options of any job with its types erased. */
export interface ErasedJobOptions {
  readonly description?: string
  readonly resources?: Resources
  readonly inputs?: Fields
  readonly inputValues?: { readonly [input: string]: unknown }
  readonly tags?: { readonly [key: string]: string }
  readonly runTags?: { readonly [key: string]: string }
  readonly retry?: RetryPolicy
  readonly hooks?: ReadonlyArray<Hook<any>>
  readonly loggers?: Loggers
  readonly executor?: ExecutorDeclaration | OfferedExecutors
}

/**
 * Makes the definition of a job from a checked graph.
 *
 * @throws DefinitionError with every mistake in the options
 */
export const jobDefinition = (graph: JobDefinition["graph"], options: ErasedJobOptions): JobDefinition => {
  const subject = `job "${graph.name}"`
  checkLoadable(graph, subject)
  const { executors, wrong } = offeredExecutors(options.executor)
  const problems = [
    ...wrong,
    ...wrongDefaults(options.inputs ?? {}),
    ...wrongValues(options.inputs ?? {}, options.inputValues ?? {})
  ]
  if (problems.length > 0) throw new DefinitionError({ subject, problems })
  return {
    _tag: "JobDefinition",
    name: graph.name,
    ...(options.description === undefined ? {} : { description: options.description }),
    graph,
    resources: options.resources ?? {},
    inputs: options.inputs ?? {},
    inputValues: options.inputValues ?? {},
    tags: options.tags ?? {},
    ...(options.runTags === undefined ? {} : { runTags: options.runTags }),
    ...retrySnapshot(options.retry),
    hooks: options.hooks ?? [],
    loggers: options.loggers ?? {},
    ...(executors === undefined ? {} : { executors })
  }
}
