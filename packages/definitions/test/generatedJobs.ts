/** Jobs of random shape, made of a seed, with run configs that fit them and run configs in which problems are planted. */
import { ConfigSchema } from "@heddle/config"
import { type AnyJob, fromConfig, Graph, Job, Op, Resource } from "@heddle/definitions"
import { Layer, Schema } from "effect"

/** A kind of config, as data. */
export type Kind =
  | { readonly kind: "int" | "float" | "string" | "bool" | "any" | "stringSource" | "intSource" | "boolSource" }
  | { readonly kind: "secret" | "noneable" | "array" | "map" | "scalarOr"; readonly of: Kind }
  | { readonly kind: "enum"; readonly names: ReadonlyArray<string> }
  | { readonly kind: "shape" | "permissive" | "selector" | "struct"; readonly fields: Fields; readonly alias?: string }
interface Field {
  readonly kind: Kind
  readonly presence: "given" | "optional" | "default"
}
type Fields = { readonly [name: string]: Field }

interface OpShape {
  readonly name: string
  readonly config: Kind | undefined
  readonly input: Kind | undefined
}
/** A job, as data. */
export interface JobShape {
  readonly ops: ReadonlyArray<OpShape>
  readonly nested: ReadonlyArray<OpShape>
  readonly resources: { readonly [key: string]: Kind }
}

/** One problem that was planted. */
export interface Planted {
  readonly reason: string
  readonly path: ReadonlyArray<string | number>
  readonly fields?: ReadonlyArray<string>
}

export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed * 2654435761 + 1
  }
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  of<A>(all: ReadonlyArray<A>): A {
    return all[this.below(all.length)]!
  }
}

const SCALARS = ["int", "float", "string", "bool"] as const
const LEAVES = [...SCALARS, "any", "stringSource", "intSource", "boolSource"] as const
const NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]

const kindOf = (random: Random, depth: number): Kind => {
  if (depth === 0 || random.chance(0.4)) {
    return random.chance(0.15) ? { kind: "enum", names: ["RED", "GREEN", "BLUE"] } : { kind: random.of(LEAVES) }
  }
  const inner = depth - 1
  switch (
    random.of([
      "secret",
      "noneable",
      "array",
      "map",
      "scalarOr",
      "shape",
      "shape",
      "permissive",
      "selector",
      "struct"
    ] as const)
  ) {
    case "secret":
      return { kind: "secret", of: { kind: random.of(["string", "stringSource", "int"] as const) } }
    case "noneable":
      return { kind: "noneable", of: kindOf(random, 0) }
    case "array":
      return { kind: "array", of: kindOf(random, inner) }
    case "map":
      return { kind: "map", of: kindOf(random, inner) }
    case "scalarOr":
      return { kind: "scalarOr", of: { kind: "shape", fields: fieldsOf(random, inner) } }
    case "shape":
      return { kind: "shape", fields: fieldsOf(random, inner), ...(random.chance(0.3) ? { alias: "other" } : {}) }
    case "struct":
      return { kind: "struct", fields: fieldsOf(random, inner) }
    case "permissive":
      return { kind: "permissive", fields: fieldsOf(random, inner) }
    case "selector":
      return {
        kind: "selector",
        fields: Object.fromEntries(
          NAMES.slice(0, 1 + random.below(3)).map((name) => [name, { kind: kindOf(random, inner), presence: "given" }])
        )
      }
  }
}

const fieldsOf = (random: Random, depth: number): Fields =>
  Object.fromEntries(
    NAMES.slice(0, 1 + random.below(4)).map((name) => [
      name,
      { kind: kindOf(random, depth), presence: random.of(["given", "given", "optional", "default"] as const) }
    ])
  )

const opShape = (random: Random, name: string): OpShape => ({
  name,
  config: random.chance(0.85) ? kindOf(random, 3) : undefined,
  input: random.chance(0.3) ? { kind: random.of(SCALARS) } : undefined
})

/** The shape of a job. */
export const jobShape = (seed: number): JobShape => {
  const random = new Random(seed)
  return {
    ops: Array.from({ length: 1 + random.below(4) }, (_, i) => opShape(random, `op${i}`)),
    nested: Array.from({ length: random.below(3) }, (_, i) => opShape(random, `inner${i}`)),
    resources: Object.fromEntries(
      Array.from({ length: random.below(3) }, (_, i) => [
        `res${i}`,
        { kind: "shape", fields: fieldsOf(random, 2) } as const
      ])
    )
  }
}

