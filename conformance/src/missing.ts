/**
 * Parts of the case format that Heddle does not support yet. A case that uses one fails and names it, so that nothing is
 * skipped silently. Remove a part from here when the runner supports it.
 */

export const MISSING = {
  "call.run_config.executor": "an executor of the job beside the one that run config names"
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

/** Rejects an unsupported part. */
export const missing = (word: Missing): never => {
  throw new ProductLacks([word])
}
