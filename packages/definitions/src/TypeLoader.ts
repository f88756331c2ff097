import { ConfigSchema } from "@heddle/config/ConfigSchema"
import * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { OptionNames } from "./OptionNames.ts"

/** Only a type: the schema of a value that is made of config of another form. */
export interface Loaded<C> {
  readonly "~heddle/typeLoader": () => C
}

/**
 * Options of a type loader.
 *
 * @since 0.1.0
 */
export interface TypeLoaderOptions<S extends Schema.Top, C extends Schema.Top> {
  /** The schema of what run config gives. */
  readonly config: C
  /**
   * Makes the value from the decoded config: returns it, a promise of it, or an Effect.
   *
   * @example
   * ({ path }) => readFile(path, "utf8")
   */
  readonly load: (config: C["Type"]) => S["Type"] | PromiseLike<S["Type"]> | Effect.Effect<S["Type"], unknown>
}

const optionNames: OptionNames<TypeLoaderOptions<Schema.Top, Schema.Top>> = { config: "required", load: "required" }

type Load = (config: unknown) => unknown

const KEY = "~heddle/definitions/typeLoader"

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function"

const loadOf = ({ ast }: Schema.Top): Load | undefined =>
  (ast.checks?.at(-1)?.annotations?.[KEY] ?? ast.annotations?.[KEY]) as Load | undefined

/**
 * Types whose values run config gives in another form: an input that is left to run config takes that form, and the value
 * is made of it before the step's body runs.
 *
 * @since 0.1.0
 * @source Dagster dagster_type_loader
 */
export const TypeLoader = {
  /**
   * The schema of a value that is made of config.
   *
   * @param schema - schema of the value, which is checked after it is made
   * @param options - `config`: schema of what run config says; `load`: makes the value of it; it gives the value, a
   *   promise or an Effect
   */
  make: <S extends Schema.Top, C extends Schema.Top>(
    schema: S,
    options: TypeLoaderOptions<S, C>
  ): S & Loaded<C["Encoded"]> => {
    const given: unknown = options
    OptionNames.check<TypeLoaderOptions<Schema.Top, Schema.Top>>("type loader", given, optionNames)
    // The marker is only a type; the loader itself is an annotation.
    return ConfigSchema.loadedFrom(
      schema.annotate({ [KEY]: options.load } as Parameters<S["annotate"]>[0]) as unknown as S,
      options.config
    ) as S & Loaded<C["Encoded"]>
  },

  /** Tells whether values of a schema are made of config of another form. */
  has: (schema: Schema.Top): boolean => loadOf(schema) !== undefined,

  /**
   * Makes the value of an input of what run config says of it.
   *
   * @param schema - schema of the input
   * @param config - its run config, as validation resolved it
   * @returns the value; what the loader throws or fails with is the failure. Without a loader it is the config itself
   */
  load: (schema: Schema.Top, config: unknown): Effect.Effect<unknown, unknown> => {
    const load = loadOf(schema)
    if (load === undefined) return Effect.succeed(config)
    return Effect.callback((resume) => {
      try {
        const given = load(config)
        if (Effect.isEffect(given)) return resume(given as Effect.Effect<unknown, unknown>)
        if (!isPromise(given)) return resume(Effect.succeed(given))
        given.then(
          (value) => resume(Effect.succeed(value)),
          (error: unknown) => resume(Effect.fail(error))
        )
      } catch (error) {
        resume(Effect.fail(error))
      }
    })
  }
}