// ---------------------------------------------------------------- schemas, and their source text

const LEAF_SCHEMAS: { readonly [kind: string]: Schema.Top } = {
  int: ConfigSchema.Int,
  float: ConfigSchema.Float,
  string: ConfigSchema.String,
  bool: ConfigSchema.Bool,
  any: ConfigSchema.Any,
  stringSource: ConfigSchema.StringSource,
  intSource: ConfigSchema.IntSource,
  boolSource: ConfigSchema.BoolSource
}
const LEAF_NAMES: { readonly [kind: string]: string } = {
  int: "Int",
  float: "Float",
  string: "String",
  bool: "Bool",
  any: "Any",
  stringSource: "StringSource",
  intSource: "IntSource",
  boolSource: "BoolSource"
}

const fieldSchemas = (fields: Fields): { readonly [name: string]: Schema.Top } =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { kind, presence }]) => {
      const schema = schemaOf(kind)
      if (presence === "given") return [name, schema]
      if (presence === "optional") return [name, Schema.optionalKey(schema)]
      return [name, ConfigSchema.withDefault(schema, plainValue(kind))]
    })
  )

const schemaOf = (kind: Kind): Schema.Top => {
  switch (kind.kind) {
    case "secret":
      return ConfigSchema.Secret(schemaOf(kind.of))
    case "noneable":
      return ConfigSchema.Noneable(schemaOf(kind.of))
    case "array":
      return ConfigSchema.Array(schemaOf(kind.of))
    case "map":
      return ConfigSchema.Map(Schema.String, schemaOf(kind.of))
    case "scalarOr":
      return ConfigSchema.scalarOr(ConfigSchema.Int, schemaOf(kind.of))
    case "enum":
      return ConfigSchema.Enum(kind.names)
    case "shape":
      return ConfigSchema.Shape(
        fieldSchemas(kind.fields),
        kind.alias === undefined ? {} : { aliases: { alpha: kind.alias } }
      ) as Schema.Top
    case "struct":
      return Schema.Struct(fieldSchemas(kind.fields)) as unknown as Schema.Top
    case "permissive":
      return ConfigSchema.Permissive(fieldSchemas(kind.fields)) as Schema.Top
    case "selector":
      return ConfigSchema.Selector(fieldSchemas(kind.fields)) as Schema.Top
    default:
      return LEAF_SCHEMAS[kind.kind]!
  }
}

const fieldSources = (fields: Fields): string =>
  `{ ${Object.entries(fields)
    .map(([name, { kind, presence }]) => {
      const source = sourceOf(kind)
      if (presence === "given") return `${name}: ${source}`
      if (presence === "optional") return `${name}: Schema.optionalKey(${source})`
      return `${name}: C.withDefault(${source}, ${JSON.stringify(plainValue(kind))})`
    })
    .join(", ")} }`

const sourceOf = (kind: Kind): string => {
  switch (kind.kind) {
    case "secret":
      return `C.Secret(${sourceOf(kind.of)})`
    case "noneable":
      return `C.Noneable(${sourceOf(kind.of)})`
    case "array":
      return `C.Array(${sourceOf(kind.of)})`
    case "map":
      return `C.Map(Schema.String, ${sourceOf(kind.of)})`
    case "scalarOr":
      return `C.scalarOr(C.Int, ${sourceOf(kind.of)})`
    case "enum":
      return `C.Enum(${JSON.stringify(kind.names)})`
    case "shape":
      return `C.Shape(${fieldSources(kind.fields)}${kind.alias === undefined ? "" : `, { aliases: { alpha: "${kind.alias}" } }`})`
    case "struct":
      return `Schema.Struct(${fieldSources(kind.fields)})`
    case "permissive":
      return `C.Permissive(${fieldSources(kind.fields)})`
    case "selector":
      return `C.Selector(${fieldSources(kind.fields)})`
    default:
      return `C.${LEAF_NAMES[kind.kind]}`
  }
}

// ---------------------------------------------------------------- jobs, and their source text

