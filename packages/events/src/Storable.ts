import type * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { clip, guarded, isError } from "./internal/guarded.ts"
import { jsonForm } from "./internal/jsonForm.ts"

/** The maximum length of the text of a line, in characters. */
const TEXT_LIMIT = 64 * 1024
/** The maximum number of values in one tree. */
const SIZE_LIMIT = 10_000

const errorForm = (error: Error): Schema.Json => ({ ...ErrorInfo.fromUnknown(error) }) as unknown as Schema.Json

/**
 * Converts values of user code to values that events can store.
 *
 * @since 0.1.0
 */
export const Storable = {
  /**
   * The JSON form of any value. Dates become ISO strings, errors become stored errors, and bigints and numbers without a JSON
   * form become strings. Secrets are hidden, cycles and unreadable values are marked, and long strings and large trees are cut.
   *
   * @param value - anything
   * @returns its JSON form; it never throws
   */
  json: (value: unknown): Schema.Json => guarded(() => jsonForm(value, { error: errorForm, size: SIZE_LIMIT })) ?? null,

  /**
   * The data of a log line by name: the fields of a record, an error as `error`, and any other value as `data`.
   *
   * @param value - anything
   * @returns the data; `undefined` if there is none
   */
  data: (value: unknown): { readonly [name: string]: Schema.Json } | undefined => {
    if (value === undefined) return undefined
    const json = Storable.json(value)
    if (isError(value)) return { error: json }
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as { readonly [name: string]: Schema.Json })
      : { data: json }
  },

  /** The text of any value, cut if it is long. It never throws. */
  text: (value: unknown): string =>
    clip(typeof value === "string" ? value : (guarded(() => `${String(value)}`) ?? "[unreadable]"), TEXT_LIMIT)
}
