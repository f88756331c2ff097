import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Variables } from "./ConfigEnvironment.ts"
import { ConfigNode } from "./ConfigNode.ts"
import type { ConfigProblem } from "./ConfigProblem.ts"
import { ConfigSecrets } from "./ConfigSecrets.ts"
import { decoder } from "./internal/decoder.ts"
import { mismatch, missingFields, notOneField, oneOf, quoted, unknownFields } from "./internal/formProblems.ts"
import { problemsOf } from "./internal/problems.ts"
import { hasSecret } from "./internal/secrets.ts"
import { readVariable, SOURCES } from "./internal/source.ts"

type Path = ConfigProblem["path"]
type Of<Tag extends ConfigNode["_tag"]> = Extract<ConfigNode, { readonly _tag: Tag }>

/** The result of validation: the config with defaults filled in, or every problem. */
export type Validation =
  | { readonly _tag: "Valid"; readonly value: unknown }
  | { readonly _tag: "Invalid"; readonly problems: ReadonlyArray<ConfigProblem> }

/** Options of validation. */
export interface ValidateOptions {
  /**
   * The environment variables for values of the form `{ env: NAME }`.
   *
   * @default no variables
   */
  readonly variables?: Variables | undefined
  /**
   * Whether the whole config is secret, so that messages do not quote it.
   *
   * @default false
   */
  readonly isSecret?: boolean | undefined
}

/**
 * Checks a config against its shape and fills in defaults, reporting every problem and not only the first.
 *
 * Missing fields are reported once for each section, at the highest place, however much is missing inside. Environment
 * variables are read and config mappings are called only if the form of the whole config is right.
 *
 * @param node - the shape
 * @param input - the config as it was given; `undefined` for none
 * @param options - `ValidateOptions`
 * @returns the config, decoded and with defaults filled in, or all problems. For each section: its unknown fields, its missing
 *   fields, then the problems inside it, sorted by name
 * @since 0.1.0
 * @source Dagster validate_run_config; the order and the grouping of problems
 */
export const validate = (node: ConfigNode, input: unknown, options: ValidateOptions = {}): Validation => {
  const form = new Walk(undefined, options.isSecret)
  const value = form.visit(node, input, [])
  if (form.problems.length > 0) return { _tag: "Invalid", problems: form.problems }
  if (form.left === 0) return { _tag: "Valid", value }
  const late = new Walk(options.variables ?? {}, options.isSecret)
  const resolved = late.visit(node, input, [])
  return late.problems.length === 0 ? { _tag: "Valid", value: resolved } : { _tag: "Invalid", problems: late.problems }
}

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Redacted.isRedacted(value)

/** The names of the fields of a section in the order of the visit, and those of the required ones. */
interface Names {
  readonly all: ReadonlyArray<string>
  readonly required: ReadonlyArray<string>
}

const known = new WeakMap<object, Names>()

/** The names of fields, sorted once for each section. */
const namesOf = (fields: { readonly [name: string]: ConfigNode }): Names => {
  let names = known.get(fields)
  if (names === undefined) {
    const all = Object.keys(fields).toSorted()
    names = { all, required: all.filter((name) => ConfigNode.isRequired(fields[name]!)) }
    known.set(fields, names)
  }
  return names
}

const idle = new WeakMap<ConfigNode, boolean>()

/**
 * Tells whether a section that is not given is resolved to `{}`, as that of an op without a config schema: there may be as many
 * of them as ops.
 */
const isIdle = (node: ConfigNode): boolean => {
  if (node._tag !== "Section") return false
  let is = idle.get(node)
  if (is === undefined) {
    const fields = Object.values(node.fields)
    is = node.rest === undefined && node.checks === undefined && fields.every((field) => field === ConfigNode.open)
    idle.set(node, is)
  }
  return is
}

/** Sets a field, even if its name is `__proto__`. */
const assign = (record: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === "__proto__") Object.defineProperty(record, name, { value, enumerable: true, configurable: true })
  else record[name] = value
}

/** One pass over shape and config: of the form alone, or with the environment variables. */
class Walk {
  readonly problems: Array<ConfigProblem> = []
  /** How many parts were left to a second pass. */
  left = 0
  #secret = 0
  readonly #variables: Variables | undefined

  constructor(variables: Variables | undefined, isSecret = false) {
    this.#variables = variables
    if (isSecret) this.#secret++
  }

