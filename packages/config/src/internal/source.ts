/** Reads values that may be given as the name of an environment variable. */
import type { SourceType } from "./kind.ts"

/** The primitive types of sources: their names and tests. */
export const SOURCES: {
  readonly [T in SourceType]: {
    readonly expected: string
    readonly is: (value: unknown) => boolean
    /** Parses the text of a variable; `undefined` if it is not valid. */
    readonly read: (text: string) => unknown
  }
} = {
  String: { expected: "string", is: (value) => typeof value === "string", read: (text) => text },
  Int: {
    expected: "an integer",
    is: (value) => Number.isSafeInteger(value),
    read: (text) => {
      const number = /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : Number.NaN
      return Number.isSafeInteger(number) ? number : undefined
    }
  },
  Bool: {
    expected: "boolean",
    is: (value) => typeof value === "boolean",
    read: (text) => !["false", "none", "0", ""].includes(text.toLowerCase())
  }
}

/** Reads a variable. The problem, if the variable is not set or its value is not valid, never quotes the value. */
export const readVariable = (
  type: SourceType,
  name: string,
  variables: { readonly [name: string]: string | undefined }
): { readonly value: unknown } | { readonly problem: string } => {
  const text = variables[name]
  if (text === undefined) return { problem: `environment variable "${name}" is not set` }
  const value = SOURCES[type].read(text)
  return value === undefined
    ? { problem: `environment variable "${name}" does not hold ${SOURCES[type].expected}` }
    : { value }
}
