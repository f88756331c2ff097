import { IOPartitions, type IOPartitionsOptions } from "@heddle/definitions/IOPartitions"
import { DirectContext, type DirectLine } from "@heddle/definitions/DirectContext"
import { type InputContext, ValueAddress } from "@heddle/definitions/IOManager"
import { type MetadataInput, MetadataValue } from "@heddle/events/MetadataValue"
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
 *   `result` of step `step` with a schema for any value. Of partitions, it may have `partitionKey` or `partitionKeyRange` of the
 *   run, and `assetPartitions` with `assetPartitionKeys` or `assetPartitionKeyRange` of the value
 * @returns the context; `added` and `lines` record what the manager did with it
 * @since 0.1.0
 * @source Dagster build_input_context
 */
export const buildInputContext = (
  options: Partial<Omit<InputContext, "addMetadata" | "log" | keyof IOPartitions>> & IOPartitionsOptions = {}
): BuiltInputContext => {
  const direct = new DirectContext()
  let metadata: { readonly [name: string]: MetadataValue } = {}
  const upstream = options.upstream ?? { runId: direct.runId, stepKey: "step", output: "result" }
  const context = {
    input: "input",
    stepKey: "downstream",
    jobName: "job",
    opName: "downstream",
    runId: direct.runId,
    tags: {},
    config: undefined,
    upstreamStep: undefined,
    schema: Schema.Unknown,
    ...options,
    upstream,
    log: direct.log,
    lines: direct.lines,
    added: () => metadata,
    addMetadata: (added: { readonly [name: string]: MetadataInput }) => {
      metadata = { ...metadata, ...MetadataValue.fromRecord(added) }
    }
  }
  return IOPartitions.addTo(context, options, ValueAddress.isAsset(upstream) ? upstream : undefined)
}
