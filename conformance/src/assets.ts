import { Asset, type AnyAsset, type AnyMultiAsset } from "@heddle/definitions/Asset"
import type { AssetEntries } from "@heddle/definitions/AssetEntries"
import { AssetJob } from "@heddle/definitions/AssetJob"
import { AssetSelection } from "@heddle/definitions/AssetSelection"
import type { AssetMembers } from "@heddle/definitions/AssetExecutionContext"
import { ASSET_JOB } from "@heddle/definitions/Definitions"
import { type AnyJob, Job } from "@heddle/definitions/Job"
import type { OpContext } from "@heddle/definitions/OpExecutionContext"
import { Out } from "@heddle/definitions/Out"
import { AssetKey } from "@heddle/events/AssetKey"
import type { Instance } from "@heddle/storage/Instance"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runCheck, runPlain, runStream } from "./bodies.ts"
import type {
  AssetCheckWords,
  AssetJobWords,
  AssetOutWords,
  AssetWords,
  Body,
  DependencyWords,
  ResourceMap,
  SelectionWords,
  Statement,
  TypeWords
} from "./Case.ts"
import { configSchema } from "./configSchema.ts"
import { evaluate, type Scope } from "./expressions.ts"
import { type Building, effectsOf, retryOf, scopeOf } from "./graphs.ts"
import { ioManagerTag } from "./ioManagers.ts"
import { metadataOf } from "./metadata.ts"
import { mappingOf, partitionsOf } from "./partitions.ts"
import { resourceTag } from "./resources.ts"
import { spelledTags } from "./tags.ts"
import { byCodePoint, plain } from "./values.ts"

type Context = OpContext<unknown, {}> & AssetMembers
type Inputs = { readonly [input: string]: unknown }
type Invoke = (inputs: {}, options: object) => Effect.Effect<unknown, unknown, Instance>
type Dictionary = { readonly [name: string]: unknown }

const NOWHERE: Scope = { vars: {} }

const textKey = (key: ReadonlyArray<string>): string => key.join("/")

/** Words whose functions take types that only their words know. */
const untyped = Asset as unknown as {
  readonly [K in keyof typeof Asset]: (...args: ReadonlyArray<unknown>) => any
}

/** The scope of a body that makes or checks assets. */
const assetScope = (inputs: Inputs, context: Context): Scope => {
  // Several partitions arrive as a map.
  const values = Object.entries(inputs).map(([name, value]) => [name, value instanceof Map ? plain(value) : value])
  const scope = scopeOf(Object.fromEntries(values), context)
  return {
    ...scope,
    context: (what) => {
      switch (what) {
        case "asset_key":
          return context.assetKey
        case "selected_assets":
          return [...context.selectedAssets].toSorted(byCodePoint)
        case "selected_checks":
          return [...context.selectedChecks].toSorted(byCodePoint)
        default:
          return scope.context?.(what)
      }
    }
  }
}

const statementsIn = (body: Body): ReadonlyArray<Statement> =>
  body.flatMap((statement) => [
    statement,
    ...statementsIn([...(statement.then ?? []), ...(statement.else ?? []), ...(statement.body ?? [])])
  ])

/** Whether a body stores its data itself: none of its results holds a value. */
const isValueless = (body: Body): boolean => {
  const results = statementsIn(body).filter((s) => s.do === "yield_materialize_result")
  return results.length > 0 && results.every(({ value }) => value === undefined)
}

const given = <A>(name: string, value: A | undefined): { readonly [name: string]: A } =>
  value === undefined ? {} : { [name]: value }

/** Builds the assets and checks of one definition. */
export class AssetBuilding {
  readonly #building: Building
  readonly #assets = new Map<string, AnyAsset>()
  readonly #making = new Set<AssetWords>()

  constructor(building: Building) {
    this.#building = building
  }

