import type { Partitions } from "@heddle/partitions/Partitions"
import type { ExecutionConfig, ExecutionOf } from "./ExecutionConfig.ts"
import type { ExecutorDeclaration, OfferedExecutors } from "./ExecutorDeclaration.ts"
import { checkGraph } from "./internal/checkGraph.ts"
import { compose } from "./internal/compose.ts"
import { optionsAndBody, subjectOf } from "./internal/definitionArguments.ts"
import type { JobPartitions } from "./JobPartitions.ts"
import { OptionNames } from "./OptionNames.ts"
import { isPartitions, NOT_PARTITIONS } from "./internal/isPartitions.ts"
import { type ErasedJobOptions, jobDefinition } from "./internal/jobDefinition.ts"
import { wrongRunConfig } from "./internal/wrongRunConfig.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { Graph } from "./Graph.ts"
import type { Handle, Handles } from "./Handle.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import type { AnyInvocation, ConfigOf, ErrorOf, NeedsOf } from "./Invocation.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { Loggers } from "./Logger.ts"
import type * as Schema from "effect/Schema"
import type { Distinct, Resource, ResourceConfig, Resources } from "./Resource.ts"
import type { Named } from "./Missing.ts"
import type { RetryPolicy } from "./RetryPolicy.ts"
import type { BakedRunConfig, MappedRunConfig, Relaxed, RunConfigOf } from "./RunConfigOf.ts"
import type { Fields, Values } from "./Wiring.ts"

/**
 * A graph that can be run, with the resources that it is bound to.
 *
 * @since 0.1.0
 * @source Dagster JobDefinition
 */
export interface Job<
  Name extends string,
  JI extends Fields,
  Preset,
  A,
  E,
  R,
  Cfg,
  Rs extends Resources,
  Execution = ExecutionConfig
> {
  readonly name: Name
  /** Only a type: inputs, inputs with a preset value, value, errors and needs. */
  readonly _T: () => [JI, Preset, A, E, R]
  /** Only a type: run config of the ops. */
  readonly _Cfg: (_: Cfg) => Cfg
  /** Only a type: the `execution` section of run config. */
  readonly _Execution: () => Execution
  readonly resources: Rs
  readonly definition: JobDefinition
}

/** Any job. */
export type AnyJob = Job<any, any, any, any, any, any, any, any, any>

/** The value of a job whose body returned `H`. */
export type OutputOf<H> =
  H extends Handle<infer A>
    ? A
    : H extends { readonly [k: string]: Handle<any> }
      ? { readonly [K in keyof H]: H[K] extends Handle<infer A> ? A : never }
      : void

/**
 * Options of a job.
 *
 * @since 0.1.0
 */
export interface JobOptions<
  Rs extends Resources,
  JI extends Fields,
  Preset,
  Hs extends ReadonlyArray<Hook<any>> = ReadonlyArray<Hook<never>>,
  X extends ExecutorDeclaration | OfferedExecutors = ExecutorDeclaration | OfferedExecutors
> {
  /**
   * What the job does, for readers of the job.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * The resources that bodies and hooks use, by key. Run config configures a resource under its key.
   *
   * @default {}
   * @example
   * { resources: { warehouse: Resource.fromLayer(Warehouse.layer) } }
   */
  readonly resources?: Rs & Distinct<Rs>
  /**
   * The schema of each input, by name. The body receives one handle for each.
   *
   * @default {}
   * @example
   * { inputs: { day: Schema.String } }
   */
  readonly inputs?: JI
  /**
   * Values of inputs, by name. A call does not have to give these inputs.
   *
   * @default {}
   * @example
   * { inputs: { day: Schema.String }, inputValues: { day: "2026-01-01" } }
   */
  readonly inputValues?: Preset
  /**
   * Tags of the job, which its runs also get.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * Tags of the runs of the job, in place of `tags`.
   *
   * @default the tags of the job
   */
  readonly runTags?: { readonly [key: string]: string }
  /**
   * The retry policy of ops that have none of their own.
   *
   * @default no retries
   * @example
   * { retry: RetryPolicy.make({ maxRetries: 2, delay: "1 second" }) }
   */
  readonly retry?: RetryPolicy
  /**
   * Hooks that run after every step of the job.
   *
   * @default []
   */
  readonly hooks?: Hs
  /**
   * The loggers that run config can choose, by name.
   *
   * @default {}
   * @example
   * { loggers: { console: consoleLogger } }
   */
  readonly loggers?: Loggers
  /**
   * The executor that runs the steps, or several: run config chooses one by its name, and the first one runs if it chooses
   * none. `executeInProcess` runs in this process whatever the job offers.
   *
   * @default the executors of the call: for `executeJob` of `heddle` and the command line, in process and multiprocess
   * @example
   * { executor: multiprocessExecutor }
   * { executor: ExecutorDefinition.oneOf(inProcessExecutor, httpExecutor) }
   */
  readonly executor?: X
}

