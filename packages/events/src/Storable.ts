import type * as Schema from "effect/Schema"
import { ErrorInfo } from "./ErrorInfo.ts"
import { clip, guarded, isError } from "./internal/guarded.ts"
import { jsonForm } from "./internal/jsonForm.ts"

/** Characters that the text of a line keeps. */
const TEXT_LIMIT = 64 * 1024
/** Values of one tree that are kept. */
const SIZE_LIMIT = 10_000

const errorForm = (error: Error): Schema.Json => ({ ...ErrorInfo.fromUnknown(error) }) as unknown as Schema.Json

/**
 * Turns values of user code into values that an event can hold.
 *
 * @since 0.1.0
 */
export const Storable = {
  /**
   * The JSON form of any value. Dates are ISO text, errors what events keep of them, bigints and numbers without a JSON
   * form text; secrets are hidden, circles and what throws when it is read are marked, long texts and large trees are cut.
   *
   * @param value - anything
   * @returns its JSON form; never fails
   */
  json: (value: unknown): Schema.Json => guarded(() => jsonForm(value, { error: errorForm, size: SIZE_LIMIT })) ?? null,

  /**
   * The data of a log line, by name: the fields of a record, an error under `error`, and any other value under `data`.
   *
   * @param value - anything
   * @returns the data; `undefined` where there is none
   */
  data: (value: unknown): { readonly [name: string]: Schema.Json } | undefined => {
    if (value === undefined) return undefined
    const json = Storable.json(value)
    if (isError(value)) return { error: json }
    return typeof json === "object" && json !== null && !Array.isArray(json)
      ? (json as { readonly [name: string]: Schema.Json })
      : { data: json }
  },

  /** The text of anything, with a long one cut; never fails. */
  text: (value: unknown): string =>
    clip(typeof value === "string" ? value : (guarded(() => `${String(value)}`) ?? "[unreadable]"), TEXT_LIMIT)
}
