import * as Cause from "effect/Cause"
import * as Schema from "effect/Schema"
import { clip, guarded, isError } from "./internal/guarded.ts"
import { jsonForm } from "./internal/jsonForm.ts"

/**
 * An error as it is stored in an event: what was thrown, in a form that crosses processes.
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
  /** The errors inside it, such as those of an `AggregateError`, and what else failed together with it. */
  readonly errors?: ReadonlyArray<ErrorInfo>
  /** How many errors inside it were left out. */
  readonly moreErrors?: number
}

/** Characters of a message, and of a stack, that are kept. */
const TEXT_LIMIT = 64 * 1024
/** Characters of a message that are kept at the head of a stack, where the message stands once more. */
const HEAD_LIMIT = 1024
/** Errors in a chain of causes that are kept. */
const CAUSE_LIMIT = 5
/** Errors inside one error that are kept. */
const ERRORS_LIMIT = 10
/** Errors that are kept in all: chains and lists of them may branch. */
const TOTAL_LIMIT = 50
/** Values of something thrown that is no error, that are kept in its message. */
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

/** A text for anything; what can be read is JSON. */
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

/** The errors in an error: a list, or one that was thrown while another one was on its way. */
const inside = (error: object): ReadonlyArray<unknown> => {
  const list = guarded(() =>
    "errors" in error && Array.isArray(error.errors) ? [...(error.errors as Array<unknown>)] : []
  )
  const suppressed = guarded(() => ("suppressed" in error && "error" in error ? [error.error, error.suppressed] : []))
  return [...(list ?? []), ...(suppressed ?? [])].filter((value) => value !== undefined)
}

/** What the reasons of a cause hold, the one first that it is told by; interrupts say nothing. */
const ofCause = (cause: Cause.Cause<unknown>): ReadonlyArray<unknown> => [
  ...cause.reasons.flatMap((reason) => (Cause.isFailReason(reason) ? [reason.error] : [])),
  ...cause.reasons.flatMap((reason) => (Cause.isDieReason(reason) ? [reason.defect] : []))
]

/** Reads one error with all that it holds. Nothing that a value does while it is read makes it throw. */
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
    // A tagged error without a message of its own speaks through its fields.
    const fields = guarded(() => ({ ...error }))
    return fields === undefined || Object.keys(fields).length === 0 ? "" : show(fields)
  }

  #stack(error: Error, message: string): string | undefined {
    const stack: unknown = guarded(() => error.stack)
    if (typeof stack !== "string") return undefined
    const at = message.length > HEAD_LIMIT ? stack.indexOf(message) : -1
    // The frames matter more than a long message, which is told of already.
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
 * Schema and constructor of stored errors.
 *
 * @since 0.1.0
 */
export const ErrorInfo = {
  schema,

  /**
   * Takes anything that was thrown or failed with, also a `Cause`; it never throws. Messages and stacks are cut at
   * 65,536 characters, a chain of causes after 5 errors, and the errors inside one after 10.
   *
   * @param thrown - what was thrown
   * @param also - what else failed together with it
   */
  fromUnknown: (thrown: unknown, also: ReadonlyArray<unknown> = []): ErrorInfo => new Reader().read(thrown, also),

  /** One line for people: name and first line of the message. */
  summary: (error: ErrorInfo): string => {
    const line = error.message.split("\n", 1)[0]!
    return line === "" || line === error.name ? error.name : `${error.name}: ${line}`
  }
}
