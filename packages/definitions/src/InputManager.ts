import type * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import { OptionNames } from "./OptionNames.ts"
import type { InputContext, IOManagerShape, ValueAddress } from "./IOManager.ts"

/** The context in which an input manager loads a value. */
export interface InputManagerContext extends Omit<InputContext, "upstream"> {
  /** Where the value was stored; `undefined` for an input that nothing is wired to. */
  readonly upstream: ValueAddress | undefined
}

/**
 * Loads inputs that name it, wired or not, in place of the IO manager that stored the value.
 *
 * @since 0.1.0
 * @source Dagster InputManager
 */
export interface InputManagerShape {
  readonly loadInput: (context: InputManagerContext) => Effect.Effect<unknown, unknown>
}

/** Only a type: the schema of an input that names its manager. */
export interface Managed<IO, C> {
  readonly "~heddle/inputManager": () => readonly [IO, C]
}

/** The managers that inputs name. */
export type ManagersOf<I> = {
  [K in keyof I]: I[K] extends Managed<infer IO, any> ? IO : never
}[keyof I]

/** The manager of an input, as the engine sees it. */
export interface InputManagerUse {
  readonly tag: Context.Key<unknown, InputManagerShape>
  /** Schema of the run config that the input takes for it; `undefined` for one that takes none. */
  readonly config: Schema.Top | undefined
}

/**
 * Options of an input that a manager loads.
 *
 * @since 0.1.0
 */
export interface InputManagerOptions<C extends Schema.Top> {
  /**
   * The schema of the config that run config gives the manager, under `inputs` of the op.
   *
   * @default the input takes no config
   */
  readonly config?: C
}

const KEY = "~heddle/definitions/inputManager"

/**
 * Inputs that are loaded by a manager of their own.
 *
 * @since 0.1.0
 * @source Dagster In(input_manager_key)
 */
export const InputManager = {
  /**
   * The schema of an input that a manager loads. Nothing need be wired to it.
   *
   * @param schema - schema of the value, which is checked after it is loaded
   * @param manager - the service that loads it: an input manager, or an IO manager for an input that is wired
   * @param options - `config`: schema of what run config says of the input for the manager, under `inputs`
   */
  loads: <S extends Schema.Top, IO, C extends Schema.Top = Schema.Void>(
    schema: S,
    manager: Context.Key<IO, InputManagerShape> | Context.Key<IO, IOManagerShape>,
    options: InputManagerOptions<C> = {}
  ): S & Managed<IO, C["Encoded"]> => {
    OptionNames.check<InputManagerOptions<Schema.Top>>("input manager", options, { config: "optional" })
    const use: InputManagerUse = { tag: manager as unknown as InputManagerUse["tag"], config: options.config }
    // The marker is only a type; the manager itself is an annotation.
    return schema.annotate({ [KEY]: use } as Parameters<S["annotate"]>[0]) as unknown as S & Managed<IO, C["Encoded"]>
  },

  /** The manager that an input names. */
  of: ({ ast }: Schema.Top): InputManagerUse | undefined =>
    (ast.checks?.at(-1)?.annotations?.[KEY] ?? ast.annotations?.[KEY]) as InputManagerUse | undefined
}
