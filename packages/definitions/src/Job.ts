import { checkGraph } from "./internal/checkGraph.ts"
import { compose } from "./internal/compose.ts"
import { retrySnapshot } from "./internal/retrySnapshot.ts"
import type { Graph } from "./Graph.ts"
import type { Handle } from "./Handle.ts"
import type { AnyInvocation, ConfigOf, ErrorOf, NeedsOf } from "./Invocation.ts"
import type { JobDefinition } from "./JobDefinition.ts"
import type { Distinct, Resources } from "./Resource.ts"
import type { RetryPolicy } from "./RetryPolicy.ts"
import type { Fields, Values } from "./Wiring.ts"

/**
 * A graph that can be run, with the resources that it is bound to.
 *
 * @since 0.1.0
 * @source Dagster JobDefinition
 */
export interface Job<Name extends string, JI extends Fields, Preset, A, E, R, Cfg, Rs extends Resources> {
  readonly name: Name
  /** Only a type: inputs, inputs with a preset value, value, errors and needs. */
  readonly _T: () => [JI, Preset, A, E, R]
  /** Only a type: run config of the ops. */
  readonly _Cfg: (_: Cfg) => Cfg
  readonly resources: Rs
  readonly definition: JobDefinition
}

/** Any job. */
export type AnyJob = Job<any, any, any, any, any, any, any, any>

/** The value of a job whose body returned `H`. */
export type OutputOf<H> =
  H extends Handle<infer A>
    ? A
    : H extends { readonly [k: string]: Handle<any> }
      ? { readonly [K in keyof H]: H[K] extends Handle<infer A> ? A : never }
      : void

/** What a job is declared with beside its body. */
export interface JobOptions<Rs extends Resources, JI extends Fields, Preset> {
  readonly description?: string
  readonly resources?: Rs & Distinct<Rs>
  readonly inputs?: JI
  readonly inputValues?: Preset
  readonly tags?: { readonly [key: string]: string }
  /** For ops that have no policy of their own. */
  readonly retry?: RetryPolicy
}

const typed = <J>(definition: JobDefinition): J =>
  ({ name: definition.name, resources: definition.resources, definition }) as unknown as J

/** The options of any job with its types erased. */
interface ErasedOptions {
  readonly description?: string
  readonly resources?: Resources
  readonly inputs?: Fields
  readonly inputValues?: { readonly [input: string]: unknown }
  readonly tags?: { readonly [key: string]: string }
  readonly retry?: RetryPolicy
}

const define = (graph: JobDefinition["graph"], options: ErasedOptions): JobDefinition => ({
  _tag: "JobDefinition",
  name: graph.name,
  description: options.description,
  graph,
  resources: options.resources ?? {},
  inputs: options.inputs ?? {},
  inputValues: options.inputValues ?? {},
  tags: options.tags ?? {},
  retry: retrySnapshot(options.retry)
})

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
   * @param options - `resources` by key; `inputs`: schema of each input by name; `inputValues`: values of inputs that a
   *   call may leave out; `tags` of its runs; `retry`: policy of ops that have none
   * @param body - the generator function; it runs once, at once
   * @throws DefinitionError with every mistake in the body
   */
  make: <
    const Name extends string,
    Y extends AnyInvocation,
    H,
    Rs extends Resources = {},
    JI extends Fields = {},
    const Preset extends Partial<Values<JI>> = {}
  >(
    name: Name,
    options: JobOptions<Rs, JI, Preset>,
    body: (inputs: { readonly [K in keyof JI]: Handle<JI[K]["Type"]> }) => Generator<Y, H, any>
  ): Job<Name, JI, keyof Preset & keyof JI, OutputOf<H>, ErrorOf<Y>, NeedsOf<Y>, ConfigOf<Y>, Rs> => {
    const subject = `job "${name}"`
    const description = compose(subject, name, Object.keys(options.inputs ?? {}), (handles) =>
      body(handles as { readonly [K in keyof JI]: Handle<JI[K]["Type"]> })
    )
    return typed(define(checkGraph(description, subject), options))
  },

  /**
   * Makes a job of a graph, such as one that was built from data.
   *
   * @param graph - the graph
   * @param options - as for `make`, with `name`: name of the job, that of the graph without it
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
    const Name extends string = string
  >(
    graph: Graph<Name, I, H, E, R, Cfg>,
    options: JobOptions<Rs, I, Preset> = {}
  ): Job<Name, I, keyof Preset & keyof I, OutputOf<H>, E, R, Cfg, Rs> => typed(define(graph.definition, options)),

  /** Tells whether a value, such as an export of a module, is a job. */
  is: (value: unknown): value is AnyJob =>
    typeof value === "object" && value !== null && "definition" in value && hasTag(value.definition, "JobDefinition")
}
