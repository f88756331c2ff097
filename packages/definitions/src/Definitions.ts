import type { AnyAsset } from "./Asset.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "./ExecutorDeclaration.ts"
import { offeredExecutors } from "./internal/offeredExecutors.ts"
import { OptionNames } from "./OptionNames.ts"
import type { AnyJob } from "./Job.ts"
import type { Closed } from "./Reconstructable.ts"

/**
 * What a code location offers: the command line, worker processes and servers load this value.
 *
 * @since 0.1.0
 * @source Dagster Definitions
 */
export interface Definitions<Js extends ReadonlyArray<AnyJob>> {
  readonly _tag: "Definitions"
  readonly jobs: Js
  readonly assets: ReadonlyArray<AnyAsset>
  /** The executors of jobs that name none. */
  readonly executors?: OfferedExecutors
}

/**
 * Options of definitions.
 *
 * @since 0.1.0
 */
export interface DefinitionsOptions<Js extends ReadonlyArray<AnyJob>> {
  /** The jobs of the code location. Each has a unique name, and binds everything that its bodies need. */
  readonly jobs: Js
  /**
   * The assets of the code location.
   *
   * @default []
   */
  readonly assets?: ReadonlyArray<AnyAsset>
  /**
   * The executor of jobs that name none, or several of which run config chooses one.
   *
   * @default in process and multiprocess, on the command line
   */
  readonly executor?: ExecutorDeclaration | OfferedExecutors
}

const optionNames: OptionNames<DefinitionsOptions<ReadonlyArray<AnyJob>>> = {
  jobs: "required",
  assets: "optional",
  executor: "optional"
}

/**
 * Constructor of definitions.
 *
 * @since 0.1.0
 */
export const Definitions = {
  /**
   * Makes the definitions of a code location; export them as the default export of a module.
   *
   * @param options - `jobs`: closed jobs, each with a unique name; `assets`
   * @throws DefinitionError when two jobs share a name
   */
  make: <const Js extends ReadonlyArray<AnyJob>>(
    options: DefinitionsOptions<Js>,
    ..._missing: Closed<Js[number]>
  ): Definitions<Js> => {
    OptionNames.check<DefinitionsOptions<ReadonlyArray<AnyJob>>>("definitions", options, optionNames)
    const jobs: ReadonlyArray<AnyJob> = options.jobs
    const { executors, wrong } = offeredExecutors(options.executor)
    const doubles = jobs
      .filter(({ name }, i) => jobs.findIndex((job) => job.name === name) !== i)
      .map(({ name }) => ({ place: `job "${name}"`, message: "two jobs have this name: give each job a unique name" }))
    const problems = [...wrong, ...doubles]
    if (problems.length > 0) throw new DefinitionError({ subject: "definitions", problems })
    return {
      _tag: "Definitions",
      jobs: jobs as Js,
      assets: options.assets ?? [],
      ...(executors === undefined ? {} : { executors })
    }
  },

  /**
   * A job as these definitions offer it: with their executors if it names none.
   *
   * @param definitions - the definitions
   * @param job - one of their jobs
   */
  offer: ({ executors }: Definitions<ReadonlyArray<AnyJob>>, job: AnyJob): AnyJob =>
    executors === undefined || job.definition.executors !== undefined
      ? job
      : { ...job, definition: { ...job.definition, executors } },

  /** Tells whether a value, such as an export of a module, is definitions. */
  is: (value: unknown): value is Definitions<ReadonlyArray<AnyJob>> =>
    typeof value === "object" && value !== null && "_tag" in value && value._tag === "Definitions"
}
