import { OptionCheck } from "@heddle/events/OptionCheck"
import { type AnyMapping, ConfigSchema } from "@heddle/config/ConfigSchema"
import { StepKey } from "@heddle/events/StepKey"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type {
  BodyError,
  BodyGivesOutput,
  BodyGivesOutputs,
  BodyNeeds,
  OutputsBodyError,
  OutputsBodyNeeds
} from "./BodyGives.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { DirectContext } from "./DirectContext.ts"
import type { DynamicHandle } from "./DynamicHandle.ts"
import type { Handle } from "./Handle.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import { wrongDefaults } from "./internal/wrongDefaults.ts"
import { invokeDirectly } from "./internal/invokeDirectly.ts"
import { invoke, type Use } from "./internal/compose.ts"
import { retrySnapshot } from "./internal/retrySnapshot.ts"
import type { ManagersOf } from "./InputManager.ts"
import type { Invocation } from "./Invocation.ts"
import type { IOManagerShape } from "./IOManager.ts"
import type { Named, OptionsGiven, Seen } from "./Missing.ts"
import type { NodeBody } from "./NodeDescription.ts"
import type { OpDefinition, OutputDefinition } from "./OpDefinition.ts"
import type { Given, Ids, OpContext, Tags } from "./OpExecutionContext.ts"
import type { HandleOf, IOOf, Outs, OutSpec, Returned } from "./Out.ts"
import type { Retry } from "./RetryPolicy.ts"
import type { Entry, Fields, InvokeInputs, NodeConfig, OpenInputs, Values, Wired, Wires } from "./Wiring.ts"

/**
 * A piece of work: its inputs, its outputs, its config, and the body that does it. Called in a graph body it wires one
 * use.
 *
 * @since 0.1.0
 * @source Dagster OpDefinition
 */
export interface Op<Name extends string, I extends Fields, H, V, C, E, R> extends NodeBody {
  readonly definition: OpDefinition
  /** Wires one use into a graph body. */
  <const W extends Wires<I> = Wires<I>, const K extends keyof I = never>(
    inputs?: W & Named<K, keyof I>,
    ...missing: Wired<I, W, K>
  ): Invocation<H, E, R, Entry<Name, NodeConfig<C, OpenInputs<I, W>>>, Name>
  /** Options of one use; `as` is the short form for a name. A second use without a name of its own is a definition error. */
  with<const A extends string = Name, const Hs extends ReadonlyArray<Hook<any>> = []>(use: {
    readonly name?: A
    readonly tags?: Record<string, string>
    readonly hooks?: Hs
    readonly retry?: Retry<E>
    readonly after?: ReadonlyArray<Handle<any> | DynamicHandle<any>>
  }): Op<A, I, H, V, C, E, R | HooksNeeds<Hs>>
  /** The same op under another name, for a second use in one graph. */
  as<const A extends string>(name: A): Op<A, I, H, V, C, E, R>
  /**
   * Runs the body alone, for tests: config, inputs and outputs are checked; there is no run and no event log. What the
   * body does beside its value can be read from a `context` that `buildOpContext` makes.
   */
  invoke<const K extends PropertyKey = never, O = {}>(
    inputs: InvokeInputs<I>,
    options?: InvokeOptions &
      ([C] extends [void] ? {} : { readonly config?: C }) &
      Named<K, "config" | "context"> &
      Seen<O>,
    ...missing: OptionsGiven<
      K,
      O,
      [C] extends [void] ? never : {} extends C ? never : "context" extends K ? never : "config"
    >
  ): Effect.Effect<V, E, R>
}

/** Stands in for the run that a direct invocation does not have. */
export interface InvokeOptions {
  readonly mappingKey?: string
  readonly partitionKey?: string
  readonly retryNumber?: number
  /** A context that was built before, whose events and metadata can be read afterwards. */
  readonly context?: DirectContext
}

