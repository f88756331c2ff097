/** A case as it is in its file. The folder of the cases documents the format; `words.ts` validates it. */

/** A JSON value. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** A JSON value that can contain operators, such as `{"$in": "x"}`. */
export type Expression = Json

export type TypeWords =
  | string
  | { readonly list: TypeWords }
  | { readonly optional: TypeWords }
  | { readonly dict: readonly [TypeWords, TypeWords] }

export interface CheckWords {
  readonly description?: string
  readonly metadata?: MetadataWords
}
export type MetadataWords = { readonly [name: string]: { readonly [kind: string]: Expression } }

export interface CustomType {
  readonly passes_when?: Predicate
  readonly on_pass?: CheckWords
  readonly on_fail?: CheckWords
  readonly raises?: { readonly error: string; readonly message: Expression }
  readonly loader?: { readonly config: ConfigWords; readonly body?: Body; readonly value: Expression }
  readonly trace?: Json
}
export interface Predicate {
  readonly always?: boolean
  readonly is?: "int" | "string" | "list" | "object"
  readonly ge?: number
  readonly le?: number
  readonly max_length?: number
  readonly all?: ReadonlyArray<Predicate>
}

export interface FieldWords {
  readonly type: ConfigWords
  readonly default?: Json
  readonly required?: boolean
}
export type FieldsWords = { readonly [name: string]: FieldWords }
export type ConfigWords =
  | string
  | {
      readonly shape?: FieldsWords
      readonly aliases?: { readonly [name: string]: string }
      readonly permissive?: FieldsWords
      readonly selector?: FieldsWords
      readonly array?: ConfigWords
      readonly map?: readonly [ConfigWords, ConfigWords]
      readonly noneable?: ConfigWords
      readonly enum?: string
      readonly values?: ReadonlyArray<string>
      readonly scalar_or?: readonly [ConfigWords, ConfigWords]
    }

export interface EventWords {
  readonly kind: "materialization" | "observation" | "expectation"
  readonly asset?: ReadonlyArray<string>
  readonly description?: Expression
  readonly metadata?: MetadataWords
  readonly partition?: Expression
  readonly success?: Expression
  readonly label?: Expression
}

/** One statement. The value of `do` decides its other keys. */
export interface Statement {
  readonly do: string
  readonly value?: Expression
  readonly values?: ReadonlyArray<Expression>
  readonly items?: ReadonlyArray<{ readonly key: Expression; readonly value: Expression }>
  readonly output?: string
  readonly key?: Expression
  readonly metadata?: MetadataWords
  readonly event?: EventWords
  readonly asset?: ReadonlyArray<string>
  readonly checks?: ReadonlyArray<JsonObject>
  readonly tags?: JsonObject
  readonly data_version?: Expression
  readonly passed?: Expression
  readonly severity?: string
  readonly description?: Expression
  readonly check?: string
  readonly error?: string
  readonly message?: Expression
  readonly allow_retries?: boolean
  readonly max_retries?: number
  readonly seconds?: number
  readonly cond?: Expression
  readonly then?: Body
  readonly else?: Body
  readonly over?: Expression
  readonly var?: string
  readonly body?: Body
  readonly level?: string
  readonly code?: number
}
export type Body = ReadonlyArray<Statement>

export interface RetryWords {
  readonly max_retries: number
  readonly delay?: number
  readonly backoff?: "linear" | "exponential"
}
export interface InputWords {
  readonly name: string
  readonly type?: TypeWords
  readonly default?: Json
  readonly input_manager?: string
}
export interface OutputWords {
  readonly name: string
  readonly type?: TypeWords
  readonly required?: boolean
  readonly dynamic?: boolean
  readonly io_manager?: string
}
export interface OpWords {
  readonly ins?: ReadonlyArray<InputWords>
  readonly outs?: ReadonlyArray<OutputWords>
  readonly config?: ConfigWords
  readonly resources?: ReadonlyArray<string>
  readonly retry_policy?: RetryWords
  readonly tags?: { readonly [key: string]: string }
  readonly pool?: string
  readonly style?: "plain" | "stream"
  readonly body?: Body
}

export type WireWords =
  | { readonly from: string; readonly out?: string }
  | { readonly each: string; readonly out?: string }
  | { readonly collect: string; readonly out?: string }
  | { readonly many: ReadonlyArray<WireWords> }
  | { readonly graph_in: string }
