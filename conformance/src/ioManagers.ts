import { IOManager, type IOManagerShape, ValueAddress } from "@heddle/definitions/IOManager"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { IOManagerWords } from "./Case.ts"
import { runPlain } from "./bodies.ts"
import { evaluate, type Scope } from "./expressions.ts"
import { metadataOf } from "./metadata.ts"
import type { Surroundings } from "./Surroundings.ts"
import { UserError } from "./UserError.ts"

/** The service under which an IO manager is bound: the default one, or one that outputs name by its key. */
export const ioManagerTag = (key: string): Context.Key<unknown, IOManagerShape> =>
  key === "io_manager"
    ? (IOManager as unknown as Context.Key<unknown, IOManagerShape>)
    : Context.Service<unknown, IOManagerShape>(key)

const effects = (surroundings: Surroundings) => ({
  trace: (value: unknown) => void surroundings.trace.push(value),
  log: () => {}
})

/** An IO manager that keeps values in memory: assets by key and partition, others by step, output and mapping key. */
export const ioManager = (name: string, words: IOManagerWords, surroundings: Surroundings): IOManagerShape => {
  const values = surroundings.store(name)
  const place = (at: ValueAddress) =>
    JSON.stringify(
      ValueAddress.isAsset(at) ? [at.asset, at.partition ?? null] : [at.stepKey, at.output, at.mappingKey ?? null]
    )
  return {
    handleOutput: (context, value) =>
      Effect.gen(function* () {
        const scope: Scope = {
          vars: { value },
          context: (what) =>
            what === "step_key" ? context.stepKey : what === "output_name" ? context.output : undefined
        }
        yield* runPlain(words.handle ?? [], scope, effects(surroundings), surroundings)
        values.set(place(context.address), value)
        const metadata = metadataOf(words.handle_metadata, scope)
        if (metadata !== undefined) context.addMetadata(metadata)
      }),
    loadInput: (context) =>
      Effect.gen(function* () {
        const at = place(context.upstream)
        const scope: Scope = {
          vars: { value: values.get(at) },
          context: (what) =>
            ({
              input_name: context.input,
              step_key: context.stepKey,
              upstream_step: context.upstreamStep?.stepKey ?? null,
              upstream_output: context.upstreamStep?.output ?? null
            })[what]
        }
        yield* runPlain(words.load ?? [], scope, effects(surroundings), surroundings)
        if (words.load_value === undefined && !values.has(at)) {
          return yield* Effect.fail(new UserError("KeyError", `nothing is stored of ${at}`))
        }
        const metadata = metadataOf(words.load_metadata, scope)
        if (metadata !== undefined) context.addMetadata(metadata)
        return words.load_value === undefined ? values.get(at) : evaluate(words.load_value, scope)
      })
  }
}
