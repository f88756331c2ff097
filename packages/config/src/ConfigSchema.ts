import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaGetter from "effect/SchemaGetter"
import * as SchemaIssue from "effect/SchemaIssue"
import { ConfigEnvironment } from "./ConfigEnvironment.ts"
import { ConfigNode } from "./ConfigNode.ts"
import { kindOfAst, type SourceType, withKind } from "./internal/kind.ts"
import { ConfigProblem } from "./ConfigProblem.ts"
import { validate } from "./validate.ts"

type Fields = { readonly [name: string]: Schema.Top }
type Simplify<A> = { readonly [K in keyof A]: A[K] } & {}
type Intersect<U> = (U extends unknown ? (_: U) => void : never) extends (_: infer I) => void ? I : never

/** An optional field with a default. */
export type Filled<S extends Schema.Constraint> = Schema.withDecodingDefaultKey<S>

/** A field that is absent. */
export type Required<S> = S extends Schema.withDecodingDefaultKey<infer T> ? T : S

type FieldsEncoded<F extends Fields> = Schema.Struct<F>["Encoded"]
type FieldsType<F extends Fields> = Schema.Struct<F>["Type"]

/** A field under its own name or its alias. */
type EitherName<E, Name extends keyof E, Alias extends PropertyKey> =
  | Pick<E, Name>
  | ({} extends Pick<E, Name> ? { readonly [K in Alias]?: E[Name] } : { readonly [K in Alias]: E[Name] })
type WithAliases<E, A> = [keyof A] extends [never]
  ? E
  : Simplify<Omit<E, keyof A>> &
      // Wrapped, so that fields are intersected, and not the choices of each field.
      (Intersect<
        { [K in keyof A & keyof E]: { readonly of: EitherName<E, K, A[K] & PropertyKey> } }[keyof A & keyof E]
      > extends { readonly of: infer X }
        ? X
        : never)

/** The codec of named fields. */
type FieldsCodec<F extends Fields, A> = Schema.Codec<FieldsType<F>, WithAliases<FieldsEncoded<F>, A>>
/** A section without required fields is optional. */
type Implied<S extends Schema.Constraint> = {} extends S["Encoded"] ? Filled<S> : S

type PermissiveCodec<F extends Fields> = Schema.Codec<
  FieldsType<F> & { readonly [name: string]: unknown },
  FieldsEncoded<F> & { readonly [name: string]: unknown }
>

type IsUnion<K, All = K> = K extends unknown ? ([All] extends [K] ? false : true) : never
/** One field with its value; the others are absent. */
type OneOf<F extends Fields, Side extends "Type" | "Encoded"> = {
  [K in keyof F]: Simplify<
    { readonly [P in K]: F[K][Side] | (Side extends "Encoded" ? ({} extends F[K][Side] ? null : never) : never) } & {
      readonly [P in Exclude<keyof F, K>]?: never
    }
  >
}[keyof F]
type SelectorCodec<F extends Fields> = Schema.Codec<OneOf<F, "Type">, OneOf<F, "Encoded">>
/** The only choice, where nothing of it must be given, need not be made. */
type SelectorOf<F extends Fields> =
  IsUnion<keyof F> extends true
    ? SelectorCodec<F>
    : {} extends F[keyof F]["Encoded"]
      ? Filled<Schema.Codec<OneOf<F, "Type">, OneOf<F, "Encoded"> | {}>>
      : SelectorCodec<F>

/** A plain value, or the name of the environment variable that holds it. */
export type FromEnv<A> = A | { readonly env: string }

/**
 * The default of a config field does not fit its schema.
 *
 * @since 0.1.0
 */
export class ConfigDefaultError extends Schema.TaggedError<ConfigDefaultError>()("ConfigDefaultError", {
  problems: Schema.Array(ConfigProblem.schema)
}) {
  override get message(): string {
    return `The default of a config field does not fit its schema: ${this.problems.map(ConfigProblem.describe).join("; ")}`
  }
}

/** How config is turned into other config: by a function of what is given instead, or always the same. */
export type AnyMapping =
  | { readonly config: Schema.Top; readonly to: (config: any) => unknown }
  | { readonly constant: any }

/** A codec that is read by the walk over config, also where Effect decodes it. */
const walked = <T, E>(kind: Parameters<typeof withKind>[1], encodes: boolean): Schema.Codec<T, E> => {
  let node: ConfigNode | undefined
  const decode = SchemaGetter.transformEffect((input: unknown) =>
    Effect.flatMap(Effect.service(ConfigEnvironment), (variables) => {
      node ??= ConfigNode.value(schema)
      const result = validate(node, input, { variables })
      return result._tag === "Valid"
        ? Effect.succeed(result.value)
        : Effect.fail(
            new SchemaIssue.InvalidValue(undefined, { message: result.problems.map(ConfigProblem.describe).join("; ") })
          )
    })
  )
  const schema: Schema.Top = withKind(
    Schema.Unknown.pipe(
      Schema.decodeTo(Schema.Unknown, {
        decode,
        encode: encodes ? SchemaGetter.passthrough() : SchemaGetter.forbidden(() => "a secret is never written")
      })
    ),
    kind
  )
  return schema as unknown as Schema.Codec<T, E>
}