  visit(node: ConfigNode, input: unknown, path: Path): unknown {
    switch (node._tag) {
      case "Open":
        return input
      case "Value":
        return this.#value(node, input, path)
      case "Optional": {
        if (input !== undefined) return this.visit(node.node, input, path)
        if (node.absent === undefined) return undefined
        return "value" in node.absent ? node.absent.value : this.visit(node.node, node.absent.input, path)
      }
      case "Noneable":
        return input === null || (input === undefined && node.mustBeGiven !== true)
          ? null
          : this.visit(node.node, input, path)
      case "Enum":
        if (typeof input === "string" && Object.hasOwn(node.values, input)) return node.values[input]
        return this.#mismatch(path, oneOf(Object.keys(node.values)), input)
      case "Source":
        return this.#source(node, input, path)
      case "Secret": {
        if (input === ConfigSecrets.hidden) {
          const message = "the stored run config does not contain this secret: give it again, or as { env: NAME }"
          return this.#problem({ reason: "INVALID_VALUE", path, message })
        }
        this.#secret++
        const written = Redacted.isRedacted(input) && node.opaque !== true ? Redacted.value(input) : input
        const value = this.visit(node.node, written, path)
        this.#secret--
        return node.opaque === true ? value : Redacted.make(value)
      }
      case "ValueForm": {
        if (!isRecord(input) && node.only !== true) return this.visit(node.node, input, path)
        // A map that cannot be the value itself is read as the `{ value }` form, whatever it contains.
        const wrapped = node.only === true || isPlain(node.node) || isWrapped(input)
        return wrapped
          ? this.#selector({ _tag: "Selector", fields: { value: node.node } }, input, path, true)
          : this.visit(node.node, input, path)
      }
      case "ScalarOr":
        return this.visit(
          Array.isArray(input) || isRecord(input) || input === undefined ? node.other : node.scalar,
          input,
          path
        )
      case "List": {
        if (!Array.isArray(input)) return this.#mismatch(path, "a list", input)
        const before = this.problems.length + this.left
        const items = input.map((item, i) => this.visit(node.item, item, [...path, i]))
        return before === this.problems.length + this.left ? this.#checked(node.checks, items, path) : items
      }
      case "Each":
        return this.#each(node, input, path)
      case "Selector":
        return this.#selector(node, input, path)
      case "Section":
        return this.#section(node, input, path)
      case "Mapped":
        return this.#mapped(node, input, path)
    }
  }

