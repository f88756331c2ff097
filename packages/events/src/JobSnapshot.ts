import * as Schema from "effect/Schema"
import { OpSettings } from "./OpSettings.ts"
import { RetrySnapshot } from "./RetrySnapshot.ts"

/**
 * The source of the value of an input, inside one graph.
 *
 * `from` is one output of a node; `each` is a dynamic output, or what was mapped over it, one value at a time; `collect` is all
 * of those as a list; `many` is a list of sources; `graphInput` is an input of the enclosing graph; `asset` is the stored value
 * of an asset that no node of the job produces.
 *
 * @since 0.1.0
 */
export type Wire =
  | { readonly from: string; readonly output: string }
  | { readonly each: string; readonly output: string }
  | { readonly collect: string; readonly output: string }
  | { readonly many: ReadonlyArray<Wire> }
  | { readonly graphInput: string }
  | { readonly asset: string }

/** An input of an op. An input of kind `nothing` has no value and only orders steps. */
export interface InputSnapshot {
  readonly name: string
  readonly kind: "value" | "nothing"
  readonly hasDefault: boolean
}

/** What an output that is an asset records when its step succeeds in producing it. */
export interface AssetOutputSnapshot {
  /** Text key of the asset. */
  readonly key: string
  readonly kind: "materialization" | "observation"
  /** Text keys of the assets that it depends on, with or without loading their values. */
  readonly upstream: ReadonlyArray<string>
  readonly isPartitioned: boolean
}

/** The check whose result is an output. */
export interface CheckOutputSnapshot {
  /** Text key of the asset that it checks. */
  readonly asset: string
  readonly name: string
  /** Whether the step fails if the check does not pass, unless its severity is `WARN`. */
  readonly blocking: boolean
}

/** An output of an op: required or optional, one value or many under mapping keys. */
export interface OutputSnapshot {
  readonly name: string
  /** An output of kind `nothing` only orders steps. It has no value to store. */
  readonly kind: "value" | "nothing"
  readonly required: boolean
  readonly dynamic: boolean
  /** The key of the IO manager that stores the output; the default one if absent. */
  readonly ioManager?: string
  /** Whether its values can be encoded for other processes. */
  readonly portable: boolean
  /** The asset that the output produces. */
  readonly asset?: AssetOutputSnapshot
  /** The asset check whose result the output is. */
  readonly check?: CheckOutputSnapshot
}

/** An op as data, without its body. */
export interface OpSnapshot extends OpSettings {
  readonly name: string
  readonly inputs: ReadonlyArray<InputSnapshot>
  readonly outputs: ReadonlyArray<OutputSnapshot>
  /** Keys of the resources that the op names; absent if it may use all resources of the job. */
  readonly resources?: ReadonlyArray<string>
}

/** One use of an op or a graph inside a graph. */
export interface NodeSnapshot {
  readonly name: string
  readonly body: { readonly op: OpSnapshot } | { readonly graph: GraphSnapshot }
  readonly inputs: { readonly [input: string]: Wire }
  readonly after: ReadonlyArray<Wire>
  readonly tags: { readonly [key: string]: string }
  readonly retry?: RetrySnapshot
  readonly hooks: ReadonlyArray<string>
}

/** A graph: its nodes in the order of the graph body, its inputs, and the inner outputs that its outputs stand for. */
export interface GraphSnapshot {
  readonly name: string
  readonly description?: string
  readonly inputs: ReadonlyArray<string>
  readonly outputs: { readonly [output: string]: Wire }
  readonly nodes: ReadonlyArray<NodeSnapshot>
}

/**
 * A job as data, as the plan, the engine, the command line and other processes see it.
 *
 * @since 0.1.0
 */
export interface JobSnapshot {
  readonly name: string
  readonly description?: string
  readonly graph: GraphSnapshot
  readonly resources: ReadonlyArray<string>
  readonly tags: { readonly [key: string]: string }
  readonly retry?: RetrySnapshot
}

const nodes = (wire: Wire): ReadonlyArray<string> => {
  if ("from" in wire) return [wire.from]
  if ("each" in wire) return [wire.each]
  if ("collect" in wire) return [wire.collect]
  return "many" in wire ? wire.many.flatMap(nodes) : []
}

const tags = Schema.Record(Schema.String, Schema.String)

const wireSchema: Schema.Codec<Wire> = Schema.Union([
  Schema.Struct({ from: Schema.String, output: Schema.String }),
  Schema.Struct({ each: Schema.String, output: Schema.String }),
  Schema.Struct({ collect: Schema.String, output: Schema.String }),
  Schema.Struct({ many: Schema.Array(Schema.suspend((): Schema.Codec<Wire> => wireSchema)) }),
  Schema.Struct({ graphInput: Schema.String }),
  Schema.Struct({ asset: Schema.String })
])

/**
 * The schema of wires, and the nodes that a wire reads.
 *
 * @since 0.1.0
 */
export const Wire = {
  schema: wireSchema,
  /** The nodes that a wire reads, in order. */
  nodes
}

const OpSnapshot: Schema.Codec<OpSnapshot> = Schema.Struct({
  name: Schema.String,
  ...OpSettings.fields,
  inputs: Schema.Array(
    Schema.Struct({ name: Schema.String, kind: Schema.Literals(["value", "nothing"]), hasDefault: Schema.Boolean })
  ),
  outputs: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      kind: Schema.Literals(["value", "nothing"]),
      required: Schema.Boolean,
      dynamic: Schema.Boolean,
      ioManager: Schema.optionalKey(Schema.String),
      portable: Schema.Boolean,
      asset: Schema.optionalKey(
        Schema.Struct({
          key: Schema.String,
          kind: Schema.Literals(["materialization", "observation"]),
          upstream: Schema.Array(Schema.String),
          isPartitioned: Schema.Boolean
        })
      ),
      check: Schema.optionalKey(Schema.Struct({ asset: Schema.String, name: Schema.String, blocking: Schema.Boolean }))
    })
  ),
  resources: Schema.optionalKey(Schema.Array(Schema.String))
})

const GraphSnapshot: Schema.Codec<GraphSnapshot> = Schema.Struct({
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  inputs: Schema.Array(Schema.String),
  outputs: Schema.Record(Schema.String, wireSchema),
  nodes: Schema.Array(Schema.suspend((): Schema.Codec<NodeSnapshot> => NodeSnapshot))
})

const NodeSnapshot: Schema.Codec<NodeSnapshot> = Schema.Struct({
  name: Schema.String,
  body: Schema.Union([Schema.Struct({ op: OpSnapshot }), Schema.Struct({ graph: GraphSnapshot })]),
  inputs: Schema.Record(Schema.String, wireSchema),
  after: Schema.Array(wireSchema),
  tags,
  retry: Schema.optionalKey(RetrySnapshot.schema),
  hooks: Schema.Array(Schema.String)
})

const schema: Schema.Codec<JobSnapshot> = Schema.Struct({
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  graph: GraphSnapshot,
  resources: Schema.Array(Schema.String),
  tags,
  retry: Schema.optionalKey(RetrySnapshot.schema)
})

/**
 * Schema of a job as data.
 *
 * @since 0.1.0
 */
export const JobSnapshot = { schema }