/** Makes the job of a shape. */
export const jobOf = (shape: JobShape): AnyJob => {
  const opOf = ({ config, input, name }: OpShape) =>
    Op.make(name, {
      ...(config === undefined ? {} : { config: schemaOf(config) }),
      inputs: input === undefined ? {} : { n: schemaOf(input) },
      run: () => {}
    })
  const wires = ({ input }: OpShape): any => (input === undefined ? {} : { n: fromConfig })
  const nested = Graph.make("nested", { inputs: {} }, function* () {
    for (const op of shape.nested) yield* (opOf(op) as any)(wires(op))
  })
  return Job.make(
    "generated",
    {
      resources: Object.fromEntries(
        Object.entries(shape.resources).map(([key, kind]) => [
          key,
          Resource.make({ config: schemaOf(kind), layer: () => Layer.empty })
        ])
      )
    },
    function* () {
      for (const op of shape.ops) yield* (opOf(op) as any)(wires(op))
      if (shape.nested.length > 0) yield* nested()
    }
  ) as AnyJob
}

/** The text of a program in which the run configs of jobs are checked by their types. */
export const sourceOfJobs = (jobs: ReadonlyArray<readonly [JobShape, ReadonlyArray<unknown>]>): string => {
  const uses = (ops: ReadonlyArray<OpShape>, prefix: string): string =>
    ops
      .map(({ input, name }) => `  yield* ${prefix}${name}(${input === undefined ? "" : "{ n: fromConfig }"})`)
      .join("\n")
  const text = jobs.map(([shape, configs], i) => {
    const op = ({ config, input, name }: OpShape) =>
      `const j${i}_${name} = Op.make("${name}", { ${config === undefined ? "" : `config: ${sourceOf(config)}, `}inputs: {${input === undefined ? "" : ` n: ${sourceOf(input)} `}}, run: () => {} })`
    const resources = Object.entries(shape.resources).map(
      ([key, kind]) => `    ${key}: Resource.make({ config: ${sourceOf(kind)}, layer: () => Layer.empty })`
    )
    return [
      ...[...shape.ops, ...shape.nested].map(op),
      ...(shape.nested.length === 0
        ? []
        : [
            `const j${i}_nested = Graph.make("nested", { inputs: {} }, function* () {`,
            uses(shape.nested, `j${i}_`),
            `})`
          ]),
      `const j${i} = Job.make("job${i}", { resources: {\n${resources.join(",\n")}\n} }, function* () {`,
      uses(shape.ops, `j${i}_`),
      ...(shape.nested.length === 0 ? [] : [`  yield* j${i}_nested()`]),
      `})`,
      ...configs.map((config) => `takes(j${i}, ${JSON.stringify(config)})`),
      "// @ts-expect-error there is no such section",
      `takes(j${i}, ${JSON.stringify({ ...(configs[0] as object), [UNKNOWN]: {} })})`
    ].join("\n")
  })
  return `import { ConfigSchema as C } from "@heddle/config/ConfigSchema"
import { fromConfig, Graph, Job, Op, Resource, type ResourceConfig, type Resources, type RunConfigOf } from "@heddle/definitions"
import { Layer, Schema } from "effect"
declare const takes: <Cfg, Rs extends Resources>(job: Job<string, any, any, any, any, any, Cfg, Rs>, config: RunConfigOf<Cfg, ResourceConfig<Rs>, {}>) => void
${text.join("\n\n")}
`
}

// ---------------------------------------------------------------- configs that fit

const LEAF_VALUES: { readonly [kind: string]: ReadonlyArray<unknown> } = {
  int: [0, 7, -3],
  float: [0.5, 2, -1.25],
  string: ["", "text"],
  bool: [true, false],
  any: [1, "x", [1, { k: "v" }], { a: true }],
  stringSource: ["plain", { env: "TEXT" }],
  intSource: [4, { env: "NUMBER" }],
  boolSource: [true, { env: "FLAG" }]
}

/** The environment in which the configs fit. */
export const VARIABLES = { TEXT: "from env", NUMBER: "41", FLAG: "false" }

const plainValue = (kind: Kind): any => validValue(kind, undefined)

const validFields = (fields: Fields, random: Random | undefined): { [name: string]: unknown } =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, { presence }]) => presence === "given" || (random !== undefined && random.chance(0.6)))
      .map(([name, { kind }]) => [name, validValue(kind, random)])
  )

