import { ConfigNode } from "@heddle/config/ConfigNode"
import { ConfigProblem } from "@heddle/config/ConfigProblem"
import { RunConfigError } from "@heddle/config/RunConfigError"
import { validate } from "@heddle/config/validate"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { AssetExecutionContext } from "../AssetExecutionContext.ts"
import { CheckResult } from "../CheckResult.ts"
import { BodyEvent } from "../BodyEvent.ts"
import { type BodyOutput, BodyOutputs } from "../BodyOutputs.ts"
import { DefinitionError, type DefinitionProblem } from "../DefinitionError.ts"
import { DirectContext, type DirectContextOptions } from "../DirectContext.ts"
import { InputDefault } from "../InputDefault.ts"
import { InvocationError } from "../InvocationError.ts"
import { OpBody } from "../OpBody.ts"
import { BackfillPolicy } from "../BackfillPolicy.ts"
import { OutputError } from "../OutputError.ts"
import { RangeValue } from "../RangeValue.ts"
import type { OpDefinition } from "../OpDefinition.ts"
import { OpExecutionContext } from "../OpExecutionContext.ts"
import { ValueCheck } from "../ValueCheck.ts"
import type * as Schema from "effect/Schema"

/** The values of all inputs, including defaults. Dies with `InvocationError` if inputs are missing or unknown. */
const inputsOf = Effect.fnUntraced(function* (op: OpDefinition, given: { readonly [input: string]: unknown }) {
  const problems: Array<string> = []
  const names = op.inputs.map(({ name }) => name)
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue
    const nearest = ConfigProblem.nearest(name, names)
    problems.push(`it has no input "${name}"${nearest === undefined ? "" : `; did you mean "${nearest}"?`}`)
  }
  const values: Record<string, unknown> = {}
  for (const { name, schema } of op.inputs) {
    const isNothing = ValueCheck.isNothing(schema)
    if (Object.hasOwn(given, name) && !(isNothing && given[name] === undefined)) {
      if (isNothing) problems.push(`input "${name}" only orders steps and takes no value`)
      else values[name] = given[name]
    } else if (InputDefault.has(schema)) {
      values[name] = yield* InputDefault.of(schema)
    } else if (!isNothing) {
      problems.push(`input "${name}" is missing`)
    }
  }
  return problems.length === 0 ? values : yield* Effect.die(new InvocationError({ op: op.name, problems }))
})

const configOf = (op: OpDefinition, given: unknown): Effect.Effect<unknown> => {
  // Without a schema, any config is valid, as in run config.
  if (op.config === undefined) return Effect.succeed(given)
  const node = ConfigNode.section({ config: ConfigNode.value(op.config) })
  const result = validate(node, given === undefined ? {} : { config: given })
  return result._tag === "Valid"
    ? Effect.succeed((result.value as { readonly config?: unknown }).config)
    : Effect.die(new RunConfigError({ jobName: op.name, problems: result.problems }))
}

/** Options of a call that only its context may have, or that its context has too. */
const givenBeside = (options: DirectContextOptions, context: DirectContext): ReadonlyArray<string> => [
  ...(options.config !== undefined && context.options.config !== undefined
    ? ["config is given twice: at the call, and in its context"]
    : []),
  ...(["mappingKey", "partitionKey", "partitionRange", "retryNumber"] as const)
    .filter((name) => options[name] !== undefined)
    .map((name) => `${name} is given in addition to a context: pass it when you build the context`)
]

/** The resources that an op names. Dies with `DefinitionError` if one is not bound, which the compiler reports earlier. */
const resourcesOf = (
  op: OpDefinition,
  values: { readonly [key: string]: unknown },
  services: Context.Context<never>
): Effect.Effect<{ readonly [key: string]: unknown }> => {
  const resources: Record<string, unknown> = {}
  const missing: Array<DefinitionProblem> = []
  for (const [key, tag] of Object.entries(op.resources ?? {})) {
    if (Object.hasOwn(values, key)) {
      resources[key] = values[key]
      continue
    }
    const service = Context.getOption(services as Context.Context<unknown>, tag)
    if (Option.isSome(service)) resources[key] = service.value
    else {
      const message = "nothing provides it: provide its service, or build a context with it"
      missing.push({ place: `resource "${key}"`, message })
    }
  }
  return missing.length === 0
    ? Effect.succeed(resources)
    : Effect.die(new DefinitionError({ subject: `op "${op.name}"`, problems: missing }))
}