/**
 * What the runs of a job get by the key of their partition.
 *
 * @since 0.1.0
 * @source Dagster PartitionedConfig
 */
export interface JobPartitionsOptions<PK extends string, RunConfig> {
  /**
   * Makes the run config of a run that is given none.
   *
   * @default runs get no run config of their own
   * @example
   * { runConfig: (day) => ({ ops: { load: { config: { day } } } }) }
   */
  readonly runConfig?: (key: PK) => RunConfig
  /**
   * Makes tags of a run. They replace tags of the job and of the call with the same key.
   *
   * @default {}
   */
  readonly tags?: (key: PK) => { readonly [tag: string]: string }
}

const optionNames: OptionNames<ErasedJobOptions> = {
  description: "optional",
  resources: "optional",
  inputs: "optional",
  inputValues: "optional",
  tags: "optional",
  runTags: "optional",
  retry: "optional",
  hooks: "optional",
  loggers: "optional",
  executor: "optional"
}

/** The body of a job: a generator function whose `yield*` adds uses of ops and graphs. */
type JobBody<JI extends Fields, Y extends AnyInvocation, H> = (inputs: {
  readonly [K in keyof JI]: Handle<JI[K]["Type"]>
}) => Generator<Y, H, any>

interface MakeJob {
  <const Name extends string, Y extends AnyInvocation, H>(
    name: Name,
    body: JobBody<{}, Y, H>
  ): Job<Name, {}, never, OutputOf<H>, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>, {}>
  <
    const Name extends string,
    Y extends AnyInvocation,
    H,
    Rs extends Resources = {},
    JI extends Fields = {},
    const Preset extends Partial<Values<JI>> = {},
    const Hs extends ReadonlyArray<Hook<any>> = [],
    const X extends ExecutorDeclaration | OfferedExecutors = never
  >(
    name: Name,
    options: JobOptions<Rs, JI, Preset, Hs, X>,
    body: JobBody<JI, Y, H>
  ): Job<
    Name,
    JI,
    keyof Preset & keyof JI,
    OutputOf<H>,
    ErrorOf<Y>,
    NeedsOf<Y> | HooksNeeds<Hs>,
    ConfigOf<Y>,
    Rs,
    ExecutionOf<X>
  >
}

/** Resources of which some need no run config. */
type RelaxedResources<Rs extends Resources, Keys> = {
  readonly [K in keyof Rs]: K extends Keys
    ? Rs[K] extends Resource<infer S, infer C, infer R>
      ? Resource<S, C | {}, R>
      : Rs[K]
    : Rs[K]
}

const typed = <J>(definition: JobDefinition): J =>
  ({ name: definition.name, resources: definition.resources, definition }) as unknown as J

const hasTag = (value: unknown, tag: string): boolean =>
  typeof value === "object" && value !== null && "_tag" in value && value._tag === tag

/**
 * Constructors of jobs.
 *
 * @since 0.1.0
 */