/** What all ops are declared with beside outputs and body. */
export type Common<I extends Fields, C extends Schema.Top, T extends Tags> = {
  readonly description?: string
  readonly inputs?: I
  readonly config?: C
  readonly resources?: T
  readonly tags?: Record<string, string>
  /** Version of what the body does, in words of the user's own: it stands in the job as data, and so with every run. */
  readonly codeVersion?: string
  /** The pool whose limit its steps stand under, together with those of all runs of the instance. */
  readonly pool?: string
  readonly timeout?: Duration.Input
  readonly idleTimeout?: Duration.Input
}
type BodyArgs<I extends Fields, C extends Schema.Top, T extends Tags> = [
  inputs: Values<I>,
  context: OpContext<C["Type"], T>
]

type MakeOp = <
  const Name extends string,
  O extends Schema.Top = Schema.Void,
  I extends Fields = {},
  C extends Schema.Top = Schema.Void,
  T extends Tags = {},
  const X extends BodyGivesOutput<O["Type"]> = BodyGivesOutput<O["Type"]>
>(
  name: Name,
  options: Common<I, C, T> & {
    readonly output?: O
    readonly retry?: Retry<BodyError<NoInfer<X>>>
    readonly run: (...args: BodyArgs<I, C, T>) => X
  }
) => Op<
  Name,
  I,
  Handle<O["Type"]>,
  O["Type"],
  C["Encoded"],
  BodyError<X>,
  Exclude<BodyNeeds<X>, Given> | Ids<T> | ManagersOf<I>
>

type MakeOutputs = <
  const Name extends string,
  const O extends Outs,
  I extends Fields = {},
  C extends Schema.Top = Schema.Void,
  T extends Tags = {},
  const X extends BodyGivesOutputs<O> = BodyGivesOutputs<O>
>(
  name: Name,
  options: Common<I, C, T> & {
    readonly outputs: O
    readonly retry?: Retry<OutputsBodyError<NoInfer<X>>>
    readonly run: (...args: BodyArgs<I, C, T>) => X
  }
) => Op<
  Name,
  I,
  { readonly [K in keyof O]: HandleOf<O[K]> },
  Returned<O>,
  C["Encoded"],
  OutputsBodyError<X>,
  Exclude<OutputsBodyNeeds<X>, Given> | Ids<T> | IOOf<O[keyof O]> | ManagersOf<I>
>

/** The options of any op with its types erased. */
interface Written extends Common<Fields, Schema.Top, Tags> {
  readonly retry?: Parameters<typeof retrySnapshot>[0]
  readonly run: OpDefinition["run"]
}

const outputOf = (name: string, spec: OutSpec): OutputDefinition => {
  const plain = { name, required: true, dynamic: false, io: undefined }
  if (Schema.isSchema(spec)) return { ...plain, schema: spec }
  switch (spec._tag) {
    case "Optional":
      return { ...plain, schema: spec.schema, required: false, io: spec.io }
    case "Dynamic":
      return { ...plain, schema: spec.schema, required: spec.required ?? true, dynamic: true, io: spec.io }
    case "Stored":
      return { ...plain, schema: spec.schema, io: spec.io as Context.Key<unknown, IOManagerShape> }
  }
}

const define = (
  name: string,
  options: Written,
  outputs: ReadonlyArray<OutputDefinition>,
  returns: OpDefinition["returns"]
): OpDefinition => {
  const problems = [
    ...(StepKey.isName(name) ? [] : [{ place: "", message: `"${name}" is not a valid name` }]),
    ...[...Object.keys(options.inputs ?? {}), ...outputs.map((output) => output.name)]
      .filter((part) => !StepKey.isName(part))
      .map((part) => ({ place: `"${part}"`, message: "it is not a valid name" }))
  ].map(({ message, place }) => ({
    place,
    message: `${message}: use letters, digits and underscores`
  }))
  const limits = new OptionCheck(name)
    .duration("timeout", options.timeout, "positive")
    .duration("idleTimeout", options.idleTimeout, "positive")
  for (const { allowed, option, value } of limits.error?.problems ?? []) {
    problems.push({ place: `"${option}"`, message: `it must be ${allowed}, got ${value}` })
  }
  if (options.pool === "") problems.push({ place: `"pool"`, message: "the name of the pool is empty" })
  problems.push(...wrongDefaults(options.inputs ?? {}))
  if (problems.length > 0) throw new DefinitionError({ subject: `op "${name}"`, problems })
  return {
    _tag: "OpDefinition",
    name,
    description: options.description,
    inputs: Object.entries(options.inputs ?? {}).map(([input, schema]) => ({ name: input, schema })),
    outputs,
    returns,
    config: options.config === undefined || options.config === Schema.Void ? undefined : options.config,
    resources: options.resources,
    tags: options.tags ?? {},
    retry: retrySnapshot(options.retry),
    pool: options.pool,
    codeVersion: options.codeVersion,
    timeouts: (["timeout", "idleTimeout"] as const).filter((limit) => options[limit] !== undefined),
    run: options.run
  }
}

