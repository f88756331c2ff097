import * as Schema from "effect/Schema"

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
}

/** Characters that one field of a stored error keeps. */
const FIELD_LIMIT = 500_000
/** Errors in a chain of causes that are kept. */
const CAUSE_LIMIT = 5

const schema: Schema.Codec<ErrorInfo> = Schema.Struct({
  name: Schema.String,
  message: Schema.String,
  stack: Schema.optionalKey(Schema.String),
  cause: Schema.optionalKey(Schema.suspend((): Schema.Codec<ErrorInfo> => schema))
})

const clip = (text: string): string => (text.length > FIELD_LIMIT ? `${text.slice(0, FIELD_LIMIT)}…` : text)

const show = (thrown: unknown): string => {
  if (typeof thrown === "string") return thrown
  try {
    return JSON.stringify(thrown) ?? String(thrown)
  } catch {
    return String(thrown)
  }
}

const fromUnknown = (thrown: unknown, depth = 1): ErrorInfo => {
  if (!(thrown instanceof Error)) {
    const tag = typeof thrown === "object" && thrown !== null && "_tag" in thrown ? String(thrown._tag) : typeof thrown
    return { name: tag, message: clip(show(thrown)) }
  }
  const cause = thrown.cause
  // A tagged error without a message of its own speaks through its fields.
  const message = thrown.message !== "" ? thrown.message : show({ ...thrown })
  return {
    name: "_tag" in thrown && typeof thrown._tag === "string" ? thrown._tag : thrown.name,
    message: clip(message),
    ...(thrown.stack === undefined ? {} : { stack: clip(thrown.stack) }),
    ...(cause === undefined || cause === null || depth >= CAUSE_LIMIT ? {} : { cause: fromUnknown(cause, depth + 1) })
  }
}

/**
 * Schema and constructor of stored errors.
 *
 * @since 0.1.0
 */
export const ErrorInfo = {
  schema,

  /** Takes anything that was thrown or failed with; long fields and long chains of causes are cut. */
  fromUnknown: (thrown: unknown): ErrorInfo => fromUnknown(thrown),

  /** One line for people: name and first line of the message. */
  summary: (error: ErrorInfo): string => {
    const line = error.message.split("\n", 1)[0]!
    return line === "" || line === error.name ? error.name : `${error.name}: ${line}`
  }
}
