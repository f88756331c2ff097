import type { MetadataValue } from "@heddle/events/MetadataValue"
import { PlainText } from "./PlainText.ts"

const valueText = (value: MetadataValue): string => {
  if (value._tag === "null") return "null"
  return PlainText.oneLine(typeof value.value === "object" ? JSON.stringify(value.value) : String(value.value))
}

/**
 * Prints metadata.
 *
 * @since 0.1.0
 */
export const MetadataText = {
  /** Prints each entry on a line: `rows = 3`. */
  lines: (metadata: { readonly [name: string]: MetadataValue } | undefined): ReadonlyArray<string> =>
    Object.entries(metadata ?? {}).map(([name, value]) => `${PlainText.oneLine(name)} = ${valueText(value)}`)
}
