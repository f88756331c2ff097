import * as Cause from "effect/Cause"
import * as Schema from "effect/Schema"
import { clip, guarded, isError } from "./internal/guarded.ts"
import { jsonForm } from "./internal/jsonForm.ts"

/**
 * An error as events store it, in a form that can cross processes.
 *
 * @since 0.1.0
 * @source Dagster SerializableErrorInfo
 */
export interface ErrorInfo {
  /** Class name of the error, or its tag. */
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly cause?: ErrorInfo
  /** The errors inside it, such as those of an `AggregateError`, and errors that occurred together with it. */
  readonly errors?: ReadonlyArray<ErrorInfo>
  /** How many errors inside it were left out. */
  readonly moreErrors?: number
}

/** The maximum length of a message, and of a stack, in characters. */
const TEXT_LIMIT = 64 * 1024
/** The maximum length of a message at the start of a stack, which repeats it, in characters. */
const HEAD_LIMIT = 1024
/** The maximum length of a chain of causes. */
const CAUSE_LIMIT = 5
/** The maximum number of errors inside one error. */
const ERRORS_LIMIT = 10
/** The maximum number of errors in all, because chains and lists can branch. */
const TOTAL_LIMIT = 50
/** The maximum number of values in the message for a thrown value that is not an error. */
const VALUES_LIMIT = 1_000

const schema: Schema.Codec<ErrorInfo> = Schema.Struct({
  name: Schema.String,
  message: Schema.String,
  stack: Schema.optionalKey(Schema.String),
  cause: Schema.optionalKey(Schema.suspend((): Schema.Codec<ErrorInfo> => schema)),
  errors: Schema.optionalKey(Schema.Array(Schema.suspend((): Schema.Codec<ErrorInfo> => schema))),
  moreErrors: Schema.optionalKey(Schema.Int)
})

const errorForm = (error: Error): string => {
  const message: unknown = guarded(() => error.message)
  return typeof message === "string" ? message : "[error]"
}

/** The text of any value, as JSON where possible. */
const show = (value: unknown): string => {
  if (typeof value === "string") return value
  if (value === undefined) return "undefined"
  const form = jsonForm(value, { error: errorForm, size: VALUES_LIMIT })
  return typeof form === "string" ? form : JSON.stringify(form)
}

const tagOf = (value: object): string | undefined => {
  const tag: unknown = guarded(() => ("_tag" in value ? value._tag : undefined))
  return typeof tag === "string" && tag !== "" ? tag : undefined
}

/** The errors inside an error: its list, or those of a `SuppressedError`. */
const inside = (error: object): ReadonlyArray<unknown> => {
  const list = guarded(() =>
    "errors" in error && Array.isArray(error.errors) ? [...(error.errors as Array<unknown>)] : []
  )
  const suppressed = guarded(() => ("suppressed" in error && "error" in error ? [error.error, error.suppressed] : []))
  return [...(list ?? []), ...(suppressed ?? [])].filter((value) => value !== undefined)
}

/** The errors of a cause, the main one first, without interrupts. */
const ofCause = (cause: Cause.Cause<unknown>): ReadonlyArray<unknown> => [
  ...cause.reasons.flatMap((reason) => (Cause.isFailReason(reason) ? [reason.error] : [])),
  ...cause.reasons.flatMap((reason) => (Cause.isDieReason(reason) ? [reason.defect] : []))
]

/** Reads an error with the errors inside it. It never throws, whatever the code of the value does. */
class Reader {
  readonly #path = new Set<unknown>()
  #left = TOTAL_LIMIT

  read(thrown: unknown, also: ReadonlyArray<unknown> = []): ErrorInfo {
    this.#left--
    if (guarded(() => Cause.isCause(thrown)) === true) {
      const [first, ...others] = ofCause(thrown as Cause.Cause<unknown>)
      if (first === undefined && others.length === 0) return { name: "Interrupted", message: "It was interrupted" }
      return this.read(first, [...others, ...also])
    }
    this.#path.add(thrown)
    const info = isError(thrown) ? this.#error(thrown, also) : this.#value(thrown, also)
    this.#path.delete(thrown)
    return info
  }

  #error(error: Error, also: ReadonlyArray<unknown>): ErrorInfo {
    const name: unknown = tagOf(error) ?? guarded(() => error.name)
    const message = this.#message(error)
    const stack = this.#stack(error, message)
    const cause: unknown = guarded(() => error.cause)
    const isTold =
      cause !== undefined && cause !== null && this.#path.size < CAUSE_LIMIT && this.#left > 0 && !this.#path.has(cause)
    return {
      name: clip(typeof name === "string" && name !== "" ? name : "Error", HEAD_LIMIT),
      message: clip(message, TEXT_LIMIT),
      ...(stack === undefined ? {} : { stack }),
      ...(isTold ? { cause: this.read(cause) } : {}),
      ...this.#errors([...inside(error), ...also])
    }
  }

  #value(thrown: unknown, also: ReadonlyArray<unknown>): ErrorInfo {
    const tag = typeof thrown === "object" && thrown !== null ? tagOf(thrown) : undefined
    return {
      name: clip(tag ?? typeof thrown, HEAD_LIMIT),
      message: clip(show(thrown), TEXT_LIMIT),
      ...this.#errors(also)
    }
  }

  #message(error: Error): string {
    const read = guarded((): { readonly message: unknown } => ({ message: error.message }))
    if (read === undefined) return "(the message of the error cannot be read)"
    const { message } = read
    if (typeof message === "string" && message !== "") return message
    if (typeof message !== "string" && message !== undefined && message !== null) return show(message)
    // A tagged error without a message is described by its fields.
    const fields = guarded(() => ({ ...error }))
    return fields === undefined || Object.keys(fields).length === 0 ? "" : show(fields)
  }

  #stack(error: Error, message: string): string | undefined {
    const stack: unknown = guarded(() => error.stack)
    if (typeof stack !== "string") return undefined
    const at = message.length > HEAD_LIMIT ? stack.indexOf(message) : -1
    // The frames matter more than a long message, which `message` already contains.
    const short = at === -1 ? stack : stack.slice(0, at) + clip(message, HEAD_LIMIT) + stack.slice(at + message.length)
    return clip(short, TEXT_LIMIT)
  }

  #errors(all: ReadonlyArray<unknown>): Pick<ErrorInfo, "errors" | "moreErrors"> {
    if (all.length === 0) return {}
    const errors: Array<ErrorInfo> = []
    for (const error of all.slice(0, ERRORS_LIMIT)) {
      if (this.#path.size >= CAUSE_LIMIT || this.#left <= 0) break
      if (!this.#path.has(error)) errors.push(this.read(error))
    }
    const more = all.length - errors.length
    return { ...(errors.length === 0 ? {} : { errors }), ...(more === 0 ? {} : { moreErrors: more }) }
  }
}

/**
 * The schema and constructor of stored errors.
 *
 * @since 0.1.0
 */
export const ErrorInfo = {
  schema,

  /**
   * Converts anything that was thrown, an error of an Effect, or a `Cause`. It never throws. Messages and stacks are cut after
   * 65,536 characters, chains of causes after 5 errors, and errors inside one error after 10.
   *
   * @param thrown - what was thrown
   * @param also - other errors that occurred together with it
   */
  fromUnknown: (thrown: unknown, also: ReadonlyArray<unknown> = []): ErrorInfo => new Reader().read(thrown, also),

  /** One line of text: the name and the first line of the message. */
  summary: (error: ErrorInfo): string => {
    const line = error.message.split("\n", 1)[0]!
    return line === "" || line === error.name ? error.name : `${error.name}: ${line}`
  }
}