export interface NodeWords {
  readonly name: string
  readonly op?: string
  readonly graph?: string
  readonly in?: { readonly [input: string]: WireWords }
  readonly tags?: { readonly [key: string]: string }
  readonly hooks?: ReadonlyArray<string>
  readonly retry_policy?: RetryWords
}
export interface GraphWords {
  readonly ins?: ReadonlyArray<string>
  readonly nodes: ReadonlyArray<NodeWords>
  readonly outs?: { readonly [output: string]: WireWords }
  readonly config_mapping?: { readonly config: ConfigWords; readonly to: Expression }
}

export interface ResourceWords {
  readonly config?: ConfigWords
  readonly requires?: ReadonlyArray<string>
  readonly setup?: Body
  readonly value?: Expression
  readonly teardown?: Body
}
/** Under a key: the name of a resource or manager, or a bare value. */
export type ResourceMap = { readonly [key: string]: string | { readonly value: Json } }
export interface IOManagerWords {
  readonly handle?: Body
  readonly load?: Body
  readonly load_value?: Expression
  readonly handle_metadata?: MetadataWords
  readonly load_metadata?: MetadataWords
}
export interface InputManagerWords {
  readonly config?: ConfigWords
  readonly body?: Body
  readonly value: Expression
}
export interface HookWords {
  readonly on: "success" | "failure"
  readonly requires?: ReadonlyArray<string>
  readonly body: Body
}
export interface ExecutorWords {
  readonly kind: "in_process" | "multiprocess"
  readonly max_concurrent?: number
  readonly retries?: "enabled" | "disabled"
  readonly tag_concurrency_limits?: ReadonlyArray<JsonObject>
  readonly step_dependency?: string
}
export interface JobWords extends GraphWords {
  readonly name: string
  readonly resources?: ResourceMap
  readonly executor?: ExecutorWords
  readonly config?: Json
  readonly tags?: { readonly [key: string]: string }
  readonly run_tags?: { readonly [key: string]: string }
  readonly hooks?: ReadonlyArray<string>
  readonly retry_policy?: RetryWords
  readonly loggers?: { readonly [key: string]: string }
  readonly input_values?: { readonly [input: string]: Json }
  readonly partitions?: string
  readonly partitioned_config?: {
    readonly partitions?: string
    readonly run_config?: Expression
    readonly tags?: Expression
  }
}

export type PartitionsWords =
  | { readonly kind: "hourly" | "daily" | "weekly" | "monthly"; readonly start: string; readonly end?: string }
  | { readonly kind: "static"; readonly keys: ReadonlyArray<string> }
  | { readonly kind: "multi"; readonly dims: { readonly [dimension: string]: string } }
  | { readonly kind: "dynamic"; readonly name: string }

export type PartitionMappingWords =
  | { readonly kind: "identity" | "all" | "last" }
  | { readonly kind: "specific"; readonly keys: ReadonlyArray<string> }
  | { readonly kind: "static"; readonly map: { readonly [upstream: string]: string | ReadonlyArray<string> } }
  | {
      readonly kind: "time_window"
      readonly start_offset?: number
      readonly end_offset?: number
      readonly allow_missing?: boolean
    }
  | { readonly kind: "one_dimension"; readonly dim: string }

