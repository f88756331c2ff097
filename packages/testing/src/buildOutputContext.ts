import { IOPartitions, type IOPartitionsOptions } from "@heddle/definitions/IOPartitions"
import type { BodyEvent } from "@heddle/definitions/BodyEvent"
import { DirectContext, type DirectEmission, type DirectLine } from "@heddle/definitions/DirectContext"
import { type OutputContext, ValueAddress } from "@heddle/definitions/IOManager"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
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
 *   schema for any value. Of partitions, it may have `partitionKey` or `partitionKeyRange` of the run, and `assetPartitions`
 *   with `assetPartitionKeys` or `assetPartitionKeyRange` of the value
 * @returns the context; `added`, `events` and `lines` record what the manager did with it
 * @since 0.1.0
 * @source Dagster build_output_context
 */
export const buildOutputContext = (
  options: Partial<Omit<OutputContext, "addMetadata" | "logEvent" | "log" | keyof IOPartitions>> &
    IOPartitionsOptions = {}
): BuiltOutputContext => {
  const direct = new DirectContext()
  let metadata: { readonly [name: string]: MetadataValue } = {}
  const place = { runId: direct.runId, stepKey: "step", output: "result", ...options }
  const address = options.address ?? ValueAddress.ofStep(place)
  const context = {
    jobName: "job",
    opName: "step",
    attempt: 1,
    tags: {},
    outputMetadata: {},
    schema: Schema.Unknown,
    ...place,
    address,
    log: direct.log,
    lines: direct.lines,
    events: direct.emissions,
    logEvent: (event: BodyEvent) => void direct.emissions.push(event),
    added: () => metadata,
    addMetadata: (added: { readonly [name: string]: MetadataInput }) => {
      metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
    }
  }
  return IOPartitions.addTo(context, options, ValueAddress.isAsset(address) ? address : undefined)
}
