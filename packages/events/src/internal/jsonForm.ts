import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { clip, guarded, isError } from "./guarded.ts"

/** The maximum depth of lists and records. */
const DEPTH_LIMIT = 64
/** The maximum length of one string, in characters. */
const TEXT_LIMIT = 64 * 1024
/** The maximum number of values. */
const SIZE_LIMIT = 100_000

/** How much of a value is kept, and how errors in it are converted. */
export interface JsonFormOptions {
  readonly error: (error: Error) => Schema.Json
  /** Values that are kept in all. */
  readonly size?: number
}

const nameOf = (value: object): string => {
  const name: unknown = guarded(() => (typeof value === "function" ? value : value.constructor).name)
  return typeof name === "string" && name !== "" ? name : typeof value === "function" ? "anonymous" : "object"
}

const isRecord = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Converts one value to JSON, with marks for what JSON cannot represent. It never throws. */
class Writer {
  readonly #error: (error: Error) => Schema.Json
  readonly #path = new Set<object>()
  #left: number

  constructor({ error, size = SIZE_LIMIT }: JsonFormOptions) {
    this.#error = error
    this.#left = size
  }

  write(value: unknown): Schema.Json {
    this.#left--
    switch (typeof value) {
      case "string":
        return clip(value, TEXT_LIMIT)
      case "boolean":
        return value
      case "number":
        return Number.isFinite(value) ? value : String(value)
      case "bigint":
      case "symbol":
        return String(value)
      case "undefined":
        return null
      case "function":
        return `[function ${nameOf(value)}]`
      case "object":
        return value === null ? null : this.#object(value)
    }
  }

  #object(value: object): Schema.Json {
    if (this.#path.has(value)) return "[circular]"
    if (this.#path.size >= DEPTH_LIMIT || this.#left < 0) return "[…]"
    this.#path.add(value)
    try {
      return this.#form(value)
    } catch {
      return "[unreadable]"
    } finally {
      this.#path.delete(value)
    }
  }

  #form(value: object): Schema.Json {
    if (Array.isArray(value)) return this.#list(value)
    if (isRecord(value) && !("toJSON" in value))
      return this.#record(Object.keys(value), (key) => Reflect.get(value, key))
    if (isError(value)) return this.#error(value)
    if (Redacted.isRedacted(value)) return "<redacted>"
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString()
    if (value instanceof Map) return this.#map(value)
    if (value instanceof Set) return this.#list(value)
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${nameOf(value)} of ${value.byteLength} bytes]`
    }
    if (value instanceof RegExp) return String(value)
    if ("toJSON" in value && typeof value.toJSON === "function") {
      const form: unknown = value.toJSON()
      return form === value ? `[${nameOf(value)}]` : this.write(form)
    }
    if (value instanceof Promise) return "[promise]"
    return this.#record(Object.keys(value), (key) => Reflect.get(value, key))
  }

  #map(map: ReadonlyMap<unknown, unknown>): Schema.Json {
    const keys = [...map.keys()]
    return keys.every((key) => typeof key === "string") ? this.#record(keys, (key) => map.get(key)) : this.#list(map)
  }

  #list(values: Iterable<unknown>): Schema.Json {
    const list: Array<Schema.Json> = []
    for (const value of values) {
      if (this.#left <= 0) {
        list.push("[…]")
        break
      }
      list.push(this.write(value))
    }
    return list
  }

  #record(keys: ReadonlyArray<string>, valueOf: (key: string) => unknown): Schema.Json {
    const entries: Array<readonly [string, Schema.Json]> = []
    for (const key of keys) {
      if (this.#left <= 0) {
        entries.push(["…", `${keys.length - entries.length} more`])
        break
      }
      const read = guarded(() => ({ value: valueOf(key) }))
      if (read === undefined) entries.push([key, "[unreadable]"])
      else if (read.value !== undefined) entries.push([key, this.write(read.value)])
    }
    // An assignment to "__proto__" would set the prototype.
    return Object.fromEntries(entries)
  }
}

/** The JSON form of any value; it never throws. */
export const jsonForm = (value: unknown, options: JsonFormOptions): Schema.Json => new Writer(options).write(value)
