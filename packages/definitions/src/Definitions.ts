import type { AssetEntries, EntriesNeeds, EntriesUpstream } from "./AssetEntries.ts"
import { AssetSelectionError } from "./AssetSelectionError.ts"
import { DefinitionError, type DefinitionProblem } from "./DefinitionError.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "./ExecutorDeclaration.ts"
import { assetJobDefinition } from "./internal/assetJobDefinition.ts"
import { offeredExecutors } from "./internal/offeredExecutors.ts"
import { OptionNames } from "./OptionNames.ts"
import type { AnyJob } from "./Job.ts"
import type { MissingServices, MissingUpstream } from "./Missing.ts"
import type { Closed } from "./Reconstructable.ts"
import type { Distinct, Provides, ResourceNeeds, Resources } from "./Resource.ts"

/**
 * What a code location offers: the command line, worker processes and servers load this value.
 *
 * @since 0.1.0
 * @source Dagster Definitions
 */
export interface Definitions<Js extends ReadonlyArray<AnyJob>> {
  readonly _tag: "Definitions"
  /** The name of the code location. */
  readonly name?: string
  readonly jobs: Js
  /** The assets and checks, as they were given. */
  readonly assets: AssetEntries
  /** The job of all assets, of which a run materializes those that it is asked for; nothing without assets. */
  readonly assetJob?: AnyJob
  /** The executors of jobs that name none. */
  readonly executors?: OfferedExecutors
}

/**
 * Options of definitions.
 *
 * @since 0.1.0
 */
export interface DefinitionsOptions<
  Js extends ReadonlyArray<AnyJob>,
  As extends AssetEntries = AssetEntries,
  Rs extends Resources = {}
> {
  /**
   * The name of the code location, by which selections of assets find its assets: `code_location:shop`.
   *
   * @default the code location has no name
   */
  readonly name?: string
  /**
   * The jobs of the code location. Each has a unique name, and binds everything that its bodies need.
   *
   * @default []
   */
  readonly jobs?: Js
  /**
   * The assets and checks of the code location. The command line materializes them, any selection in a run.
   *
   * @default []
   */
  readonly assets?: As
  /**
   * The resources that the assets use, by key.
   *
   * @default {}
   */
  readonly resources?: Rs & Distinct<Rs>
  /**
   * The executor of jobs that name none, or several of which run config chooses one.
   *
   * @default in process and multiprocess, on the command line
   */
  readonly executor?: ExecutorDeclaration | OfferedExecutors
}

const optionNames: OptionNames<DefinitionsOptions<ReadonlyArray<AnyJob>>> = {
  name: "optional",
  jobs: "optional",
  assets: "optional",
  resources: "optional",
  executor: "optional"
}

/** Name of the job of all assets of definitions. */
export const ASSET_JOB = "materialize"

/** Services of assets that no resource of the definitions provides. */
type OpenAssets<As extends AssetEntries, Rs extends Resources> = Exclude<
  EntriesNeeds<As> | ResourceNeeds<Rs>,
  Provides<Rs>
>

/** Nothing where jobs and assets have all that they need, and otherwise what the compiler shows. */
type MissingOf<Js extends ReadonlyArray<AnyJob>, As extends AssetEntries, Rs extends Resources> =
  Closed<Js[number]> extends []
    ? [EntriesUpstream<As>] extends [never]
      ? [OpenAssets<As, Rs>] extends [never]
        ? []
        : MissingServices<"assets", OpenAssets<As, Rs>>
      : MissingUpstream<EntriesUpstream<As>>
    : Closed<Js[number]>

/** The job of all assets; what is wrong with them is told with the rest. */
const assetJobOf = (
  assets: AssetEntries,
  resources: Resources,
  problems: Array<DefinitionProblem>
): AnyJob | undefined => {
  if (assets.length === 0) return undefined
  try {
    const definition = assetJobDefinition(ASSET_JOB, { assets, resources })
    // The types of a job are only types.
    return { name: ASSET_JOB, resources: definition.resources, definition } as unknown as AnyJob
  } catch (error) {
    if (error instanceof DefinitionError) problems.push(...error.problems)
    else if (error instanceof AssetSelectionError)
      problems.push(
        ...error.problems.map(({ clause, message }) => ({ place: clause === "" ? "" : `asset "${clause}"`, message }))
      )
    else throw error
    return undefined
  }
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
   * @param options - `name` of the code location; `jobs`: closed jobs, each with a unique name; `assets`: assets and checks; `resources`: those that the
   *   assets use; `executor`
   * @throws DefinitionError with every mistake: two jobs of one name, two definitions of an asset, upstream assets that are
   *   not there, cycles
   */
  make: <
    const Js extends ReadonlyArray<AnyJob> = readonly [],
    const As extends AssetEntries = readonly [],
    Rs extends Resources = {}
  >(
    options: DefinitionsOptions<Js, As, Rs>,
    ..._missing: MissingOf<Js, As, Rs>
  ): Definitions<Js> => {
    const given: unknown = options
    OptionNames.check<DefinitionsOptions<ReadonlyArray<AnyJob>>>("definitions", given, optionNames)
    const jobs: ReadonlyArray<AnyJob> = given.jobs ?? []
    const { executors, wrong } = offeredExecutors(given.executor)
    const doubles = jobs
      .filter(({ name }, i) => jobs.findIndex((job) => job.name === name) !== i)
      .map(({ name }) => ({ place: `job "${name}"`, message: "two jobs have this name: give each job a unique name" }))
    const problems: Array<DefinitionProblem> = [...wrong, ...doubles]
    if (given.name !== undefined && (typeof given.name !== "string" || given.name.trim() === "")) {
      problems.push({ place: `"name"`, message: "it must be a string that is not empty" })
    }
    const assets = given.assets ?? []
    const assetJob = assetJobOf(assets, given.resources ?? {}, problems)
    if (assetJob !== undefined && jobs.some(({ name }) => name === ASSET_JOB)) {
      const message = "the job of all assets has this name: rename the job"
      problems.push({ place: `job "${ASSET_JOB}"`, message })
    }
    if (problems.length > 0) throw new DefinitionError({ subject: "definitions", problems })
    return {
      _tag: "Definitions",
      ...(given.name === undefined ? {} : { name: given.name }),
      jobs: jobs as Js,
      assets,
      ...(assetJob === undefined ? {} : { assetJob }),
      ...(executors === undefined ? {} : { executors })
    }
  },

  /** All jobs that runs can be of: the jobs, and the job of all assets. */
  allJobs: ({ assetJob, jobs }: Definitions<ReadonlyArray<AnyJob>>): ReadonlyArray<AnyJob> =>
    assetJob === undefined ? jobs : [...jobs, assetJob],

  /**
   * A job as these definitions offer it: with their executors if it names none, and its assets as those of the code location.
   *
   * @param definitions - the definitions
   * @param job - one of their jobs
   */
  offer: ({ executors, name }: Definitions<ReadonlyArray<AnyJob>>, job: AnyJob): AnyJob => {
    const { assets } = job.definition
    const located =
      name === undefined || assets === undefined
        ? {}
        : { assets: { ...assets, graph: { ...assets.graph, codeLocation: name } } }
    const offered = executors === undefined || job.definition.executors !== undefined ? {} : { executors }
    if (located.assets === undefined && offered.executors === undefined) return job
    return { ...job, definition: { ...job.definition, ...located, ...offered } }
  },

  /** Tells whether a value, such as an export of a module, is definitions. */
  is: (value: unknown): value is Definitions<ReadonlyArray<AnyJob>> =>
    typeof value === "object" && value !== null && "_tag" in value && value._tag === "Definitions"
}
