import type { Partitions } from "@heddle/partitions/Partitions"

/** Whether code without types gave partitions. */
export const isPartitions = (given: unknown): given is Partitions<string> =>
  typeof given === "object" &&
  given !== null &&
  "at" in given &&
  typeof given.at === "function" &&
  "description" in given &&
  typeof given.description === "object" &&
  given.description !== null

/** What to do about a value that is not partitions. */
export const NOT_PARTITIONS =
  "the value is not partitions: make them with Partitions.daily, Partitions.fixed or another of its functions"