const source = <A>(type: SourceType): Schema.Codec<A, FromEnv<A>> => walked({ _tag: "Source", type }, true)

const withDefault = <S extends Schema.Constraint>(schema: S, value: S["Encoded"]): Filled<S> => {
  const node = ConfigNode.value(schema as unknown as Schema.Top)
  const result = validate(node, value)
  // A variable that is not set here may be set where the job runs.
  const problems =
    result._tag === "Valid" ? [] : result.problems.filter(({ reason }) => reason !== "FAILED_POST_PROCESSING")
  if (problems.length > 0) throw new ConfigDefaultError({ problems })
  const filled = (schema as unknown as Schema.Top).pipe(
    Schema.withDecodingDefaultKey<Schema.Top>(Effect.succeed(value))
  )
  return withKind(filled, {
    _tag: "Default",
    item: schema as unknown as Schema.Top,
    input: value
  }) as unknown as Filled<S>
}

/** A schema without what stands for a field that is not given: where there is no field, nothing does. */
const bare = <S extends Schema.Top>(schema: S): S => {
  const kind = kindOfAst(schema.ast)
  if (kind?._tag === "Default") return kind.item as S
  return kind?._tag === "Noneable" ? (withKind(Schema.NullOr(bare(kind.item)), kind) as unknown as S) : schema
}

/** What must not be given is filled in, from `{}`. */
const implied = (schema: Schema.Top): Schema.Top =>
  ConfigNode.isRequired(ConfigNode.value(schema)) ? schema : withDefault(schema, {})

/** A list, a map or a choice of values that cannot be given cannot be given either. */
const isLoadable = (ast: SchemaAST.AST): boolean => {
  const kind = kindOfAst(ast)
  if (kind !== undefined) return kind._tag !== "Unloadable"
  switch (ast._tag) {
    case "Arrays":
      return [...ast.elements, ...ast.rest].every(isLoadable)
    case "Union":
      return ast.types.every(isLoadable)
    case "Objects":
      return [...ast.propertySignatures, ...ast.indexSignatures].every(({ type }) => isLoadable(type))
    default:
      return true
  }
}

interface ShapeOptions<A> {
  /** For the people who write the config. */
  readonly description?: string
  /** Another name for some fields; either may be given, not both. */
  readonly aliases?: A
}

const described = <S extends Schema.Top>(schema: S, description: string | undefined): S =>
  description === undefined
    ? schema
    : (schema.annotate({ description } as Schema.Annotations.Bottom<S["Type"], ReadonlyArray<Schema.Constraint>>) as S)

/**
 * The kinds of config fields, as Effect schemas. Any other Effect schema can stand beside them.
 *
 * @since 0.1.0
 * @source Dagster config types
 */
