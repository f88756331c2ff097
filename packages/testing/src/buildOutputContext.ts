import { DirectContext, type DirectEmission, type DirectLine } from "@heddle/definitions/DirectContext"
import { type OutputContext, ValueAddress } from "@heddle/definitions/IOManager"
import { MetadataValue } from "@heddle/events/MetadataValue"
import * as Schema from "effect/Schema"

/** The context of a value to be stored, and what the IO manager did with it. */
export interface BuiltOutputContext extends OutputContext {
  /** Gives the metadata that was added. */
  readonly added: () => { readonly [name: string]: MetadataValue }
  /** Events that were logged, in order. */
  readonly events: ReadonlyArray<DirectEmission>
  /** Lines that were logged, in order. */
  readonly lines: ReadonlyArray<DirectLine>
}

/**
 * Builds what an IO manager is told of a value that it stores, to test the manager alone.
 *
 * @param options - what is to differ from output `result` of step `step` of run `EPHEMERAL`, at its first attempt, with a
 *   schema that takes any value
 * @returns the context; `added`, `events` and `lines` hold what the manager did with it
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