  /** All assets and checks, in the order of the definition. */
  entries(): AssetEntries {
    const { asset_checks: checks = [], assets = [] } = this.#building.definition
    const made = assets.flatMap((words) => this.#entry(words))
    return [...made, ...checks.map((words) => this.#check(words))] as AssetEntries
  }

  /** The job of assets that a definition names. */
  job(words: AssetJobWords, rebound: ResourceMap): AnyJob {
    const make = AssetJob.make as unknown as (name: string, options: object) => AnyJob
    const job = make(words.name, {
      assets: this.entries(),
      ...given("selection", words.selection === undefined ? undefined : selectionOf(words.selection)),
      ...given("tags", words.tags === undefined ? undefined : spelledTags(words.tags)),
      hooks: this.#building.hooksOf(words.hooks),
      resources: this.#building.resources({ ...words.resources, ...rebound })
    })
    return words.config === undefined ? job : Job.withRunConfig(job, words.config as {})
  }

  /** The job of a call that makes assets. */
  jobOfAll(selection: SelectionWords | undefined, resources: ResourceMap | undefined): AnyJob {
    const make = AssetJob.make as unknown as (name: string, options: object) => AnyJob
    return make(ASSET_JOB, {
      assets: this.entries(),
      ...given("selection", selection === undefined ? undefined : selectionOf(selection)),
      resources: this.#building.resources(resources)
    })
  }

  /** The asset of a key. An asset that is defined later in the case is made on the way. */
  asset(key: ReadonlyArray<string>): AnyAsset | undefined {
    const text = textKey(key)
    const found = this.#assets.get(text)
    if (found !== undefined) return found
    const words = this.#building.definition.assets?.find((one) => keysOf(one).includes(text))
    // One that depends on itself by way of others is told of as missing.
    if (words === undefined || this.#making.has(words)) return undefined
    this.#entry(words)
    return this.#assets.get(text)
  }

  /** What a direct invocation of an asset calls, with its style and the names of its outputs. */
  invocable(key: ReadonlyArray<string>) {
    const text = textKey(key)
    const words = this.#building.definition.assets!.find((one) => keysOf(one).includes(text))!
    const made = this.#entry(words)[0] as { readonly invoke: Invoke } & (AnyAsset | AnyMultiAsset)
    const { style } = words
    if (!("assets" in made)) {
      const invoke: Invoke = (inputs, options) => Effect.map(made.invoke(inputs, options), (result) => ({ result }))
      return { style, outputs: ["result"], invoke }
    }
    return { style, outputs: Object.keys(made.assets), invoke: made.invoke }
  }

  readonly #entries = new Map<AssetWords, ReadonlyArray<unknown>>()

  #entry(words: AssetWords): ReadonlyArray<unknown> {
    let entry = this.#entries.get(words)
    if (entry === undefined) {
      this.#making.add(words)
      entry = this.#make(words)
      this.#making.delete(words)
      this.#entries.set(words, entry)
    }
    return entry
  }

  #make(words: AssetWords): ReadonlyArray<unknown> {
    switch (words.kind) {
      case "asset":
        return [this.#one(words)]
      case "multi_asset":
        return [this.#many(words)]
      case "graph_asset": {
        const key = textKey(words.key!)
        const checks = this.#checks(words)
        const results = Object.keys(checks).map((check) => [`${AssetKey.toOpName(key)}_${check}`, check] as const)
        const asset = untyped.graph(key, {
          graph: this.#graph(words, new Map(results)),
          checks,
          ...this.#upstream(words.deps),
          ...this.#partitions(words),
          hooks: this.#building.hooksOf(words.hooks),
          ...this.#info(words)
        }) as AnyAsset
        this.#assets.set(key, asset)
        return [asset]
      }
      case "graph_multi_asset": {
        const keys = Object.entries(words.keys ?? {}).map(([output, key]) => [output, textKey(key)] as const)
        const checks: Record<string, Record<string, { readonly blocking: boolean }>> = {}
        const results = new Map<string, string>()
        for (const { asset, blocking = false, name } of words.checks ?? []) {
          const [output, key] = keys.find(([, key]) => asset === undefined || key === textKey(asset))!
          ;(checks[output] ??= {})[name] = { blocking }
          results.set(`${AssetKey.toOpName(key)}_${name}`, `${output}_${name}`)
        }
        const multi = untyped.graphMulti({
          graph: this.#graph(words, results),
          checks,
          ...this.#upstream(words.deps),
          ...this.#partitions(words),
          outputs: Object.fromEntries(keys.map(([output, key]) => [output, { key, ...given("group", words.group) }])),
          hooks: this.#building.hooksOf(words.hooks)
        }) as { readonly assets: { readonly [output: string]: AnyAsset } }
        for (const asset of Object.values(multi.assets)) this.#assets.set(asset.key, asset)
        return [multi]
      }
      case "external": {
        const key = textKey(words.key!)
        const asset = untyped.external(key, Schema.Json, {
          ...this.#info(words),
          ...this.#partitions(words),
          ...given("io", this.#io(words.io_manager))
        }) as AnyAsset
        this.#assets.set(key, asset)
        return [asset]
      }
      case "observable": {
        const key = textKey(words.key!)
        const { surroundings } = this.#building
        const asset = untyped.observable(key, {
          schema: Schema.Json,
          ...this.#partitions(words),
          ...given("io", this.#io(words.io_manager)),
          ...given("group", words.group),
          observe: () => {
            surroundings.trace.push(["observe", key])
            const metadata = metadataOf(words.observe?.metadata, NOWHERE)
            const version = words.observe?.data_version
            return {
              ...given("dataVersion", version === undefined ? undefined : String(evaluate(version, NOWHERE))),
              ...given("metadata", metadata)
            }
          }
        }) as AnyAsset
        this.#assets.set(key, asset)
        return [asset]
      }
    }
  }

  #io(key: string | undefined) {
    return key === undefined || key === "io_manager" ? undefined : ioManagerTag(key)
  }

  /** The option of what is partitioned. */
  #partitions({ partitions }: AssetWords): Dictionary {
    return given(
      "partitions",
      partitions === undefined ? undefined : partitionsOf(this.#building.definition, partitions)
    )
  }

  #info(words: AssetWords | AssetOutWords): Dictionary {
    return {
      ...given("group", words.group),
      ...given("tags", words.tags),
      ...given("metadata", metadataOf(words.metadata, NOWHERE))
    }
  }

  #upstream(deps: ReadonlyArray<DependencyWords> | undefined): Dictionary {
    const loaded = (deps ?? []).flatMap(({ asset, param, partition_mapping: mapping }) => {
      if (param === undefined) return []
      // What is nowhere is taken for an asset that the list lacks.
      const upstream = this.asset(asset) ?? Asset.external(textKey(asset), Schema.Json)
      return [[param, mapping === undefined ? upstream : Asset.in(upstream, mappingOf(mapping))] as const]
    })
    return {
      inputs: Object.fromEntries(loaded),
      deps: (deps ?? []).flatMap(({ asset, param }) => (param === undefined ? [textKey(asset)] : []))
    }
  }

  /** Options of a body, whatever it makes. */
  #body(words: AssetWords): Dictionary {
    const config = configSchema(words.config)
    return {
      ...given("config", config),
      ...this.#partitions(words),
      resources: Object.fromEntries((words.resources ?? []).map((key) => [key, resourceTag(key)])),
      ...given("retry", words.retry_policy === undefined ? undefined : retryOf(words.retry_policy)),
      ...given("codeVersion", words.code_version),
      ...given("pool", words.pool),
      hooks: this.#building.hooksOf(words.hooks)
    }
  }

  #schema(type: TypeWords | undefined, body: Body): Schema.Top {
    return type === undefined && isValueless(body) ? Schema.Void : this.#building.types.of(type)
  }

  #checks(words: AssetWords): Dictionary {
    return Object.fromEntries((words.checks ?? []).map(({ blocking = false, name }) => [name, { blocking }]))
  }

