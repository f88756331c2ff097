import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Managed } from "./InputManager.ts"

/** Inputs that may be left without a wire: they have a default value, `Schema.withConstructorDefault`, or a manager. */
export type DefaultKeys<I> = {
  [K in keyof I]: I[K] extends { readonly "~type.constructor.default": "with-default" } | Managed<any, any> ? K : never
}[keyof I]

/**
 * The default value of an input: the constructor default of its schema, `Schema.withConstructorDefault`. An input that
 * nothing is wired to, and that run config does not give, takes it.
 *
 * @since 0.1.0
 * @source Dagster In(default_value)
 */
export const InputDefault = {
  /** Tells whether an input has a default value. */
  has: (schema: Schema.Top): boolean => schema.ast.context?.constructorDefault !== undefined,

  /** The default value of an input, made anew; `undefined` for an input that has none. */
  of: (schema: Schema.Top): Effect.Effect<unknown> =>
    Effect.orDie(schema.ast.context?.constructorDefault ?? Effect.void),

  /** The JSON form of a default value, for another process. Throws what the schema says if the value has none. */
  encode: (schema: Schema.Top, value: unknown): Schema.Json => {
    const encoded = Schema.encodeUnknownSync(jsonCodec(schema))(value)
    // A schema that accepts anything lets through what is not JSON.
    return Schema.decodeUnknownSync(Schema.Json)(encoded)
  },

  /** The default value that `encode` gave the JSON form of. */
  decode: (schema: Schema.Top, json: unknown): Effect.Effect<unknown> =>
    Effect.orDie(Schema.decodeUnknownEffect(jsonCodec(schema))(json))
}

/** The services that a codec may need are erased: a schema that does need some fails with Effect's own message. */
const jsonCodec = (schema: Schema.Top): Schema.Codec<unknown> =>
  Schema.toCodecJson(schema) as unknown as Schema.Codec<unknown>