/** An op value with its types erased; `Op.make` and `Op.outputs` say what they are. */
const fromDefinition = (definition: OpDefinition, use: Use): Op<string, any, any, any, any, any, any> =>
  Object.assign((wires?: { readonly [input: string]: unknown }) => invoke({ definition }, use, wires), {
    definition,
    with: (options: Partial<Use>) =>
      fromDefinition(definition, { ...use, ...options, named: use.named || options.name !== undefined }),
    as: (name: string) => fromDefinition(definition, { ...use, name, named: true }),
    invoke: (inputs: { readonly [input: string]: unknown }, options?: InvokeOptions & { readonly config?: unknown }) =>
      invokeDirectly(definition, inputs, options ?? {})
  }) as unknown as Op<string, any, any, any, any, any, any>

const make = ((name: string, options: Written & { readonly output?: Schema.Top }) =>
  fromDefinition(define(name, options, [outputOf("result", options.output ?? Schema.Void)], "value"), {
    name,
    named: false
  })) as MakeOp

const outputs = ((name: string, options: Written & { readonly outputs: Outs }) =>
  fromDefinition(
    define(
      name,
      options,
      Object.entries(options.outputs).map(([output, spec]) => outputOf(output, spec)),
      "record"
    ),
    { name, named: false }
  )) as unknown as MakeOutputs

type MakeConfigured = {
  <Name extends string, const A extends string, I extends Fields, H, V, C, E, R, D extends Schema.Top>(
    op: Op<Name, I, H, V, C, E, R>,
    name: A,
    mapping: { readonly config: D; readonly to: (config: D["Type"]) => C }
  ): Op<A, I, H, V, D["Encoded"], E, R>
  <Name extends string, const A extends string, I extends Fields, H, V, C, E, R>(
    op: Op<Name, I, H, V, C, E, R>,
    name: A,
    mapping: { readonly constant: C }
  ): Op<A, I, H, V, void, E, R>
}

const configured = ((op: Op<string, any, any, any, any, any, any>, name: string, mapping: AnyMapping) => {
  if (!StepKey.isName(name)) {
    const message = `"${name}" is not a valid name: use letters, digits and underscores`
    throw new DefinitionError({ subject: `op "${name}"`, problems: [{ place: "", message }] })
  }
  const config = ConfigSchema.configured(op.definition.config ?? Schema.Unknown, mapping)
  return fromDefinition({ ...op.definition, name, config }, { name, named: false })
}) as MakeConfigured

/**
 * Constructors of ops.
 *
 * @since 0.1.0
 */
export const Op: {
  /**
   * Makes an op with one output; the body is an Effect, gives a promise, or gives the plain value.
   *
   * @param name - name of the op, of letters, digits and underscores
   * @param options - `inputs`: schema of each input by name; `output`: schema of the value, none for an op that gives
   *   nothing; `config`: schema of its run config; `resources`: the services that it reads, by name; `retry`: one policy,
   *   or an answer for each error tag; `run`: the body
   * @throws DefinitionError when a name is none
   */
  readonly make: MakeOp
  /**
   * Makes an op with named outputs, optional, dynamic and stored ones among them; the body returns a record of them, or
   * streams them one by one.
   *
   * @param name - name of the op, of letters, digits and underscores
   * @param options - as for `make`, with `outputs`: a schema or an `Out` by name
   * @throws DefinitionError when a name is none
   */
  readonly outputs: MakeOutputs
  /**
   * The same op under another name, with other config or none.
   *
   * @param op - the op
   * @param name - name of the new op
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the op. Or, as `constant`, the
   *   config of the op in every case; what is given all the same is let be
   * @throws DefinitionError when the name is none
   * @source Dagster configured
   */
  readonly configured: MakeConfigured
} = { make, outputs, configured }