  /** The graph of an asset, with the outputs that are results of checks under the names that they have here. */
  #graph(words: AssetWords, results: ReadonlyMap<string, string>): object {
    const { definition } = this.#building.graph(words.graph!)
    const outputs = Object.entries(definition.outputs).map(([name, wire]) => [results.get(name) ?? name, wire])
    return { definition: { ...definition, outputs: Object.fromEntries(outputs) } }
  }

  #one(words: AssetWords): unknown {
    const key = textKey(words.key!)
    const body = words.body ?? []
    const { surroundings } = this.#building
    const schema = this.#schema(words.type, body)
    const io = this.#io(words.io_manager)
    if (words.style === "stream" || words.required === false) {
      const multi = untyped.multi(AssetKey.toOpName(key), {
        ...this.#upstream(words.deps),
        ...this.#body(words),
        outputs: {
          result: Asset.out(words.required === false ? Out.optional(schema) : schema, {
            key,
            ...this.#info(words),
            ...given("io", io)
          } as {})
        },
        checks: { result: this.#checks(words) },
        run: (inputs: Inputs, context: Context) =>
          words.style === "stream"
            ? runStream(body, assetScope(inputs, context), effectsOf(context, surroundings), surroundings)
            : Effect.map(
                runPlain(body, assetScope(inputs, context), effectsOf(context, surroundings), surroundings),
                (returned) => ({ result: "value" in returned ? returned.value : undefined })
              )
      }) as { readonly assets: { readonly [output: string]: AnyAsset } }
      this.#assets.set(key, multi.assets["result"]!)
      return multi
    }
    const asset = untyped.make(key, {
      ...this.#upstream(words.deps),
      ...this.#body(words),
      ...this.#info(words),
      ...given("io", io),
      output: schema,
      checks: this.#checks(words),
      run: (inputs: Inputs, context: Context) =>
        Effect.map(
          runPlain(body, assetScope(inputs, context), effectsOf(context, surroundings), surroundings),
          (returned) => ("value" in returned ? returned.value : undefined)
        )
    }) as AnyAsset
    this.#assets.set(key, asset)
    return asset
  }

  #many(words: AssetWords): unknown {
    const body = words.body ?? []
    const { surroundings } = this.#building
    const outs = words.outs ?? []
    const nameOf = (out: AssetOutWords) => out.name ?? AssetKey.toOpName(textKey(out.key))
    const checks: Record<string, Record<string, { readonly blocking: boolean }>> = {}
    for (const { asset, blocking = false, name } of words.checks ?? []) {
      const out = outs.find(({ key }) => asset === undefined || textKey(key) === textKey(asset))
      if (out !== undefined) (checks[nameOf(out)] ??= {})[name] = { blocking }
    }
    const multi = untyped.multi(words.name!, {
      ...this.#upstream(words.deps),
      ...this.#body(words),
      ...given("group", words.group),
      canSubset: words.can_subset === true,
      outputs: Object.fromEntries(
        outs.map((out) => {
          const schema = out.spec === true ? Schema.Void : this.#building.types.of(out.type)
          return [
            nameOf(out),
            Asset.out(out.required === false ? Out.optional(schema) : schema, {
              key: textKey(out.key),
              ...this.#info(out),
              ...given("deps", out.deps?.map(textKey)),
              ...given("codeVersion", out.code_version),
              ...given("io", this.#io(out.io_manager ?? words.io_manager))
            } as {})
          ]
        })
      ),
      checks,
      run: (inputs: Inputs, context: Context) => {
        const scope = assetScope(inputs, context)
        const effects = effectsOf(context, surroundings)
        if (words.style === "stream") return runStream(body, scope, effects, surroundings)
        return Effect.map(runPlain(body, scope, effects, surroundings), (returned): unknown => {
          if (returned._tag !== "Outputs") return "value" in returned ? returned.value : undefined
          if (returned.values.length !== outs.length) return returned.values
          return Object.fromEntries(returned.values.map((value, i) => [nameOf(outs[i]!), value]))
        })
      }
    }) as { readonly assets: { readonly [output: string]: AnyAsset } }
    for (const asset of Object.values(multi.assets)) this.#assets.set(asset.key, asset)
    return multi
  }

  #check(words: AssetCheckWords): unknown {
    const { surroundings } = this.#building
    const asset = this.asset(words.asset) ?? Asset.external(textKey(words.asset), Schema.Json)
    return untyped.check(asset, words.name, {
      ...given("blocking", words.blocking),
      ...(words.loads_asset === undefined ? { loadsValue: false } : { input: words.loads_asset }),
      additionalDeps: (words.additional_deps ?? []).map(textKey),
      run: (value: unknown, context: Context) =>
        runCheck(
          words.body ?? [],
          assetScope(words.loads_asset === undefined ? {} : { [words.loads_asset]: value }, context),
          effectsOf(context, surroundings),
          surroundings
        )
    })
  }
}

