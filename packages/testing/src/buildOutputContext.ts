import { DirectContext, type DirectEmission, type DirectLine } from "@heddle/definitions/DirectContext"
import { type OutputContext, ValueAddress } from "@heddle/definitions/IOManager"
import { MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

/** The context of a value to store, and what the IO manager did with it. */
export interface BuiltOutputContext extends OutputContext {
  /** Returns the metadata that was added. */
  readonly added: () => { readonly [name: string]: MetadataValue }
  /** The logged events, in order. */
  readonly events: ReadonlyArray<DirectEmission>
  /** The logged lines, in order. */
  readonly lines: ReadonlyArray<DirectLine>
}

/**
 * Builds the context with which an IO manager stores a value, to test the manager alone.
 *
 * @param options - overrides of the defaults: output `result` of the first attempt of step `step` of run `EPHEMERAL`, with a
 *   schema for any value
 * @returns the context; `added`, `events` and `lines` record what the manager did with it
 * @since 0.1.0
 * @source Dagster build_output_context
 */
export const buildOutputContext = (
  options: Partial<Omit<OutputContext, "addMetadata" | "logEvent" | "log">> = {}
): BuiltOutputContext => {
  const direct = new DirectContext()
  let metadata: { readonly [name: string]: MetadataValue } = {}
  const place = { runId: direct.runId, stepKey: "step", output: "result", ...options }
  return {
    address: ValueAddress.ofStep(place),
    jobName: "job",
    opName: "step",
    attempt: 1,
    tags: {},
    outputMetadata: {},
    schema: Schema.Unknown,
    ...place,
    log: direct.log,
    lines: direct.lines,
    events: direct.emissions,
    logEvent: (event) => void direct.emissions.push(event),
    added: () => metadata,
    addMetadata: (added) => {
      metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
    }
  }
}
