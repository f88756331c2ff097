import type * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import type { OpBodyError } from "./BodyGives.ts"
import type { OutputBesideOutputs } from "./Missing.ts"
import type { OpContext, Tags } from "./OpExecutionContext.ts"
import type { Outs } from "./Out.ts"
import type { Retry } from "./RetryPolicy.ts"
import type { Fields, Values } from "./Wiring.ts"

/**
 * Options of an op. `O` is the schema of its one output, `Os` its named outputs (`never` without `outputs`), and `X` what
 * its body returns.
 *
 * @since 0.1.0
 */
export interface OpOptions<
  O extends Schema.Top,
  Os extends Outs,
  I extends Fields,
  C extends Schema.Top,
  T extends Tags,
  X
> {
  /**
   * What the op does, for readers of the job.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * The schema of each input, by name.
   *
   * @default {}
   * @example
   * Op.make("add", {
   *   inputs: { a: Schema.Number, b: Schema.Number },
   *   output: Schema.Number,
   *   run: ({ a, b }) => a + b
   * })
   */
  readonly inputs?: I
  /**
   * The schema of the output of an op with one output. The body returns the value. Use `outputs` for several outputs.
   *
   * @default the op has no output value
   */
  readonly output?: O & ([Os] extends [never] ? unknown : OutputBesideOutputs)
  /**
   * Several outputs by name: each is a schema, or an `Out` for an optional, dynamic or stored output. The body returns a
   * record of the values, or a stream of them.
   *
   * @default the op has the output that `output` describes
   * @example
   * Op.make("split", {
   *   inputs: { n: Schema.Number },
   *   outputs: { even: Out.optional(Schema.Number), odd: Out.optional(Schema.Number) },
   *   run: ({ n }) => (n % 2 === 0 ? { even: n } : { odd: n })
   * })
   */
  readonly outputs?: Os
  /**
   * The schema of the run config of the op. The body reads the decoded config from `context.config`.
   *
   * @default the op takes no config
   * @example
   * Op.make("load", {
   *   config: Schema.Struct({ table: Schema.String }),
   *   output: Schema.String,
   *   run: (_, { config }) => `loaded ${config.table}`
   * })
   */
  readonly config?: C
  /**
   * The services that the body reads from `context.resources`, by name.
   *
   * @default the body may use every resource of the job
   * @example
   * Op.make("count", {
   *   resources: { warehouse: Warehouse },
   *   output: Schema.Number,
   *   run: (_, { resources }) => resources.warehouse.count("orders")
   * })
   */
  readonly resources?: T
  /**
   * Tags of the op. Limits on concurrency by tag apply to its steps.
   *
   * @default {}
   */
  readonly tags?: { readonly [key: string]: string }
  /**
   * The version of the body, in any notation. It is stored with each run.
   *
   * @default no version
   */
  readonly codeVersion?: string
  /**
   * The pool that limits how many steps run at once, across all runs of the instance.
   *
   * @default no pool
   */
  readonly pool?: string
  /**
   * How long an attempt may take: a number of milliseconds, or a duration such as `"5 minutes"`.
   *
   * @default no limit
   */
  readonly timeout?: Duration.Input
  /**
   * How long an attempt may go without an event: a number of milliseconds, or a duration such as `"30 seconds"`.
   *
   * @default no limit
   */
  readonly idleTimeout?: Duration.Input
  /**
   * One retry policy for every failure, or an answer for each error tag of the body.
   *
   * @default the retry policy of the job
   * @example
   * { retry: { Throttled: RetryPolicy.make({ maxRetries: 3, delay: "1 second" }), TableMissing: "fail" } }
   */
  readonly retry?: Retry<OpBodyError<Os, NoInfer<X>>>
  /** The body: returns the value or record of outputs, a promise of it, an Effect, or a stream of named outputs. */
  readonly run: (inputs: Values<I>, context: OpContext<C["Type"], T>) => X
}