  #problem(problem: ConfigProblem): undefined {
    this.problems.push(problem)
    return undefined
  }

  #mismatch(path: Path, expected: string, input: unknown): undefined {
    return this.#problem(mismatch(path, expected, input, this.#secret > 0))
  }

  #value(node: Of<"Value">, input: unknown, path: Path): unknown {
    switch (node.scalar) {
      case "any":
        return input
      case "int":
        if (Number.isSafeInteger(input)) return input
        // Not a value that a check refuses: a number with a fraction is of another type.
        if (typeof input === "number") return this.#mismatch(path, "an integer", input)
        break
      case "finite":
        if (Number.isFinite(input)) return input
        break
      case "string":
      case "number":
      case "boolean":
        if (typeof input === node.scalar) return input
        break
      case undefined:
    }
    const result = decoder(node.schema)(input)
    if (Result.isSuccess(result)) return result.success
    for (const problem of problemsOf(result.failure, path, input)) {
      this.#problem(
        this.#secret === 0 ? problem : { reason: problem.reason, path: problem.path, message: "it is not valid here" }
      )
    }
    return undefined
  }

  /** Runs the checks of a whole whose parts are valid. */
  #checked(schema: Schema.Top | undefined, value: unknown, path: Path): unknown {
    if (schema === undefined) return value
    const result = decoder(schema)(value)
    if (Result.isSuccess(result)) return value
    for (const { message } of problemsOf(result.failure, path, value)) {
      this.#problem({ reason: "INVALID_VALUE", path, message })
    }
    return undefined
  }

  #source(node: Of<"Source">, input: unknown, path: Path): unknown {
    const { expected, is } = SOURCES[node.type]
    if (!isRecord(input)) return is(input) ? input : this.#mismatch(path, `${expected}, or { env: NAME }`, input)
    const [name, ...others] = Object.keys(input)
    if (name === undefined || others.length > 0) return this.#problem(notOneField(path, Object.keys(input), ["env"]))
    if (name !== "env") return this.#problem(unknownFields(path, [name], ["env"]))
    const variable = input["env"]
    if (typeof variable !== "string") return this.#mismatch([...path, "env"], "string", variable)
    if (this.#variables === undefined) {
      this.left++
      return undefined
    }
    const read = readVariable(node.type, variable, this.#variables)
    if ("value" in read) return read.value
    return this.#problem({ reason: "FAILED_POST_PROCESSING", path, message: read.problem })
  }

  #each(node: Of<"Each">, input: unknown, path: Path): unknown {
    if (input === undefined && node.mustBeGiven !== true) return {}
    if (!isRecord(input)) return this.#mismatch(path, "a map", input)
    const resolved: Record<string, unknown> = {}
    for (const name of Object.keys(input).toSorted()) {
      if (node.key !== undefined) this.visit(node.key, name, [...path, name])
      assign(resolved, name, this.visit(node.node, input[name], [...path, name]))
    }
    return resolved
  }

  #selector(node: Of<"Selector">, input: unknown, path: Path, unwraps = false): unknown {
    const names = Object.keys(node.fields)
    if (!isRecord(input) && input !== undefined) {
      const field = names.length === 1 ? `the field ${quoted(names)}` : `one of the fields ${quoted(names)}`
      return this.#mismatch(path, `a map with ${field}`, input)
    }
    const given = Object.keys(input ?? {})
    const name =
      given[0] ?? (names.length === 1 && !ConfigNode.isRequired(node.fields[names[0]!]!) ? names[0] : undefined)
    if (name === undefined || given.length > 1) return this.#problem(notOneField(path, given, names))
    const field = node.fields[name]
    if (field === undefined || !Object.hasOwn(node.fields, name))
      return this.#problem(unknownFields(path, [name], names))
    const value = input?.[name]
    const read = this.visit(field, value === null && hasFields(field) ? {} : value, [...path, name])
    return unwraps ? read : { [name]: read }
  }

  /** The fields of a section under their own names; `undefined` if one is given twice. */
  #ownNames(node: Of<"Section">, given: { readonly [name: string]: unknown }, path: Path): typeof given | undefined {
    if (node.aliases === undefined) return given
    const own = { ...given }
    let collides = false
    for (const [name, alias] of Object.entries(node.aliases)) {
      if (!Object.hasOwn(own, alias)) continue
      if (Object.hasOwn(given, name)) {
        collides = true
        const fields = [name, alias].toSorted()
        const message = `"${alias}" is an alias of "${name}": give only one of them`
        this.#problem({ reason: "ALIAS_COLLISION", path, message, fields })
        continue
      }
      own[name] = own[alias]
      delete own[alias]
    }
    return collides ? undefined : own
  }

  #section(node: Of<"Section">, input: unknown, path: Path): unknown {
    const read = input === undefined || (input === null && node.mayBeNull === true) ? {} : input
    if (!isRecord(read)) return this.#mismatch(path, "a map", input)
    const given = this.#ownNames(node, read, path)
    if (given === undefined) return undefined
    const before = this.problems.length + this.left
    const { all: names, required } = namesOf(node.fields)
    const extra = Object.keys(given).filter((name) => !Object.hasOwn(node.fields, name))
    if (extra.length > 0 && node.rest === undefined) {
      this.#problem(unknownFields(path, extra, Object.keys(node.fields)))
    }
    // A name such as `constructor` is also one of every object.
    const at = (name: string): unknown => (Object.hasOwn(given, name) ? given[name] : undefined)
    const missing = required.filter((name) => at(name) === undefined)
    if (missing.length > 0) this.#problem(missingFields(path, missing, node.fields))
    const resolved: Record<string, unknown> = {}
    for (const name of names) {
      if (missing.includes(name)) continue
      if (at(name) === undefined && isIdle(node.fields[name]!)) {
        assign(resolved, name, {})
        continue
      }
      const value = this.visit(node.fields[name]!, at(name), [...path, name])
      // An optional field without a default stays absent.
      if (value !== undefined || Object.hasOwn(given, name)) assign(resolved, name, value)
    }
    if (node.rest !== undefined) {
      for (const name of extra.toSorted()) assign(resolved, name, this.visit(node.rest, given[name], [...path, name]))
    }
    return before === this.problems.length + this.left ? this.#checked(node.checks, resolved, path) : resolved
  }

  #mapped(node: Of<"Mapped">, input: unknown, path: Path): unknown {
    const before = this.problems.length + this.left
    const outer = this.visit(node.node, input, path)
    if (this.#variables === undefined) {
      this.left++
      return undefined
    }
    if (before !== this.problems.length + this.left) return undefined
    const section = node.as !== undefined && isRecord(outer) ? outer : {}
    let given: unknown
    try {
      given = node.to(node.as === undefined ? outer : section["config"])
    } catch (error) {
      // Its message may quote what it was given.
      const isShown = this.#secret === 0 && !hasSecret(node.node)
      const said = error instanceof Error ? error.message : String(error)
      const message = isShown ? `its config mapping failed: ${said}` : "its config mapping failed"
      return this.#problem({ reason: "FAILED_POST_PROCESSING", path, message })
    }
    const inner = validate(node.inner, given, {
      variables: this.#variables,
      isSecret: this.#secret > 0 || hasSecret(node.node)
    })
    if (inner._tag === "Valid") return node.as === undefined ? inner.value : { ...section, [node.as]: inner.value }
    for (const problem of inner.problems) {
      this.#problem(
        problem.mapping === undefined
          ? { ...problem, mapping: node.as === undefined ? path : [...path, "config"] }
          : problem
      )
    }
    return undefined
  }
}

const isWrapped = (input: unknown): boolean =>
  isRecord(input) && Object.keys(input).length === 1 && Object.hasOwn(input, "value")

/** Tells whether no map is a valid value. */
const isPlain = (node: ConfigNode): boolean =>
  (node._tag === "Value" && node.scalar !== undefined && node.scalar !== "any") ||
  node._tag === "Enum" ||
  node._tag === "List"

const hasFields = (node: ConfigNode): boolean =>
  node._tag === "Section" || node._tag === "Selector" || (node._tag === "Optional" && hasFields(node.node))
