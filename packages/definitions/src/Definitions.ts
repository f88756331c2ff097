import type { AnyAsset } from "./Asset.ts"
import { DefinitionError } from "./DefinitionError.ts"
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
}

const optionNames: OptionNames<DefinitionsOptions<ReadonlyArray<AnyJob>>> = { jobs: "required", assets: "optional" }

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
    const problems = jobs
      .filter(({ name }, i) => jobs.findIndex((job) => job.name === name) !== i)
      .map(({ name }) => ({ place: `job "${name}"`, message: "two jobs have this name: give each job a unique name" }))
    if (problems.length > 0) throw new DefinitionError({ subject: "definitions", problems })
    return { _tag: "Definitions", jobs: jobs as Js, assets: options.assets ?? [] }
  },

  /** Tells whether a value, such as an export of a module, is definitions. */
  is: (value: unknown): value is Definitions<ReadonlyArray<AnyJob>> =>
    typeof value === "object" && value !== null && "_tag" in value && value._tag === "Definitions"
}
