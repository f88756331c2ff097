import type { MetadataInput } from "@heddle/events/MetadataValue"
import type * as Context from "effect/Context"
import type * as Schema from "effect/Schema"
import type { BodyEvent } from "./BodyEvent.ts"
import type { DynamicHandle } from "./DynamicHandle.ts"
import type { Handle } from "./Handle.ts"
import type { IOManagerShape } from "./IOManager.ts"

/** An optional output; without a value, the steps that depend on it are skipped. */
export interface OptionalOut<S extends Schema.Top, IO = never> {
  readonly _tag: "Optional"
  readonly schema: S
  /** The IO manager that keeps it; the default one without. */
  readonly io?: Context.Key<IO, IOManagerShape>
}
/** An output with any number of values, each under a mapping key of its own. */
export interface DynamicOut<S extends Schema.Top, IO = never> {
  readonly _tag: "Dynamic"
  readonly schema: S
  /** `false` when no values at all mean that it was left out: what collects it is then skipped. */
  readonly required?: false
  /** The IO manager that keeps its values; the default one without. */
  readonly io?: Context.Key<IO, IOManagerShape>
}
/** An output kept by a named IO manager, which becomes a need of the op like any service. */
export interface StoredOut<S extends Schema.Top, IO> {
  readonly _tag: "Stored"
  readonly schema: S
  readonly io: Context.Key<IO, IOManagerShape>
}

/** One output: a schema, if the output is required and stored by the default IO manager, or an `Out` that says more. */
export type OutSpec = Schema.Top | OptionalOut<any, any> | DynamicOut<any, any> | StoredOut<any, any>
/** Named outputs. */
export type Outs = Record<string, OutSpec>

/** The schema of an output's value. */
export type SchemaOf<O> =
  O extends OptionalOut<infer S, any>
    ? S
    : O extends DynamicOut<infer S, any>
      ? S
      : O extends StoredOut<infer S, any>
        ? S
        : O extends Schema.Top
          ? O
          : never
/** The handle of an output. */
export type HandleOf<O> = O extends DynamicOut<infer S, any> ? DynamicHandle<S["Type"]> : Handle<SchemaOf<O>["Type"]>
/** What a body returns for an output. */
export type ValueOf<O> =
  O extends DynamicOut<infer S, any> ? Iterable<readonly [key: string, value: S["Type"]]> : SchemaOf<O>["Type"]
/** The IO managers that outputs name. */
export type IOOf<O> =
  O extends StoredOut<any, infer IO>
    ? IO
    : O extends OptionalOut<any, infer IO>
      ? IO
      : O extends DynamicOut<any, infer IO>
        ? IO
        : never
type OptionalKeys<O extends Outs> = { [K in keyof O]: O[K] extends OptionalOut<any, any> ? K : never }[keyof O]
/** What a body with named outputs returns. */
export type Returned<O extends Outs> = { readonly [K in Exclude<keyof O, OptionalKeys<O>>]: ValueOf<O[K]> } & {
  readonly [K in OptionalKeys<O>]?: ValueOf<O[K]>
}
/** Metadata of one value, which goes into the event of its output. */
type WithMetadata = { readonly metadata?: { readonly [name: string]: MetadataInput } }
/**
 * What a streaming body emits: values of outputs, with metadata, and events. Each is checked, stored and logged before
 * the body goes on.
 */
export type Emission<O extends Outs> =
  | {
      [K in keyof O]: O[K] extends DynamicOut<infer S, any>
        ? { readonly output: K; readonly key: string; readonly value: S["Type"] } & WithMetadata
        : { readonly output: K; readonly value: ValueOf<O[K]> } & WithMetadata
    }[keyof O]
  | BodyEvent

// Two signatures each, so that an IO manager is never inferred from where an output is written to.
function optional<S extends Schema.Top>(schema: S): OptionalOut<S>
function optional<S extends Schema.Top, IO>(
  schema: S,
  io: Context.Key<IO, IOManagerShape> | undefined
): OptionalOut<S, IO>
function optional<S extends Schema.Top, IO>(schema: S, io?: Context.Key<IO, IOManagerShape>): OptionalOut<S, IO> {
  return { _tag: "Optional", schema, ...(io === undefined ? {} : { io }) }
}

function dynamic<S extends Schema.Top>(schema: S): DynamicOut<S>
function dynamic<S extends Schema.Top, IO>(
  schema: S,
  io: Context.Key<IO, IOManagerShape> | undefined
): DynamicOut<S, IO>
function dynamic<S extends Schema.Top, IO>(schema: S, io?: Context.Key<IO, IOManagerShape>): DynamicOut<S, IO> {
  return { _tag: "Dynamic", schema, ...(io === undefined ? {} : { io }) }
}

function optionalDynamic<S extends Schema.Top>(schema: S): DynamicOut<S>
function optionalDynamic<S extends Schema.Top, IO>(
  schema: S,
  io: Context.Key<IO, IOManagerShape> | undefined
): DynamicOut<S, IO>
function optionalDynamic<S extends Schema.Top, IO>(schema: S, io?: Context.Key<IO, IOManagerShape>): DynamicOut<S, IO> {
  return { _tag: "Dynamic", schema, required: false, ...(io === undefined ? {} : { io }) }
}

/**
 * Kinds of outputs beside the plain one, which is just its schema.
 *
 * @since 0.1.0
 * @source Dagster Out, DynamicOut
 */
export const Out = {
  /** An optional output. `null` is a value; only a missing value skips the steps that depend on it. */
  optional,
  /** An output with any number of values, or none, under mapping keys of letters, digits and underscores. */
  dynamic,
  /** A dynamic output that is left out when it has no values. What collects it is then skipped instead of getting `[]`. */
  optionalDynamic,
  /** An output kept by the IO manager that a service key names. */
  stored: <S extends Schema.Top, IO>(schema: S, io: Context.Key<IO, IOManagerShape>): StoredOut<S, IO> => ({
    _tag: "Stored",
    schema,
    io
  })
}
