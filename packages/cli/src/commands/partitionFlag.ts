import * as Flag from "effect/cli/Flag"

/** Flag of the commands that run for a partition. */
export const partitionFlag = Flag.String("partition").pipe(
  Flag.withAlias("p"),
  Flag.withMetavar("<key>"),
  Flag.withDescription("Key of the partition to run for, such as 2026-01-31; one key of each dimension, joined by |"),
  Flag.optional
)