export interface DependencyWords {
  readonly asset: ReadonlyArray<string>
  readonly param?: string
  readonly partition_mapping?: PartitionMappingWords
}
export interface AssetOutWords {
  readonly name?: string
  readonly key: ReadonlyArray<string>
  readonly deps?: ReadonlyArray<ReadonlyArray<string>>
  readonly required?: boolean
  readonly type?: TypeWords
  readonly io_manager?: string
  readonly group?: string
  readonly spec?: boolean
  readonly tags?: { readonly [key: string]: string }
  readonly metadata?: MetadataWords
  readonly code_version?: string
}
/** An asset, or several. The value of `kind` decides its other keys. */
export interface AssetWords {
  readonly kind: "asset" | "multi_asset" | "graph_asset" | "graph_multi_asset" | "external" | "observable"
  readonly key?: ReadonlyArray<string>
  readonly name?: string
  readonly outs?: ReadonlyArray<AssetOutWords>
  readonly can_subset?: boolean
  readonly graph?: string
  readonly keys?: { readonly [output: string]: ReadonlyArray<string> }
  readonly observe?: { readonly data_version?: Expression; readonly metadata?: MetadataWords }
  readonly deps?: ReadonlyArray<DependencyWords>
  readonly checks?: ReadonlyArray<{
    readonly name: string
    readonly blocking?: boolean
    readonly asset?: ReadonlyArray<string>
  }>
  readonly partitions?: string
  readonly group?: string
  readonly tags?: { readonly [key: string]: string }
  readonly metadata?: MetadataWords
  readonly hooks?: ReadonlyArray<string>
  readonly backfill?: string
  readonly config?: ConfigWords
  readonly resources?: ReadonlyArray<string>
  readonly retry_policy?: RetryWords
  readonly code_version?: string
  readonly style?: "plain" | "stream"
  readonly body?: Body
  readonly pool?: string
  readonly type?: TypeWords
  readonly io_manager?: string
  readonly required?: boolean
}
export interface AssetCheckWords {
  readonly name: string
  readonly asset: ReadonlyArray<string>
  readonly blocking?: boolean
  readonly loads_asset?: string
  readonly additional_deps?: ReadonlyArray<ReadonlyArray<string>>
  readonly style?: "plain" | "stream"
  readonly body?: Body
}
export interface AssetJobWords {
  readonly name: string
  readonly selection?: SelectionWords
  readonly config?: Json
  readonly tags?: { readonly [key: string]: string }
  readonly executor?: ExecutorWords
  readonly hooks?: ReadonlyArray<string>
  readonly resources?: ResourceMap
  readonly partitions?: string
}
interface NearWords {
  readonly of: SelectionWords
  readonly depth?: number
  readonly include_self?: boolean
}
export interface SelectionWords {
  readonly all?: true
  readonly keys?: ReadonlyArray<ReadonlyArray<string>>
  readonly groups?: ReadonlyArray<string>
  readonly upstream?: NearWords
  readonly downstream?: NearWords
  readonly and?: readonly [SelectionWords, SelectionWords]
  readonly or?: readonly [SelectionWords, SelectionWords]
  readonly minus?: readonly [SelectionWords, SelectionWords]
  readonly roots?: SelectionWords
  readonly sinks?: SelectionWords
  readonly checks_of?: ReadonlyArray<ReadonlyArray<string>>
  readonly checks?: ReadonlyArray<{ readonly asset: ReadonlyArray<string>; readonly check: string }>
  readonly without_checks?: SelectionWords
  readonly query?: string
}

/** What a call can request from a result, in addition to what every record contains. */
export interface Ask {
  readonly job_outputs?: ReadonlyArray<string>
  readonly node_outputs?: ReadonlyArray<readonly [string, string]>
  readonly assets?: ReadonlyArray<ReadonlyArray<string>>
  readonly node_flags?: ReadonlyArray<string>
  readonly failed_step_keys?: boolean
  readonly node_events?: ReadonlyArray<string>
  readonly tags?: boolean
  readonly lineage?: boolean
  readonly planned?: boolean
  readonly log?: boolean
}
export interface Call {
  readonly call: string
  readonly target?: string
  readonly run_config?: Json
  readonly raise_on_error?: boolean
  readonly op_selection?: ReadonlyArray<string>
  readonly asset_selection?: ReadonlyArray<ReadonlyArray<string>>
  readonly tags?: { readonly [key: string]: string }
  readonly input_values?: { readonly [input: string]: Json }
  readonly resources?: ResourceMap
  readonly partition_key?: string
  readonly never_together?: ReadonlyArray<ReadonlyArray<string>>
  readonly of?: number
  readonly mode?: "from_failure" | "steps" | "all"
  readonly step_selection?: ReadonlyArray<string>
  readonly selection?: SelectionWords
  readonly partitions?: string
  readonly keys?: ReadonlyArray<string>
  readonly op?: string
  readonly asset?: ReadonlyArray<string>
  readonly args?: { readonly [input: string]: Json }
  readonly config?: Json
  readonly mapping_key?: string
  readonly ask?: Ask
}

export interface Definition {
  readonly env?: { readonly [name: string]: string }
  readonly instance?: { readonly pools?: { readonly [name: string]: number } }
  readonly types?: { readonly [name: string]: CustomType }
  readonly resources?: { readonly [name: string]: ResourceWords }
  readonly io_managers?: { readonly [name: string]: IOManagerWords }
  readonly input_managers?: { readonly [name: string]: InputManagerWords }
  readonly loggers?: { readonly [name: string]: { readonly config?: ConfigWords; readonly level: Expression } }
  readonly hooks?: { readonly [name: string]: HookWords }
  readonly ops?: { readonly [name: string]: OpWords }
  readonly graphs?: { readonly [name: string]: GraphWords }
  readonly job?: JobWords
  readonly partitions?: { readonly [name: string]: PartitionsWords }
  readonly assets?: ReadonlyArray<AssetWords>
  readonly asset_checks?: ReadonlyArray<AssetCheckWords>
  readonly asset_job?: AssetJobWords
  readonly calls: ReadonlyArray<Call>
}

/** A whole file. */
export interface Case {
  readonly format: number
  readonly id: string
  readonly category: string
  readonly title: string
  readonly description: string
  readonly definition: Definition
  readonly expected: ReadonlyArray<{ readonly [key: string]: Json }>
}
