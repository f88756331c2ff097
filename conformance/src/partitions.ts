import { PartitionMapping } from "@heddle/partitions/PartitionMapping"
import { type OneDimensionalPartitions, Partitions } from "@heddle/partitions/Partitions"
import type { TimeWindow } from "@heddle/partitions/TimeWindow"
import * as DateTime from "effect/DateTime"
import type { Definition, PartitionMappingWords } from "./Case.ts"

/** The partitions of a name in a definition. */
export const partitionsOf = (definition: Definition, name: string): Partitions<string> => {
  const words = definition.partitions![name]!
  switch (words.kind) {
    case "static":
      return Partitions.fixed<string>(words.keys)
    case "dynamic":
      return Partitions.dynamic(words.name)
    case "multi": {
      const dimensions = Object.entries(words.dims).map(
        ([dimension, of]) => [dimension, partitionsOf(definition, of) as OneDimensionalPartitions<string>] as const
      )
      return Partitions.multi(Object.fromEntries(dimensions)) as unknown as Partitions<string>
    }
    default: {
      const { end, start } = words
      return Partitions[words.kind]({ start, ...(end === undefined ? {} : { end }) })
    }
  }
}

/** The words map upstream to downstream, and Heddle the other way. */
const upstreamKeys = (downstream: {
  readonly [upstream: string]: string | ReadonlyArray<string>
}): { readonly [downstream: string]: ReadonlyArray<string> } => {
  const found: Record<string, Array<string>> = {}
  for (const [up, downs] of Object.entries(downstream)) {
    for (const down of [downs].flat()) (found[down] ??= []).push(up)
  }
  return found
}

/** The mapping that words stand for. */
export const mappingOf = (words: PartitionMappingWords): PartitionMapping<boolean> => {
  switch (words.kind) {
    case "identity":
    case "all":
    case "last":
      return PartitionMapping[words.kind]
    case "specific":
      return PartitionMapping.specific(words.keys)
    case "static":
      return PartitionMapping.fixed(upstreamKeys(words.map))
    case "time_window": {
      const { allow_missing: allowMissing, end_offset: end, start_offset: start } = words
      return PartitionMapping.window({
        ...(start === undefined ? {} : { start }),
        ...(end === undefined ? {} : { end }),
        ...(allowMissing === undefined ? {} : { allowMissing })
      })
    }
    case "one_dimension":
      return PartitionMapping.dimension(words.dim)
  }
}

const minute = (time: DateTime.Zoned): string => DateTime.formatIso(time).slice(0, "2026-01-31T00:00".length)

/** A window of time as records have it. */
export const windowRecord = ({ end, start }: TimeWindow): ReadonlyArray<string> => [minute(start), minute(end)]
