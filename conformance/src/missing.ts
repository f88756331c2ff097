/**
 * Parts of the case format that Heddle does not support yet. A case that uses one fails and names it, so that nothing is
 * skipped silently. Remove a part from here when the runner supports it.
 */

export const MISSING = {
  partitions: "runs of partitioned jobs and assets",
  "call.add_dynamic_partitions": "dynamic partitions kept in the instance",
  "call.partition_key": "a partition key at a call",
  "call.run_config.executor": "an executor of the job beside the one that run config names",
  "ctx.partition": "partitions in a body's context",
  "job.partitions": "partitions of a job, and partitioned config"
} as const

export type Missing = keyof typeof MISSING

/** The error of a case that uses unsupported parts of the format. */
export class ProductLacks extends Error {
  override readonly name = "ProductLacks"
  readonly words: ReadonlyArray<Missing>
  constructor(words: ReadonlyArray<Missing>) {
    super(words.map((word) => `the product has no ${word}: ${MISSING[word]}`).join("; "))
    this.words = words
  }
}

/** Rejects an unsupported part. `lackingWords` finds most of them before a run. */
export const missing = (word: Missing): never => {
  throw new ProductLacks([word])
}
