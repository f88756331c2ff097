import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type BodyOutput, BodyOutputs } from "../BodyOutputs.ts"
import { OpBody } from "../OpBody.ts"
import type { OpDefinition } from "../OpDefinition.ts"
import { type OpContext, OpExecutionContext, type OpLogger } from "../OpExecutionContext.ts"
import { TypeCheckFailed } from "../TypeCheckFailed.ts"
import { ValueCheck } from "../ValueCheck.ts"

/** Lines that a body logs when there is no run go to Effect's own logger. */
const logger = (write: (level: string, message: string, data: object | undefined) => void): OpLogger => ({
  log: (level, message, data) => write(level, message, data),
  debug: (message, data) => write("DEBUG", message, data),
  info: (message, data) => write("INFO", message, data),
  warning: (message, data) => write("WARNING", message, data),
  error: (message, data) => write("ERROR", message, data),
  critical: (message, data) => write("CRITICAL", message, data)
})

const check = (schema: Schema.Top, value: unknown, subject: string): void => {
  const description = ValueCheck.of(schema)(value)
  if (description !== undefined) throw new TypeCheckFailed({ subject, description })
}

/** Runs the body of an op alone; whatever is wrong with config, inputs or outputs is a defect that says so. */
export const invokeDirectly = (
  op: OpDefinition,
  inputs: { readonly [name: string]: unknown },
  options: {
    readonly config?: unknown
    readonly mappingKey?: string
    readonly partitionKey?: string
    readonly retryNumber?: number
  }
): Effect.Effect<unknown, unknown, unknown> =>
  Effect.gen(function* () {
    const signal = yield* Effect.abortSignal
    const services = yield* Effect.context<never>()
    const config =
      op.config === undefined
        ? undefined
        : yield* Schema.decodeUnknownEffect(op.config, { errors: "all", onExcessProperty: "error" })(
            options.config ?? {}
          ).pipe(
            Effect.catchTag("SchemaError", (error) =>
              Effect.die(new TypeCheckFailed({ subject: `config of op "${op.name}"`, description: error.message }))
            )
          )
    for (const { name, schema } of op.inputs) check(schema, inputs[name], `input "${name}" of op "${op.name}"`)
    const resources: Record<string, unknown> = {}
    for (const [key, tag] of Object.entries(op.resources ?? {})) resources[key] = yield* tag
    const context: OpContext<unknown, {}> & { readonly partitionKey: string | undefined } = {
      config,
      resources,
      runId: "EPHEMERAL",
      jobName: op.name,
      stepKey: op.name,
      retryNumber: options.retryNumber ?? 0,
      mappingKey: options.mappingKey,
      partitionKey: options.partitionKey,
      tags: op.tags,
      log: logger((level, message, data) =>
        Effect.runForkWith(services)(
          data === undefined ? Effect.log(`${level} ${message}`) : Effect.log(`${level} ${message}`, data)
        )
      ),
      signal
    }
    const outputs = new BodyOutputs(op, op.name)
    const taken: Array<BodyOutput> = []
    const take = (output: BodyOutput): void => {
      check(output.output.schema, output.value, `output "${output.output.name}" of op "${op.name}"`)
      taken.push(output)
    }
    const result = yield* Effect.provideService(OpBody.run(op, inputs, context), OpExecutionContext, context)
    if (result._tag === "Returned") {
      for (const output of outputs.takeReturned(result.value)) take(output)
    } else {
      yield* Stream.runForEach(result.stream, (emission) =>
        Effect.sync(() => take(outputs.takeEmission(emission)))
      ).pipe(Effect.provideService(OpExecutionContext, context))
    }
    const missing = outputs.missing()
    if (missing !== undefined) return yield* Effect.die(missing)
    if (op.returns === "value") return taken[0]?.value
    const record: Record<string, unknown> = {}
    for (const { dynamic, name } of op.outputs) if (dynamic) record[name] = []
    for (const { key, output, value } of taken) {
      if (key === undefined) record[output.name] = value
      else (record[output.name] as Array<unknown>).push([key, value])
    }
    return record
  }).pipe(Effect.scoped)