export const ConfigSchema = {
  Int: Schema.Int,
  Float: Schema.Finite,
  String: Schema.String,
  Bool: Schema.Boolean,
  /** Any JSON value. */
  Any: Schema.Json,

  /** The same or null; null where it is not given. */
  Noneable: <S extends Schema.Top>(item: S): Filled<Schema.NullOr<S>> =>
    withKind(Schema.NullOr(bare(item)).pipe(Schema.withDecodingDefaultKey<Schema.NullOr<S>>(Effect.succeed(null))), {
      _tag: "Noneable",
      item
    }),

  Array: <S extends Schema.Top>(item: S): Schema.$Array<S> => Schema.Array(bare(item)),

  /**
   * Any names, each with a value of the same kind.
   *
   * @param key - schema of the names
   * @param value - schema of the values
   */
  Map: <K extends Schema.Record.Key, V extends Schema.Top>(key: K, value: V): Schema.$Record<K, V> =>
    Schema.Record(key, bare(value)),

  /**
   * Named fields and no others. It need not be given where none of its fields must be.
   *
   * @param fields - schema of each field; one that may be left out is `Schema.optionalKey`, or has a default
   * @param options - `description`; `aliases`: another name for some fields
   */
  Shape: <F extends Fields, const A extends { readonly [K in keyof F]?: string } = {}>(
    fields: F,
    options: ShapeOptions<A> = {}
  ): Implied<FieldsCodec<F, A>> => {
    const struct = Schema.Struct(fields) as unknown as Schema.Top
    const aliases = Object.fromEntries(
      Object.entries(options.aliases ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined)
    )
    const shape =
      Object.keys(aliases).length === 0
        ? struct
        : (walked({ _tag: "Shape", fields: struct, aliases }, true) as unknown as Schema.Top)
    return implied(described(shape, options.description)) as unknown as Implied<FieldsCodec<F, A>>
  },

  /** Named fields, and others that are taken as they are. */
  Permissive: <F extends Fields = {}>(fields?: F, options: ShapeOptions<{}> = {}): Implied<PermissiveCodec<F>> => {
    const struct = Schema.StructWithRest(Schema.Struct(fields ?? {}), [Schema.Record(Schema.String, Schema.Unknown)])
    return implied(described(struct as unknown as Schema.Top, options.description)) as unknown as Implied<
      PermissiveCodec<F>
    >
  },

  /** Exactly one of some fields. It need not be given where there is one field, of which nothing must be given. */
  Selector: <F extends Fields>(fields: F): SelectorOf<F> =>
    implied(walked({ _tag: "Selector", fields }, true) as unknown as Schema.Top) as unknown as SelectorOf<F>,

  /**
   * One of some names, each of which stands for a value: an object such as a TypeScript enum, or a list of names that
   * stand for themselves.
   */
  Enum: (<V extends { readonly [name: string]: unknown }>(values: V | ReadonlyArray<string>) =>
    walked(
      {
        _tag: "Enum",
        values: Array.isArray(values)
          ? Object.fromEntries(values.map((name) => [name, name]))
          : // A numeric enum has its names under its numbers too.
            Object.fromEntries(Object.entries(values).filter(([name]) => !/^\d+$/.test(name)))
      },
      true
    )) as {
    <const Names extends ReadonlyArray<string>>(names: Names): Schema.Codec<Names[number], Names[number]>
    <const V extends { readonly [name: string]: unknown }>(values: V): Schema.Codec<V[keyof V], keyof V & string>
  },

  /** A map or a list is read by `other`, anything else by `scalar`. */
  scalarOr: <S extends Schema.Top, O extends Schema.Top>(scalar: S, other: O): Schema.Union<readonly [S, O]> =>
    withKind(Schema.Union([bare(scalar), bare(other)]), { _tag: "ScalarOr", scalar, other }),

  /** A text, or `{ env: NAME }`. */
  StringSource: source<string>("String"),
  /** A whole number, or `{ env: NAME }`. */
  IntSource: source<number>("Int"),
  /** A boolean, or `{ env: NAME }`: `false`, `none`, `0` and nothing are false, all else is true. */
  BoolSource: source<boolean>("Bool"),

  /** A value that is never shown: not in messages, not in logs, not as JSON. It is read with `Redacted.value`. */
  Secret: <S extends Schema.Top>(
    item: S
  ): Schema.Codec<Redacted.Redacted<S["Type"]>, S["Encoded"] | Redacted.Redacted<S["Encoded"]>> =>
    walked({ _tag: "Secret", item }, false),

  /**
   * A field that may be left out, with what stands for it then.
   *
   * @param schema - schema of the field
   * @param value - as it would be written in the config
   * @throws ConfigDefaultError when the value does not fit
   */
  withDefault,

  /** A field that must be given, even where something could stand for it: null for a noneable, `{}` for a shape. */
  required: <S extends Schema.Top>(schema: S): Required<S> => {
    const kind = kindOfAst(schema.ast)
    const given = kind?._tag === "Noneable" ? Schema.NullOr(bare(kind.item)) : bare(schema)
    return given as unknown as Required<S>
  },

  /** Puts a description on a field, for the people who write the config. */
  describe: <S extends Schema.Top>(schema: S, description: string): S => described(schema, description),

  /**
   * A schema that takes other config, or none, in place of a schema's own.
   *
   * @param schema - the schema whose values are wanted
   * @param mapping - `config`: schema of what is given instead; `to`: turns it into what the schema reads. Or, as
   *   `constant`, what the schema reads in every case; what is given all the same is let be
   * @source Dagster configured
   */
  configured: ((schema: Schema.Top, mapping: AnyMapping) =>
    walked(
      "constant" in mapping
        ? { _tag: "Configured", outer: undefined, inner: schema, to: () => mapping.constant }
        : { _tag: "Configured", outer: mapping.config, inner: schema, to: mapping.to },
      true
    )) as {
    <S extends Schema.Top>(schema: S, mapping: { readonly constant: S["Encoded"] }): Schema.Codec<S["Type"], void>
    <S extends Schema.Top, C extends Schema.Top>(
      schema: S,
      mapping: { readonly config: C; readonly to: (config: C["Type"]) => S["Encoded"] }
    ): Schema.Codec<S["Type"], C["Encoded"]>
    <S extends Schema.Top>(schema: S, mapping: AnyMapping): Schema.Codec<S["Type"], unknown>
  },

  /** The same schema, whose values run config gives in the form of another one. */
  loadedFrom: <S extends Schema.Top>(schema: S, config: Schema.Top): S => withKind(schema, { _tag: "Loader", config }),

  /** Tells whether values of a schema can be given in run config. */
  isLoadable: (schema: Schema.Top): boolean => isLoadable(schema.ast),

  /** The same schema, whose values cannot be given in run config. */
  unloadable: <S extends Schema.Top>(schema: S): S => withKind(schema, { _tag: "Unloadable" })
}
