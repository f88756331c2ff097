import type { Expression } from "./Case.ts"
import { byCodePoint, equal, isObject } from "./values.ts"

/** What expressions of one place see. A place that has no such thing raises, as a mistake in the user's code would. */
export interface Scope {
  readonly inputs?: { readonly [name: string]: unknown }
  readonly config?: unknown
  readonly resource?: (key: string) => unknown
  readonly vars: { readonly [name: string]: unknown }
  readonly tag?: (name: string) => unknown
  readonly context?: (what: string) => unknown
}

const refuse = (what: string): never => {
  throw new TypeError(what)
}

const follow = (value: unknown, path: ReadonlyArray<unknown>): unknown =>
  path.reduce<unknown>((at, part) => member(at, part), value)

const member = (value: unknown, key: unknown): unknown => {
  if (Array.isArray(value) && typeof key === "number" && key < value.length) return value[key]
  if (value instanceof Map && value.has(key)) return value.get(key)
  if (isObject(value) && typeof key === "string" && Object.hasOwn(value, key)) return value[key]
  return refuse(`there is no ${JSON.stringify(key)} in ${JSON.stringify(value)}`)
}
const numeric = (value: unknown): number =>
  typeof value === "number" || typeof value === "boolean"
    ? Number(value)
    : refuse(`${JSON.stringify(value)} is no number`)
const listed = (value: unknown): ReadonlyArray<unknown> =>
  Array.isArray(value) ? value : refuse(`${JSON.stringify(value)} is no list`)
const entries = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  (value instanceof Map
    ? [...value].map(([key, one]): readonly [string, unknown] => [String(key), one])
    : isObject(value)
      ? Object.entries(value)
      : refuse(`${JSON.stringify(value)} is no object`)
  ).toSorted(([a], [b]) => byCodePoint(a, b))

const compare = (a: unknown, b: unknown): number => {
  if (typeof a === "string" && typeof b === "string") return byCodePoint(a, b)
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const order = compare(a[i], b[i])
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  return numeric(a) - numeric(b)
}
const truth = (value: unknown): boolean =>
  value !== null &&
  value !== undefined &&
  value !== false &&
  value !== 0 &&
  value !== "" &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isObject(value) && Object.keys(value).length === 0)

const text = (value: unknown): string =>
  typeof value === "string"
    ? value
    : value === null || value === undefined
      ? "null"
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value)

/** The operators; those whose operand is a name or a path get it as it stands, the others get it evaluated. */
const BY_NAME: { readonly [operator: string]: (operand: unknown, scope: Scope) => unknown } = {
  $in: (name, scope) => member(scope.inputs ?? {}, name),
  $config: (path, scope) => follow(scope.config, listed(path)),
  $resource: (path, scope) => {
    const [key, ...rest] = listed(path)
    return follow(
      scope.resource === undefined ? refuse("there are no resources here") : scope.resource(String(key)),
      rest
    )
  },
  $var: (name, scope) => member(scope.vars, name),
  $tag: (name, scope) => scope.tag?.(String(name)) ?? null,
  $ctx: (what, scope) =>
    scope.context === undefined ? refuse("there is no context here") : scope.context(String(what))
}
const BY_VALUE: { readonly [operator: string]: (operand: unknown) => unknown } = {
  $add: (values) => listed(values).reduce<number>((sum, value) => sum + numeric(value), 0),
  $mul: (values) => listed(values).reduce<number>((product, value) => product * numeric(value), 1),
  $sum: (values) => listed(values).reduce<number>((sum, value) => sum + numeric(value), 0),
  $len: (value) =>
    typeof value === "string" ? [...value].length : Array.isArray(value) ? value.length : entries(value).length,
  $sort: (values) => [...listed(values)].toSorted(compare),
  $keys: (value) => entries(value).map(([key]) => key),
  $values: (value) => entries(value).map(([, one]) => one),
  $get: (pair) => member(listed(pair)[0], listed(pair)[1]),
  $range: (n) => Array.from({ length: numeric(n) }, (_, i) => i),
  $concat: (parts) => listed(parts).map(text).join(""),
  $eq: (pair) => equal(listed(pair)[0], listed(pair)[1]),
  $lt: (pair) => compare(listed(pair)[0], listed(pair)[1]) < 0,
  $not: (value) => !truth(value),
  $contains: (pair) => listed(listed(pair)[0]).some((one) => equal(one, listed(pair)[1]))
}

/**
 * The value of an expression. Throws where the user's code would have raised.
 *
 * @param expression - its words, which are known
 * @param scope - what it sees
 */
export const evaluate = (expression: Expression | undefined, scope: Scope): unknown => {
  if (expression === undefined) return null
  if (Array.isArray(expression)) return expression.map((part) => evaluate(part as Expression, scope))
  if (!isObject(expression)) return expression
  const keys = Object.keys(expression)
  const operator = keys.length === 1 && keys[0]!.startsWith("$") ? keys[0]! : undefined
  if (operator === undefined) {
    return Object.fromEntries(keys.map((key) => [key, evaluate(expression[key] as Expression, scope)]))
  }
  const operand = expression[operator] as Expression
  const byName = BY_NAME[operator]
  return byName === undefined ? BY_VALUE[operator]!(evaluate(operand, scope)) : byName(operand, scope)
}

/** Whether a condition holds. */
export const holds = (condition: Expression | undefined, scope: Scope): boolean => truth(evaluate(condition, scope))
