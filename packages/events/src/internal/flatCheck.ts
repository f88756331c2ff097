import * as Schema from "effect/Schema"

type Kind = "string" | "finite" | "int" | "strings" | "nested"
interface Field {
  readonly name: string
  readonly kind: Kind
  readonly optional: boolean
}

/** What a field takes, by what its schema lets through. */
const kindOf = (schema: Schema.Top): Kind => {
  const is = Schema.is(schema as Schema.Schema<unknown>)
  if (is("any text")) return "string"
  if (is(0.5) && !is(Number.NaN)) return "finite"
  if (is([]) && is(["any", "text"]) && !is([7])) return "strings"
  return is(7) && !is(7.5) && !is(Number.NaN) ? "int" : "nested"
}

const areStrings = (value: unknown): boolean => {
  if (!Array.isArray(value)) return false
  // `every` would pass over holes.
  for (const item of value) if (typeof item !== "string") return false
  return true
}

/**
 * Makes a quick look at tagged structs whose fields are texts, lists of texts and numbers. Most events are such, and a log looks at each
 * of them.
 *
 * @param members - the structs
 * @returns a function that tells whether a value surely is one of them; of one that it does not know it says no
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
      // Written out here: each event passes through several times a step.
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