const keysOf = (words: AssetWords): ReadonlyArray<string> => [
  ...(words.key === undefined ? [] : [textKey(words.key)]),
  ...(words.outs ?? []).map(({ key }) => textKey(key)),
  ...Object.values(words.keys ?? {}).map(textKey)
]

/** The selection that words stand for. */
export const selectionOf = (words: SelectionWords): AssetSelection => {
  if (words.keys !== undefined) return AssetSelection.assets(...words.keys.map(textKey))
  if (words.groups !== undefined) return AssetSelection.groups(...words.groups)
  const near = words.upstream ?? words.downstream
  if (near !== undefined) {
    const grow = words.upstream === undefined ? AssetSelection.downstream : AssetSelection.upstream
    return grow(selectionOf(near.of), {
      ...(near.depth === undefined ? {} : { depth: near.depth }),
      ...(near.include_self === undefined ? {} : { includeSelf: near.include_self })
    })
  }
  if (words.and !== undefined) return AssetSelection.and(...words.and.map(selectionOf))
  if (words.or !== undefined) return AssetSelection.or(...words.or.map(selectionOf))
  if (words.minus !== undefined) {
    const [from, take] = words.minus
    return AssetSelection.minus(selectionOf(from), selectionOf(take))
  }
  if (words.roots !== undefined) return AssetSelection.roots(selectionOf(words.roots))
  if (words.sinks !== undefined) return AssetSelection.sinks(selectionOf(words.sinks))
  if (words.checks_of !== undefined) {
    return AssetSelection.checksOf(AssetSelection.assets(...words.checks_of.map(textKey)))
  }
  if (words.checks !== undefined) {
    return AssetSelection.checks(...words.checks.map(({ asset, check }) => ({ asset: textKey(asset), check })))
  }
  if (words.without_checks !== undefined) return AssetSelection.withoutChecks(selectionOf(words.without_checks))
  return words.query === undefined ? AssetSelection.all : AssetSelection.parse(words.query)
}
