import * as Schema from "effect/Schema"

type Kind = "string" | "finite" | "int" | "strings" | "nested"
interface Field {
  readonly name: string
  readonly kind: Kind
  readonly optional: boolean
}

/** What a field accepts, derived from its schema. */
const kindOf = (schema: Schema.Top): Kind => {
  const is = Schema.is(schema as Schema.Schema<unknown>)
  if (is("any text")) return "string"
  if (is(0.5) && !is(Number.NaN)) return "finite"
  if (is([]) && is(["any", "text"]) && !is([7])) return "strings"
  return is(7) && !is(7.5) && !is(Number.NaN) ? "int" : "nested"
}

const areStrings = (value: unknown): boolean => {
  if (!Array.isArray(value)) return false
  // `every` would skip holes.
  for (const item of value) if (typeof item !== "string") return false
  return true
}

/**
 * Makes a fast check for tagged structs whose fields are strings, lists of strings and numbers. Most events are such structs,
 * and a log checks each of them.
 *
 * @param members - the structs
 * @returns a function that returns true only if a value certainly is one of them
 */
export const flatCheck = (
  members: ReadonlyArray<{ readonly fields: { readonly [name: string]: Schema.Top } }>
): ((value: unknown) => boolean) => {
  const tables = new Map<unknown, ReadonlyArray<Field>>(
    members.map(({ fields }) => {
      const { _tag, ...others } = fields
      const literal: unknown =
        _tag !== undefined && "schema" in _tag ? (_tag.schema as Schema.Literal<string>).literal : undefined
      const table = Object.entries(others).map(([name, schema]): Field => ({
        name,
        kind: kindOf(schema),
        optional: schema.ast.context?.isOptional === true
      }))
      return [literal, table]
    })
  )
  return (value) => {
    if (typeof value !== "object" || value === null) return false
    const record = value as { readonly [name: string]: unknown }
    const table = tables.get(record["_tag"])
    if (table === undefined) return false
    for (const { kind, name, optional } of table) {
      const field = record[name]
      // Written out for speed: events are checked several times for each step.
      const fits =
        kind === "string"
          ? typeof field === "string"
          : kind === "int"
            ? Number.isSafeInteger(field)
            : kind === "finite"
              ? Number.isFinite(field)
              : kind === "strings" && areStrings(field)
      const isAbsent = field === undefined && optional && !Object.hasOwn(record, name)
      if (!fits && !isAbsent) return false
    }
    return true
  }
}
