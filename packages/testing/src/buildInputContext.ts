import { DirectContext, type DirectLine } from "@heddle/definitions/DirectContext"
import type { InputContext } from "@heddle/definitions/IOManager"
import { MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

/** The context of a value to load, and what the IO manager did with it. */
export interface BuiltInputContext extends InputContext {
  /** Returns the metadata that was added. */
  readonly added: () => { readonly [name: string]: MetadataValue }
  /** The logged lines, in order. */
  readonly lines: ReadonlyArray<DirectLine>
}

/**
 * Builds the context with which an IO manager loads a value, to test the manager alone.
 *
 * @param options - overrides of the defaults: input `input` of step `downstream` of run `EPHEMERAL`, which loads output
 *   `result` of step `step` with a schema for any value
 * @returns the context; `added` and `lines` record what the manager did with it
 * @since 0.1.0
 * @source Dagster build_input_context
 */
export const buildInputContext = (
  options: Partial<Omit<InputContext, "addMetadata" | "log">> = {}
): BuiltInputContext => {
  const direct = new DirectContext()
  let metadata: { readonly [name: string]: MetadataValue } = {}
  return {
    input: "input",
    stepKey: "downstream",
    jobName: "job",
    opName: "downstream",
    runId: direct.runId,
    tags: {},
    config: undefined,
    upstream: { runId: direct.runId, stepKey: "step", output: "result" },
    upstreamStep: undefined,
    schema: Schema.Unknown,
    ...options,
    log: direct.log,
    lines: direct.lines,
    added: () => metadata,
    addMetadata: (added) => {
      metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
    }
  }
}
