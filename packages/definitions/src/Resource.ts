import { type AnyMapping, ConfigSchema } from "@heddle/config/ConfigSchema"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Simplify, UnionToIntersection } from "./internal/types.ts"
import type { Tags } from "./OpExecutionContext.ts"
import type { Entry, NodeConfig } from "./Wiring.ts"

/**
 * A layer with a config schema. Bound under a key of a job it takes `resources.<key>.config` and provides `S`.
 *
 * @since 0.1.0
 * @source Dagster ResourceDefinition
 */
export interface Resource<S, C, R> {
  readonly _S: () => S
  readonly _C: (_: C) => C
  readonly _R: () => R
  readonly definition: ResourceDefinition
}

/** How long one acquired resource serves. */
export type ResourceScope = "step" | "worker" | "run" | "process"

/** A resource as the engine sees it, with its types erased. */
export interface ResourceDefinition {
  /** Schema of its config; `undefined` for one that takes none. */
  readonly config: Schema.Top | undefined
  readonly layer: (config: unknown) => Layer.Layer<unknown, unknown, unknown>
  readonly scope: ResourceScope
  /** The resources that its layer needs, by the keys under which jobs bind them; `undefined` where it does not say. */
  readonly needs: Tags | undefined
}

/** Resources by the key under which a job binds them. */
export type Resources = { readonly [key: string]: Resource<any, any, any> }
/** The service that a resource provides. */
export type ServiceOf<X> = X extends Resource<infer S, any, any> ? S : never
/** The services that resources provide, together. */
export type Provides<Rs extends Resources> = [keyof Rs] extends [never] ? never : ServiceOf<Rs[keyof Rs]>
/** The services that resources need, together. */
export type ResourceNeeds<Rs extends Resources> = [keyof Rs] extends [never]
  ? never
  : Rs[keyof Rs] extends Resource<any, any, infer R>
    ? R
    : never
/** The run config of resources, by key. */
export type ResourceConfig<Rs extends Resources> = [keyof Rs] extends [never]
  ? {}
  : Simplify<
      UnionToIntersection<
        {
          [K in keyof Rs & string]: Rs[K] extends Resource<any, infer C, any> ? Entry<K, NodeConfig<C, {}>> : {}
        }[keyof Rs & string]
      >
    >
/** Shown by the compiler where two keys provide one service. */
export interface ProvidedTwice<Service> {
  readonly "another key provides this service": Service
}
/** Two keys that provide one service would shadow each other: refused. */
export type Distinct<Rs extends Resources> = {
  readonly [K in keyof Rs]: [ServiceOf<Rs[K]>] extends [never]
    ? Rs[K]
    : ServiceOf<Rs[K]> extends Provides<Omit<Rs, K>>
      ? ProvidedTwice<ServiceOf<Rs[K]>>
      : Rs[K]
}
/** Replacements by key: the replaced resource is never acquired and its config is not asked for. */
export type Replace<Rs extends Resources> = { readonly [K in keyof Rs]?: Layer.Layer<ServiceOf<Rs[K]>, any, never> }

/** The types of a resource are only types; this is where its definition gets them. */
const typed = <S, C, R>(definition: ResourceDefinition): Resource<S, C, R> =>
  ({ definition }) as unknown as Resource<S, C, R>

/**
 * Constructors of resources.
 *
 * @since 0.1.0
 */
export const Resource = {
  /**
   * Makes a resource that is configured in run config.
   *
   * @param options - `config`: schema of its config; `layer`: gives the layer for a config; `scope`: how long one
   *   acquired resource serves, `run` without it; `needs`: the resources that its layer needs, by the keys under which
   *   jobs bind them. Without it they are found out by trying: what to start, and in which order, is not known before
   */
  make: <C extends Schema.Top, S, E, R>(options: {
    readonly config: C
    readonly layer: (config: C["Type"]) => Layer.Layer<S, E, R>
    readonly scope?: ResourceScope
    readonly needs?: Tags
  }): Resource<S, C["Encoded"], R> =>
    typed({
      config: options.config === (Schema.Void as Schema.Top) ? undefined : options.config,
      layer: options.layer as ResourceDefinition["layer"],
      scope: options.scope ?? "run",
      needs: options.needs
    }),

  /**
   * The same resource with other config or none.
   *
   * @param resource - the resource
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the resource. Or, as `constant`,
   *   its config in every case; what is given all the same is let be
   * @source Dagster configured
   */
  configured: ((resource: Resource<any, any, any>, mapping: AnyMapping) =>
    typed({
      ...resource.definition,
      config: ConfigSchema.configured(resource.definition.config ?? Schema.Unknown, mapping)
    })) as {
    <S, C, R, D extends Schema.Top>(
      resource: Resource<S, C, R>,
      mapping: { readonly config: D; readonly to: (config: D["Type"]) => C }
    ): Resource<S, D["Encoded"], R>
    <S, C, R>(resource: Resource<S, C, R>, mapping: { readonly constant: C }): Resource<S, void, R>
  },

  /** Makes a resource of a layer that takes no config; `needs` as for `make`. */
  fromLayer: <S, E, R>(layer: Layer.Layer<S, E, R>, options: { readonly needs?: Tags } = {}): Resource<S, void, R> =>
    typed({
      config: undefined,
      layer: () => layer as Layer.Layer<unknown, unknown, unknown>,
      scope: "run",
      needs: options.needs
    })
}
