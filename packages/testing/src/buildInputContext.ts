import { DirectContext, type DirectLine } from "@heddle/definitions/DirectContext"
import type { InputContext } from "@heddle/definitions/IOManager"
import { MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

/** The context of a value to be loaded, and what the IO manager did with it. */
export interface BuiltInputContext extends InputContext {
  /** Gives the metadata that was added. */
  readonly added: () => { readonly [name: string]: MetadataValue }
  /** Lines that were logged, in order. */
  readonly lines: ReadonlyArray<DirectLine>
}

/**
 * Builds what an IO manager is told of a value that it loads, to test the manager alone.
 *
 * @param options - what is to differ from input `input` of step `downstream` of run `EPHEMERAL`, whose value is output
 *   `result` of step `step`, with a schema that takes any value
 * @returns the context; `added` and `lines` hold what the manager did with it
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