const validValue = (kind: Kind, random: Random | undefined): unknown => {
  switch (kind.kind) {
    case "secret":
      return validValue(kind.of, random)
    case "noneable":
      return random !== undefined && random.chance(0.5) ? null : validValue(kind.of, random)
    case "array":
      return Array.from({ length: random === undefined ? 1 : random.below(3) }, () => validValue(kind.of, random))
    case "map":
      return Object.fromEntries(
        ["one", "two"]
          .slice(0, random === undefined ? 1 : random.below(3))
          .map((key) => [key, validValue(kind.of, random)])
      )
    case "scalarOr":
      return random !== undefined && random.chance(0.5) ? 3 : validValue(kind.of, random)
    case "enum":
      return random === undefined ? kind.names[0] : random.of(kind.names)
    case "shape": {
      const fields = validFields(kind.fields, random)
      if (kind.alias === undefined || random === undefined || !("alpha" in fields) || random.chance(0.5)) return fields
      const { alpha, ...rest } = fields
      return { ...rest, [kind.alias]: alpha }
    }
    case "struct":
      return validFields(kind.fields, random)
    case "permissive": {
      const fields = validFields(kind.fields, random)
      return random !== undefined && random.chance(0.5) ? { ...fields, extra: [1] } : fields
    }
    case "selector": {
      const names = Object.keys(kind.fields)
      const name = random === undefined ? names[0]! : random.of(names)
      return { [name]: validValue(kind.fields[name]!.kind, random) }
    }
    default:
      return random === undefined ? LEAF_VALUES[kind.kind]![0] : random.of(LEAF_VALUES[kind.kind]!)
  }
}

/** A run config that fits; every section is there. */
export const validConfig = (shape: JobShape, random: Random): { readonly [section: string]: unknown } => {
  const opsOf = (ops: ReadonlyArray<OpShape>) =>
    Object.fromEntries(
      ops.flatMap(({ config, input, name }) => {
        const node = {
          ...(config === undefined ? {} : { config: validValue(config, random) }),
          ...(input === undefined
            ? {}
            : { inputs: { n: random.chance(0.5) ? validValue(input, random) : { value: validValue(input, random) } } })
        }
        return Object.keys(node).length === 0 ? [] : [[name, node] as const]
      })
    )
  const nested = opsOf(shape.nested)
  return {
    ops: { ...opsOf(shape.ops), ...(Object.keys(nested).length === 0 ? {} : { nested: { ops: nested } }) },
    resources: Object.fromEntries(
      Object.entries(shape.resources).map(([key, kind]) => [key, { config: validValue(kind, random) }])
    )
  }
}

// ---------------------------------------------------------------- configs with planted problems

const UNKNOWN = "not_a_field"
const WRONG: { readonly [kind: string]: unknown } = {
  int: 1.5,
  float: "x",
  string: 5,
  bool: "true",
  stringSource: 5,
  intSource: "5",
  boolSource: 1
}

/** A field is missed when nothing can stand for it. */
const mustBeGiven = ({ kind, presence }: Field): boolean => {
  if (presence !== "given") return false
  switch (kind.kind) {
    case "noneable":
      return false
    case "shape":
    case "permissive":
      return Object.values(kind.fields).some((field) => mustBeGiven(field))
    case "selector": {
      const [only, ...others] = Object.values(kind.fields)
      return others.length > 0 || only === undefined || mustBeGiven(only)
    }
    default:
      return true
  }
}

/** Plants problems in a config that fits. */
export class Planter {
  readonly planted: Array<Planted> = []
  readonly #random: Random
  readonly #rate: number
  constructor(random: Random, rate: number) {
    this.#random = random
    this.#rate = rate
  }