export const Job = {
  /**
   * Makes a job by a generator whose `yield*` adds uses of ops and graphs; what it returns is the job's output.
   *
   * @param name - name of the job, of letters, digits and underscores
   * @param options - `JobOptions`; a job without options may leave them out
   * @param body - the generator function; it runs once, at once
   * @throws DefinitionError with every mistake in the body
   */
  make: ((name: string, second: unknown, third?: unknown) => {
    const subject = subjectOf("job", name)
    const { body, options } = optionsAndBody<Handles>(subject, second, third)
    OptionNames.check(subject, options, optionNames)
    const description = compose(subject, name, Object.keys(options.inputs ?? {}), body)
    return typed(jobDefinition(checkGraph(description, subject), options))
  }) as MakeJob,

  /**
   * Makes a job of a graph, such as one that was built from data.
   *
   * @param graph - the graph
   * @param options - `JobOptions`; without a name, because the job takes the name of the graph
   * @source Dagster GraphDefinition.to_job
   */
  fromGraph: <
    I extends Fields,
    H,
    E,
    R,
    Cfg,
    Rs extends Resources = {},
    const Preset extends Partial<Values<I>> = {},
    const Name extends string = string,
    const Hs extends ReadonlyArray<Hook<any>> = [],
    const X extends ExecutorDeclaration | OfferedExecutors = never
  >(
    graph: Graph<Name, I, H, E, R, Cfg>,
    options: JobOptions<Rs, I, Preset, Hs, X> = {}
  ): Job<Name, I, keyof Preset & keyof I, OutputOf<H>, E, R | HooksNeeds<Hs>, Cfg, Rs, ExecutionOf<X>> => {
    const given: unknown = options
    OptionNames.check(`job "${graph.definition.name}"`, given, optionNames)
    return typed(jobDefinition(graph.definition, given))
  },

  /**
   * The same job with run config of its own: its entries for ops, resources and loggers are defaults for run config that
   * does not have them. An entry in the run config of a call replaces the entry of the job as a whole.
   *
   * @param job - the job
   * @param runConfig - the entries
   * @throws DefinitionError when an entry does not fit
   * @source Dagster JobDefinition(config=dict)
   */
  withRunConfig: <
    Name extends string,
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    Execution,
    Ops extends keyof Cfg = never,
    Keys extends keyof ResourceConfig<Rs> = never,
    const Given extends PropertyKey = never
  >(
    job: Job<Name, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    runConfig: BakedRunConfig<Cfg, ResourceConfig<Rs>, Ops, Keys, Execution> & Named<Given, "execution">
  ): Job<
    Name,
    JI,
    Preset,
    A,
    E,
    R,
    Relaxed<Cfg, Ops>,
    RelaxedResources<Rs, Keys>,
    "execution" extends Given ? Partial<Execution> : Execution
  > => {
    const problems = wrongRunConfig(job.definition, { ...runConfig })
    if (problems.length > 0) throw new DefinitionError({ subject: `job "${job.name}"`, problems })
    return typed({ ...job.definition, config: { _tag: "Defaults", runConfig: { ...runConfig } } })
  },

  /**
   * The same job with partitions: a call of it takes the key of the partition that its run is for.
   *
   * @param job - the job
   * @param partitions - the partitions
   * @param options - `JobPartitionsOptions`
   * @throws DefinitionError for unknown options, and for a value that is not partitions
   * @source Dagster JobDefinition(partitions_def, config=PartitionedConfig)
   */
  partitioned: <
    Name extends string,
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    Execution,
    PK extends string,
    O extends JobPartitionsOptions<PK, RunConfigOf<Cfg, ResourceConfig<Rs>, {}, Execution>>
  >(
    job: Job<Name, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    partitions: Partitions<PK>,
    options?: O
  ): Job<
    Name,
    JI,
    Preset,
    A,
    E,
    R,
    O extends { readonly runConfig: unknown } ? Relaxed<Cfg, keyof Cfg> : Cfg,
    O extends { readonly runConfig: unknown } ? RelaxedResources<Rs, keyof Rs> : Rs,
    Execution
  > => {
    OptionNames.check<JobPartitionsOptions<PK, unknown>>(`job "${job.name}"`, options ?? {}, {
      runConfig: "optional",
      tags: "optional"
    })
    if (!isPartitions(partitions)) {
      const problems = [{ place: "partitions", message: NOT_PARTITIONS }]
      throw new DefinitionError({ subject: `job "${job.name}"`, problems })
    }
    // The functions are called with keys of these partitions only.
    return typed({ ...job.definition, partitions: { partitions, ...options } as unknown as JobPartitions })
  },

  /**
   * The same job with another run config in place of all its sections.
   *
   * @param job - the job
   * @param mapping - `config`: schema of the run config that it takes; `to`: turns that into the whole run config of the
   *   job. What it throws or gives wrongly is told as a problem of the run config
   * @source Dagster JobDefinition(config=ConfigMapping)
   */
  configured: <
    Name extends string,
    JI extends Fields,
    Preset,
    A,
    E,
    R,
    Cfg,
    Rs extends Resources,
    Execution,
    C extends Schema.Top
  >(
    job: Job<Name, JI, Preset, A, E, R, Cfg, Rs, Execution>,
    mapping: {
      readonly config: C
      readonly to: (config: C["Type"]) => RunConfigOf<Cfg, ResourceConfig<Rs>, {}, Execution>
    }
  ): Job<Name, JI, Preset, A, E, R, MappedRunConfig<C["Encoded"]>, Rs> => {
    OptionNames.check<typeof mapping>(`job "${job.name}"`, mapping, { config: "required", to: "required" })
    return typed({
      ...job.definition,
      config: { _tag: "Mapped", config: mapping.config, to: (config) => mapping.to(config) }
    })
  },

  /** Tells whether a value, such as an export of a module, is a job. */
  is: (value: unknown): value is AnyJob =>
    typeof value === "object" && value !== null && "definition" in value && hasTag(value.definition, "JobDefinition")
}
