import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { RetrySnapshot } from "./RetrySnapshot.ts"

const fields = {
  /** A description of the op. */
  description: Schema.optionalKey(Schema.String),
  tags: Schema.Record(Schema.String, Schema.String),
  retry: Schema.optionalKey(RetrySnapshot.schema),
  /** The version of its body, in any notation. */
  codeVersion: Schema.optionalKey(Schema.String),
  /** The pool of the instance that limits its steps. */
  pool: Schema.optionalKey(Schema.String)
}

const schema = Schema.Struct(fields)

/**
 * The options of an op that are plain data. They are copied unchanged from the definition to the snapshot of the job and to the
 * steps of the plan, so a new option is added only here and in `OpOptions` of `@heddle/definitions`.
 *
 * @since 0.1.0
 */
export interface OpSettings extends Schema.Schema.Type<typeof schema> {}

/**
 * Fields of the settings of an op.
 *
 * @since 0.1.0
 */
export const OpSettings = {
  fields,

  /** Picks the settings from a value with other properties. */
  pick: (holder: OpSettings): OpSettings => Struct.pick(holder, Struct.keys(fields))
}