  #plant(reason: string, path: Planted["path"], fields?: ReadonlyArray<string>): void {
    this.planted.push({ reason, path, ...(fields === undefined ? {} : { fields }) })
  }

  #hits(): boolean {
    return this.#random.chance(this.#rate)
  }

  #fields(kind: Extract<Kind, { readonly fields: Fields }>, value: any, path: Planted["path"]): unknown {
    const out: Record<string, unknown> = {}
    const missing: Array<string> = []
    for (const [given, inner] of Object.entries(value)) {
      const name = given === kind.alias ? "alpha" : given
      const field = kind.fields[name]
      if (field === undefined) out[given] = inner
      else if (mustBeGiven(field) && this.#hits()) missing.push(name)
      // What stands under an alias is told under the field's own name.
      else out[given] = this.value(field.kind, inner, [...path, name])
    }
    if (missing.length > 0) this.#plant("MISSING_FIELD", path, missing.toSorted())
    if (kind.kind !== "permissive" && this.#hits()) {
      out[UNKNOWN] = 1
      this.#plant("UNDEFINED_FIELD", path, [UNKNOWN])
    }
    return out
  }

  value(kind: Kind, value: any, path: Planted["path"]): unknown {
    switch (kind.kind) {
      case "any":
        return value
      case "secret":
        return this.value(kind.of, value, path)
      case "noneable":
        return value === null ? null : this.value(kind.of, value, path)
      case "enum":
        if (!this.#hits()) return value
        this.#plant("TYPE_MISMATCH", path)
        return "PINK"
      case "array":
      case "map":
        if (this.#hits()) {
          this.#plant("TYPE_MISMATCH", path)
          return 5
        }
        return Array.isArray(value)
          ? value.map((item, i) => this.value(kind.of, item, [...path, i]))
          : Object.fromEntries(
              Object.entries(value).map(([key, item]) => [key, this.value(kind.of, item, [...path, key])])
            )
      case "scalarOr":
        if (typeof value !== "object" && this.#hits()) {
          this.#plant("TYPE_MISMATCH", path)
          return "x"
        }
        return typeof value === "object" ? this.value(kind.of, value, path) : value
      case "shape":
      case "struct":
      case "permissive":
        if (this.#hits()) {
          this.#plant("TYPE_MISMATCH", path)
          return [1]
        }
        return this.#fields(kind, value, path)
      case "selector": {
        const [name] = Object.keys(value)
        const names = Object.keys(kind.fields)
        if (this.#hits()) {
          if (names.length > 1 && this.#random.chance(0.5)) {
            this.#plant("SELECTOR", path, [])
            return {}
          }
          if (names.length > 1) {
            const all = Object.fromEntries(names.map((one) => [one, plainValue(kind.fields[one]!.kind)]))
            this.#plant("SELECTOR", path, names.toSorted())
            return all
          }
          this.#plant("UNDEFINED_FIELD", path, [UNKNOWN])
          return { [UNKNOWN]: 1 }
        }
        return { [name!]: this.value(kind.fields[name!]!.kind, value[name!], [...path, name!]) }
      }
      default:
        if (!this.#hits()) return value
        this.#plant("TYPE_MISMATCH", path)
        return WRONG[kind.kind]
    }
  }

  /** Plants problems in a whole run config. */
  config(shape: JobShape, valid: any): unknown {
    const ops = (shapes: ReadonlyArray<OpShape>, given: any, path: Planted["path"]): any => {
      const out: Record<string, unknown> = {}
      for (const { config, input, name } of shapes) {
        const node = given[name]
        if (node === undefined) continue
        const at = [...path, name]
        const entry: Record<string, unknown> = {}
        const missing: Array<string> = []
        if (config !== undefined) {
          if (mustBeGiven({ kind: config, presence: "given" }) && isImplied(config) && this.#hits())
            missing.push("config")
          else entry["config"] = this.value(config, node.config, [...at, "config"])
        }
        if (input !== undefined) {
          const wrapped = typeof node.inputs.n === "object"
          const inner = [...at, "inputs", "n", ...(wrapped ? ["value"] : [])]
          const value = this.value(input, wrapped ? node.inputs.n.value : node.inputs.n, inner)
          entry["inputs"] = { n: wrapped ? { value } : value }
        }
        if (missing.length > 0) this.#plant("MISSING_FIELD", at, missing)
        out[name] = entry
      }
      if (this.#hits()) {
        out[UNKNOWN] = {}
        this.#plant("UNDEFINED_FIELD", path, [UNKNOWN])
      }
      return out
    }
    const { nested, ...own } = valid.ops
    return {
      ops: {
        ...ops(shape.ops, own, ["ops"]),
        ...(nested === undefined ? {} : { nested: { ops: ops(shape.nested, nested.ops, ["ops", "nested", "ops"]) } })
      },
      resources: Object.fromEntries(
        Object.entries(valid.resources).map(([key, { config }]: [string, any]) => [
          key,
          { config: this.value(shape.resources[key]!, config, ["resources", key, "config"]) }
        ])
      )
    }
  }
}

/** At the root of a config a struct of which nothing must be given need not be given. */
const isImplied = (kind: Kind): boolean =>
  kind.kind !== "map" &&
  kind.kind !== "any" &&
  (kind.kind !== "struct" || Object.values(kind.fields).some((field) => mustBeGiven(field)))
