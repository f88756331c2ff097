import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"
import { OutputError } from "./OutputError.ts"

/**
 * What a check of an asset found.
 *
 * @since 0.1.0
 * @source Dagster AssetCheckResult
 */
export interface CheckResult {
  /** Whether the asset is as the check expects it. */
  readonly passed: boolean
  /**
   * How bad it is if the check did not pass. A blocking check that does not pass stops downstream assets only if it is an
   * `ERROR`.
   *
   * @default "ERROR"
   */
  readonly severity?: "ERROR" | "WARN"
  /**
   * What the check found, in one sentence.
   *
   * @default no description
   */
  readonly description?: string
  /**
   * Values that the check records, by name.
   *
   * @default {}
   */
  readonly metadata?: { readonly [name: string]: MetadataInput }
}

const schema: Schema.Codec<CheckResult, Schema.Json> = Schema.Struct({
  passed: Schema.Boolean,
  severity: Schema.optionalKey(Schema.Literals(["ERROR", "WARN"])),
  description: Schema.optionalKey(Schema.String),
  metadata: Schema.optionalKey(Schema.Record(Schema.String, Schema.Union([MetadataValue.schema, Schema.Json])))
})

/**
 * The schema and a reader of results of checks.
 *
 * @since 0.1.0
 */
export const CheckResult = {
  /** The schema of what a check found. */
  schema,

  /** Tells whether a value is the result of a check. */
  is: (value: unknown): value is CheckResult =>
    typeof value === "object" &&
    value !== null &&
    "passed" in value &&
    typeof value.passed === "boolean" &&
    (!("severity" in value) ||
      value.severity === undefined ||
      value.severity === "ERROR" ||
      value.severity === "WARN") &&
    (!("description" in value) || value.description === undefined || typeof value.description === "string") &&
    (!("metadata" in value) ||
      value.metadata === undefined ||
      (typeof value.metadata === "object" && value.metadata !== null)),

  /**
   * Reads what the body of a check gave: whether it passed, or a result.
   *
   * @throws OutputError if it is neither
   */
  read: (value: unknown, output: string, stepKey: string): CheckResult => {
    if (typeof value === "boolean") return { passed: value }
    if (CheckResult.is(value)) return value
    const problem = "a check must return whether it passed: true, false or { passed, severity, description, metadata }"
    throw new OutputError({ stepKey, output, problem })
  }
}