/**
 * Runs the body of an op directly. Invalid config, inputs or outputs are defects with explanations.
 *
 * Nothing is stored or logged. The context shows what the body did besides returning a value.
 */
export const invokeDirectly = (
  op: OpDefinition,
  inputs: { readonly [input: string]: unknown },
  options: DirectContextOptions & { readonly context?: DirectContext | undefined }
): Effect.Effect<unknown, unknown, unknown> =>
  Effect.gen(function* () {
    const { context: built, ...beside } = options
    // Options next to a context are checked too.
    const own = new DirectContext(beside)
    const context = built ?? own
    const twice = built === undefined ? [] : givenBeside(beside, built)
    if (twice.length > 0) return yield* Effect.die(new InvocationError({ op: op.name, problems: twice }))
    const signal = yield* Effect.abortSignal
    const services = yield* Effect.context<never>()
    const config = yield* configOf(op, options.config ?? context.options.config)
    // Without types, a body that takes nothing may be given nothing.
    const given = yield* inputsOf(op, (inputs as typeof inputs | undefined) ?? {})
    const resources = yield* resourcesOf(op, context.options.resources ?? {}, services)
    const outputs = new BodyOutputs(op, op.name)
    context.bind({
      op,
      config,
      resources,
      outputs,
      signal,
      write: ({ data, level, message }) => {
        // Without a run, log lines of a body go to Effect's own logger.
        const text = `${level} ${message}`
        Effect.runForkWith(services)(data === undefined ? Effect.log(text) : Effect.log(text, data))
      }
    })
    const check = (schema: Schema.Top, value: unknown, subject: string): void => {
      const outcome = ValueCheck.of(schema)(value, context, subject)
      if (outcome?.passed === false) throw ValueCheck.error(subject, outcome)
    }
    const checkOutput = ({ output, value }: BodyOutput): void => {
      const { asset, name, schema } = output
      const subject = `output "${name}" of op "${op.name}"`
      const isRange = asset?.partitions !== undefined && BackfillPolicy.takesRanges(asset.backfill)
      if (!isRange || ValueCheck.isNothing(schema)) return check(schema, value, subject)
      const values = RangeValue.read(value, context.partitionKeys, !output.required)
      if ("problem" in values) throw new OutputError({ stepKey: op.name, output: name, problem: values.problem })
      for (const [key, each] of values) check(schema, each, `partition "${key}" of ${subject}`)
    }
    const taken: Array<BodyOutput> = []
    const take = (output: BodyOutput): void => {
      const { check: ofCheck } = output.output
      if (ofCheck !== undefined) {
        const found = CheckResult.read(output.value, output.output.name, op.name)
        taken.push({ ...output, value: found })
        context.emissions.push({ _tag: "CheckResult", asset: ofCheck.asset, check: ofCheck.name, ...found })
        return
      }
      if (output.isValueless !== true) checkOutput(output)
      taken.push(output)
      context.emissions.push({
        _tag: "Output",
        output: output.output.name,
        mappingKey: output.key,
        value: output.value,
        metadata: output.metadata ?? {}
      })
    }
    const work = Effect.gen(function* () {
      for (const { name, schema } of op.inputs) {
        if (Object.hasOwn(given, name)) check(schema, given[name], `input "${name}" of op "${op.name}"`)
      }
      const result = yield* OpBody.run(op, given, context)
      if (result._tag === "Returned") {
        for (const output of outputs.takeReturned(result.value)) take(output)
      } else {
        yield* Stream.runForEach(result.stream, (emission) =>
          Effect.sync(() => {
            if (BodyEvent.is(emission)) context.emissions.push(emission)
            else take(outputs.takeEmission(emission))
          })
        )
      }
      for (const output of outputs.takeRest()) take(output)
    })
    yield* work.pipe(
      Effect.provideService(OpExecutionContext, context),
      Effect.provideService(AssetExecutionContext, context),
      Effect.ensuring(Effect.sync(() => context.release()))
    )
    if (op.returns === "value") return taken[0]?.value
    const record: Record<string, unknown> = {}
    for (const { dynamic, name } of op.outputs) if (dynamic) record[name] = []
    for (const { key, output, value } of taken) {
      if (key === undefined) record[output.name] = value
      else (record[output.name] as Array<unknown>).push([key, value])
    }
    return record
  }).pipe(Effect.scoped)
