import { ConfigNode } from "@heddle/config/ConfigNode"
import { type AnyMapping, ConfigSchema } from "@heddle/config/ConfigSchema"
import { StepKey } from "@heddle/events/StepKey"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { OpBodyError, OpBodyGives, OpBodyNeeds } from "./BodyGives.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { DirectContext } from "./DirectContext.ts"
import type { Handle } from "./Handle.ts"
import type { Hook, HooksNeeds } from "./Hook.ts"
import { wrongDefaults } from "./internal/wrongDefaults.ts"
import { invokeDirectly } from "./internal/invokeDirectly.ts"
import { invoke, type Use } from "./internal/compose.ts"
import { checkConstant } from "./internal/checkConstant.ts"
import { checkMapping, subjectOf } from "./internal/definitionArguments.ts"
import { opDefinition, type OpBodyOptions, outputDefinition } from "./internal/opDefinition.ts"
import { OptionNames } from "./OptionNames.ts"
import type { ManagersOf } from "./InputManager.ts"
import type { Invocation } from "./Invocation.ts"
import type { Named, OptionsGiven, Seen } from "./Missing.ts"
import type { NodeBody } from "./NodeDescription.ts"
import type { OpDefinition } from "./OpDefinition.ts"
import type { OpOptions } from "./OpOptions.ts"
import type { Given, Ids, Tags } from "./OpExecutionContext.ts"
import type { HandleOf, IOOf, Outs, Returned } from "./Out.ts"
import type { OpUseOptions } from "./UseOptions.ts"
import type { Entry, Fields, InvokeInputs, NodeConfig, OpenInputs, Wired, Wires } from "./Wiring.ts"

/**
 * A unit of work: its inputs, outputs and config, and the body that performs it. Called in a graph body it wires one
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
  /** Options of one use; `as` is the short form for a name. A second use without a unique name is a definition error. */
  with<const A extends string = Name, const Hs extends ReadonlyArray<Hook<any>> = []>(
    use: OpUseOptions<A, Hs, E>
  ): Op<A, I, H, V, C, E, R | HooksNeeds<Hs>>
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
  /**
   * The mapping key of the step.
   *
   * @default the step is not mapped
   */
  readonly mappingKey?: string
  /**
   * The key of the partition that the run is for.
   *
   * @default the run is for no partition
   */
  readonly partitionKey?: string
  /**
   * How many attempts came before: an integer ≥ 0.
   *
   * @default 0
   */
  readonly retryNumber?: number
  /**
   * A context of `buildOpContext`. After the call, its lines, events and metadata can be read.
   *
   * @default a new context
   * @example
   * const context = buildOpContext()
   * yield* load.invoke({}, { context })
   * context.lines
   */
  readonly context?: DirectContext
}

/** The handles that a use of an op gives. */
type OpHandles<O extends Schema.Top, Os extends Outs> = [Os] extends [never]
  ? Handle<O["Type"]>
  : { readonly [K in keyof Os]: HandleOf<Os[K]> }
/** What an op gives when it is invoked directly. */
type OpValue<O extends Schema.Top, Os extends Outs> = [Os] extends [never] ? O["Type"] : Returned<Os>

type MakeOp = <
  const Name extends string,
  O extends Schema.Top = Schema.Void,
  const Os extends Outs = never,
  I extends Fields = {},
  C extends Schema.Top = Schema.Void,
  T extends Tags = {},
  const X extends OpBodyGives<O, Os> = OpBodyGives<O, Os>
>(
  name: Name,
  options: OpOptions<O, Os, I, C, T, X>
) => Op<
  Name,
  I,
  OpHandles<O, Os>,
  OpValue<O, Os>,
  C["Encoded"],
  OpBodyError<Os, X>,
  Exclude<OpBodyNeeds<Os, X>, Given> | Ids<T> | IOOf<Os[keyof Os]> | ManagersOf<I>
>

/** The options of any op with its types erased. */
interface ErasedOptions extends OpBodyOptions {
  readonly inputs?: Fields
  readonly output?: Schema.Top
  readonly outputs?: Outs
}

const optionNames: OptionNames<ErasedOptions> = {
  description: "optional",
  inputs: "optional",
  output: "optional",
  outputs: "optional",
  config: "optional",
  resources: "optional",
  tags: "optional",
  codeVersion: "optional",
  pool: "optional",
  timeout: "optional",
  idleTimeout: "optional",
  retry: "optional",
  run: "required"
}

const useNames: OptionNames<Partial<Use>> = {
  name: "optional",
  tags: "optional",
  hooks: "optional",
  after: "optional",
  retry: "optional"
}

const define = (name: string, given: unknown): OpDefinition => {
  const subject = subjectOf("op", name)
  const { options, problems } = OptionNames.read<ErasedOptions>(given, optionNames)
  if (options.output !== undefined && options.outputs !== undefined) {
    problems.push({ place: "", message: 'it has both "output" and "outputs": keep one of them' })
  }
  problems.push(...wrongDefaults(options.inputs ?? {}))
  return opDefinition({
    subject,
    name,
    options,
    problems,
    inputs: Object.entries(options.inputs ?? {}).map(([input, schema]) => ({ name: input, schema })),
    outputs:
      options.outputs === undefined
        ? [outputDefinition("result", options.output ?? Schema.Void)]
        : Object.entries(options.outputs).map(([output, spec]) => outputDefinition(output, spec)),
    returns: options.outputs === undefined ? "value" : "record"
  })
}

/** An op value with its types erased; `Op.make` gives it its types. */
const fromDefinition = (definition: OpDefinition, use: Use): Op<string, any, any, any, any, any, any> =>
  Object.assign((wires?: { readonly [input: string]: unknown }) => invoke({ definition }, use, wires), {
    definition,
    with: (given: unknown) =>
      fromDefinition(definition, { ...use, ...OptionNames.parse(`op "${use.name}"`, given, useNames) }),
    as: (name: string) => fromDefinition(definition, { ...use, name }),
    invoke: (inputs: { readonly [input: string]: unknown }, options?: InvokeOptions & { readonly config?: unknown }) =>
      invokeDirectly(definition, inputs, options ?? {})
  }) as unknown as Op<string, any, any, any, any, any, any>

const make = ((name: string, options: unknown) => fromDefinition(define(name, options), { name })) as MakeOp

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
  checkMapping(subjectOf("op", name), mapping)
  if (!StepKey.isName(name)) {
    const message = `"${name}" is not a valid name: use letters, digits and underscores`
    throw new DefinitionError({ subject: `op "${name}"`, problems: [{ place: "", message }] })
  }
  const own = op.definition.config ?? Schema.Unknown
  checkConstant(subjectOf("op", name), ConfigNode.value(own), mapping)
  const config = ConfigSchema.configured(own, mapping)
  return fromDefinition({ ...op.definition, name, config }, { name })
}) as MakeConfigured

/**
 * Constructors of ops.
 *
 * @since 0.1.0
 */
export const Op: {
  /**
   * Makes an op. Its body returns the value of its one output (`output`), or a record or stream of named outputs
   * (`outputs`).
   *
   * @param name - name of the op, of letters, digits and underscores
   * @param options - `OpOptions`
   * @throws DefinitionError with every mistake in the name and the options
   */
  readonly make: MakeOp
  /**
   * The same op under another name, with other config or none.
   *
   * @param op - the op
   * @param name - name of the new op
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the op. Or `constant`: the
   *   config of the op in every run; config that is given anyway is ignored
   * @throws DefinitionError when the name is not valid, or the constant does not fit the config of the op
   * @source Dagster configured
   */
  readonly configured: MakeConfigured
} = { make, configured }
