import { ConfigNode } from "@heddle/config/ConfigNode"
import { type AnyMapping, ConfigSchema } from "@heddle/config/ConfigSchema"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { Simplify, UnionToIntersection } from "./internal/types.ts"
import { checkConstant } from "./internal/checkConstant.ts"
import { checkMapping } from "./internal/definitionArguments.ts"
import { OptionNames } from "./OptionNames.ts"
import type { MissingNeeds, SurplusNeeds } from "./Missing.ts"
import type { Ids, Tags } from "./OpExecutionContext.ts"
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
  /** Schema of its config; `undefined` if it takes no config. */
  readonly config: Schema.Top | undefined
  readonly layer: (config: unknown) => Layer.Layer<unknown, unknown, unknown>
  readonly scope: ResourceScope
  /** The services that its layer needs, by the keys under which jobs bind their resources. */
  readonly needs: Tags
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
export type Replace<Rs extends Resources> = {
  // Of any job, any layer.
  readonly [K in keyof Rs]?: Layer.Layer<0 extends 1 & Rs ? never : ServiceOf<Rs[K]>, any, never>
}

/** Asks nothing of `needs` that name what a layer needs and nothing else; otherwise it is what the compiler shows. */
type ExactNeeds<R, T extends Tags> = [Exclude<R, Ids<T>>] extends [never]
  ? [Exclude<Ids<T>, R>] extends [never]
    ? unknown
    : SurplusNeeds<Exclude<Ids<T>, R>>
  : MissingNeeds<Exclude<R, Ids<T>>>

/**
 * Options of a resource.
 *
 * @since 0.1.0
 */
export interface ResourceOptions<C extends Schema.Top, S, E, R> {
  /** The schema of the config that run config gives the resource, or `Schema.Void` for a resource without config. */
  readonly config: C
  /**
   * Makes the layer that provides the service, from the decoded config.
   *
   * @example
   * (config) => Layer.succeed(Warehouse, Warehouse.connect(config.url))
   */
  readonly layer: (config: C["Type"]) => Layer.Layer<S, E, R>
  /**
   * How long one acquired resource is used: for one step, one worker process, one run, or as long as the process lives.
   *
   * @default "run"
   */
  readonly scope?: ResourceScope
}

/**
 * The resources that start before a resource.
 *
 * @since 0.1.0
 */
export interface ResourceNeedsOptions<T extends Tags = Tags> {
  /**
   * The services that the layer needs, by the keys under which jobs bind the resources that provide them. A layer that needs
   * services does not compile without it. For a layer that needs none, these are resources that start first.
   *
   * @default {}
   * @example
   * Resource.fromLayer(Api.layer, { needs: { http: Http } })
   */
  readonly needs?: T
}

/** Options of a resource whose layer may need other services. */
interface ErasedOptions extends ResourceOptions<Schema.Top, unknown, unknown, unknown>, ResourceNeedsOptions {}

const optionNames: OptionNames<ErasedOptions> = {
  config: "required",
  layer: "required",
  scope: "optional",
  needs: "optional"
}

/** The type of `Resource.make`: a layer that needs something says so by `needs`. */
interface MakeResource {
  <C extends Schema.Top, S, E>(
    options: ResourceOptions<C, S, E, never> & ResourceNeedsOptions
  ): Resource<S, C["Encoded"], never>
  <C extends Schema.Top, S, E, R, const T extends Tags>(
    options: ResourceOptions<C, S, E, R> & { readonly needs: T & ExactNeeds<R, T> }
  ): Resource<S, C["Encoded"], R>
}

/** The type of `Resource.fromLayer`. */
interface ResourceFromLayer {
  <S, E>(layer: Layer.Layer<S, E>, options?: ResourceNeedsOptions): Resource<S, void, never>
  <S, E, R, const T extends Tags>(
    layer: Layer.Layer<S, E, R>,
    options: { readonly needs: T & ExactNeeds<R, T> }
  ): Resource<S, void, R>
}

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
   * @param options - `config`: schema of its config; `layer`: makes the layer of a config; `scope`: how long one acquired
   *   resource serves, `run` by default; `needs`: the services that the layer needs, by the keys under which jobs bind the
   *   resources that provide them. A layer that needs something does not compile without it. For a layer that needs
   *   nothing, the resources that start before it
   */
  make: ((options: unknown) => {
    OptionNames.check("resource", options, optionNames)
    return typed({
      config: options.config === (Schema.Void as Schema.Top) ? undefined : options.config,
      layer: options.layer as ResourceDefinition["layer"],
      scope: options.scope ?? "run",
      needs: options.needs ?? {}
    })
  }) as MakeResource,

  /**
   * The same resource with other config or none.
   *
   * @param resource - the resource
   * @param mapping - `config`: schema of what it takes; `to`: turns it into the config of the resource. Or `constant`:
   *   its config in every run; config that is given anyway is ignored
   * @throws DefinitionError when the constant does not fit the config of the resource
   * @source Dagster configured
   */
  configured: ((resource: Resource<any, any, any>, mapping: AnyMapping) => {
    checkMapping("resource", mapping)
    const own = resource.definition.config ?? Schema.Unknown
    checkConstant("resource", ConfigNode.value(own), mapping)
    return typed({ ...resource.definition, config: ConfigSchema.configured(own, mapping) })
  }) as {
    <S, C, R, D extends Schema.Top>(
      resource: Resource<S, C, R>,
      mapping: { readonly config: D; readonly to: (config: D["Type"]) => C }
    ): Resource<S, D["Encoded"], R>
    <S, C, R>(resource: Resource<S, C, R>, mapping: { readonly constant: C }): Resource<S, void, R>
  },

  /**
   * Makes a resource of a layer that takes no config.
   *
   * @param layer - the layer
   * @param options - `needs` as for `make`
   */
  fromLayer: ((layer: Layer.Layer<unknown, unknown, unknown>, options: ResourceNeedsOptions = {}) => {
    OptionNames.check<ResourceNeedsOptions>("resource", options, { needs: "optional" })
    return typed({ config: undefined, layer: () => layer, scope: "run", needs: options.needs ?? {} })
  }) as ResourceFromLayer
}
